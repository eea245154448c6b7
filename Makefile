# Two commands: `make run` and `make test`. Both set up what they need.
.DEFAULT_GOAL := help
.PHONY: help run test setup setup-dev train check lint types imports tests web screenshots test-pythons \
	bench bench-load bench-nlu baseline evaluate lock outdated sbom clean

export PYTHONWARNINGS ?= ignore
# Without kept bytecode every start compiles thousands of files anew: 19 s to the first answer, not 10.
unexport PYTHONDONTWRITEBYTECODE
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
	@$(BIN)/python -m pytest -q -n 2 --dist loadfile

web: ## build the chat widget anew from web/ (needs node and npm)
	@cd web && npm ci --silent && npm run --silent build

screenshots: setup-dev ## make the pictures of README and docs anew (needs chromium)
	@$(BIN)/python scripts/screenshots.py

test-pythons: setup-dev ## a fresh installation on every Python of this machine, or BALIE_TEST_PYTHONS=3.12,/path/to/python3.13
	@$(BIN)/python -m pytest -q rasa_lean/tests/test_pythons.py

bench: setup-dev ## measure everything, beside stock Rasa (make baseline), into docs/performance.md
	@$(BIN)/python -m benchmarks $(BENCH)

bench-load: setup ## many conversations at once, two minutes each: BENCH="--seconds 20" for a trial
	@$(BIN)/python -m benchmarks --only load $(BENCH)

baseline: setup ## the original Rasa with TensorFlow in .venv-baseline, to compare with (3 GB)
	@scripts/baseline

bench-nlu: setup ## our understanding beside others; writes docs/understanding-comparison.md
	@$(BIN)/python -m benchmarks.understanding

evaluate: train ## figures of the understanding on the development set
	@$(BIN)/balie evaluate tests/nlu/development.en.yml tests/nlu/development.nl.yml

lock: ## compile requirements/*.txt anew from the .in files
	@scripts/lock

outdated: setup ## print what could move, and the newest version of what is held back
	@scripts/outdated

sbom: setup-dev ## software bill of materials of what Balie runs on (CycloneDX): build/balie.cdx.json
	@mkdir -p build
	@cat requirements/base.txt requirements/rasa.txt | $(BIN)/cyclonedx-py requirements - \
		--output-reproducible --output-format JSON --output-file build/balie.cdx.json
	@echo build/balie.cdx.json

clean: ## forget trained models and local databases
	rm -rf .balie models/*.tar.gz .rasa
