# Two commands: `make run` and `make test`. Both set up what they need.
.DEFAULT_GOAL := help
.PHONY: help run test setup setup-dev train check lint types imports tests web screenshots test-pythons bench evaluate lock clean

export PYTHONWARNINGS ?= ignore
BIN := .venv/bin

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: setup ## set up, train if needed, start everything and print the address
	@$(BIN)/balie run

setup:
	@scripts/setup

setup-dev:
	@scripts/setup --dev

train: setup ## train the assistant (nothing is done when nothing has changed)
	@$(BIN)/balie train

check: setup ## check the topics and texts
	@$(BIN)/balie check

test: setup-dev lint types imports check train tests ## everything that must hold

lint:
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types:
	@$(BIN)/mypy

imports:
	@$(BIN)/lint-imports

tests:
	@$(BIN)/python -m pytest -q

web: ## build the chat widget anew from web/ (needs node and npm)
	@cd web && npm ci --silent && npm run --silent build

screenshots: setup-dev ## make the pictures of README and docs anew (needs chromium)
	@$(BIN)/python scripts/screenshots.py

test-pythons: setup-dev ## a fresh installation on other Pythons: BALIE_TEST_PYTHONS=3.12,/path/to/python3.13
	@$(BIN)/python -m pytest -q rasa_lean/tests/test_pythons.py

bench: setup ## time the whole chain (needs nothing running)
	@$(BIN)/python -m benchmarks

evaluate: train ## figures of the understanding on the development set
	@$(BIN)/balie evaluate tests/nlu/development.en.yml tests/nlu/development.nl.yml

lock: ## compile requirements/*.txt anew from the .in files
	@scripts/lock

clean: ## forget trained models and local databases
	rm -rf .balie models/*.tar.gz .rasa
