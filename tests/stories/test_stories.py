"""Rasa's own commands in the project: `rasa test` and `rasa data validate`."""

import json
import subprocess
import sys
from pathlib import Path

import yaml

from balie.cli.training import train

ROOT = Path(__file__).parents[2]
STORIES = Path(__file__).with_name("test_stories.yml")


def _rasa(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "rasa", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def _load(path: Path) -> dict[str, list[dict[str, object]]]:
    loaded: dict[str, list[dict[str, object]]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded


def test_every_intent_occurs_in_a_story() -> None:
    in_domain = {name for each in _load(ROOT / "domain.yml")["intents"] for name in each}
    topics = {path.parent.name for path in ROOT.glob("data/topics/*/topic.yml")}
    stories = yaml.safe_load(STORIES.read_text(encoding="utf-8"))["stories"]
    told = {step["intent"] for story in stories for step in story["steps"] if "intent" in step}

    assert told == in_domain | topics


def test_the_stories_pass(tmp_path: Path) -> None:
    model = train(ROOT)

    done = _rasa(
        "test", "core", "--e2e", "--stories", str(STORIES.parent), "--model", str(model),
        "--out", str(tmp_path), "--fail-on-prediction-errors",
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    report = json.loads((tmp_path / "story_report.json").read_text(encoding="utf-8"))
    stories = yaml.safe_load(STORIES.read_text(encoding="utf-8"))["stories"]
    assert report["conversation_accuracy"]["correct"] == len(stories)
    assert report["conversation_accuracy"]["accuracy"] == 1.0


def test_the_data_are_valid_without_a_warning() -> None:
    done = _rasa("data", "validate", "--fail-on-warnings")

    assert done.returncode == 0, done.stdout + done.stderr
