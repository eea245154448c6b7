"""Rasa's own commands do their work on a small project (sample/), each in a process of its own."""

import json
import os
import pty
import select
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import clean_environment

Rasa = Callable[..., str]

SAMPLE = Path(__file__).parent / "sample"
# Names of two components that need TensorFlow, each with what Rasa has instead.
NEEDING_TENSORFLOW = [
    ("- name: LogisticRegressionClassifier", "DIETClassifier", "LogisticRegressionClassifier"),
    ("- name: MemoizationPolicy", "TEDPolicy", "RulePolicy and MemoizationPolicy"),
]


def run_rasa(folder: Path, *arguments: str, typed: str = "", expect: int = 0) -> str:
    """What `rasa <arguments>` in the folder prints, errors too."""
    done = subprocess.run(
        [sys.executable, "-m", "rasa", *arguments],
        cwd=folder,
        env=clean_environment(),
        input=typed,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == expect, done.stdout
    assert "Traceback" not in done.stdout, done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample project, trained by `rasa train`."""
    folder = tmp_path_factory.mktemp("commands") / "project"
    shutil.copytree(SAMPLE, folder)
    printed = run_rasa(folder, "train")
    assert "Your Rasa model is trained and saved" in printed
    assert len(list(folder.glob("models/*.tar.gz"))) == 1
    return folder


@pytest.fixture(scope="module")
def rasa(project: Path) -> Rasa:
    """Runs Rasa in the trained project."""

    def run(*arguments: str, typed: str = "", expect: int = 0) -> str:
        return run_rasa(project, *arguments, typed=typed, expect=expect)

    return run


@pytest.fixture
def untrained(tmp_path: Path) -> Path:
    """A copy of the sample, to be changed."""
    return Path(shutil.copytree(SAMPLE, tmp_path / "project"))


def test_version(tmp_path: Path) -> None:
    printed = run_rasa(tmp_path, "--version")
    assert "3.6.21" in printed
    assert sys.version.split()[0] in printed


def test_train_again_finds_that_nothing_has_changed(rasa: Rasa, project: Path) -> None:
    assert "No training of components required" in rasa("train", "--dry-run")
    assert len(list(project.glob("models/*.tar.gz"))) == 1


def test_data_validate(rasa: Rasa) -> None:
    assert "No story structure conflicts found" in rasa("data", "validate")


def test_data_validate_tells_of_a_mistake(untrained: Path) -> None:
    domain = untrained / "domain.yml"
    domain.write_text(domain.read_text().replace("[greet, pay]", "[greet]"))
    printed = run_rasa(untrained, "data", "validate", "--fail-on-warnings", expect=1)
    assert "labeled with intent 'pay'. This intent is not listed in your domain" in printed


def test_data_split_nlu(rasa: Rasa, project: Path) -> None:
    rasa("data", "split", "nlu", "--training-fraction", "0.6")
    train, test = (
        (project / "train_test_split" / f"{part}_data.yml").read_text()
        for part in ("training", "test")
    )
    assert train.count("    - ") > test.count("    - ") > 0


def test_data_convert_nlu(rasa: Rasa, project: Path) -> None:
    rasa("data", "convert", "nlu", "--data", "data/nlu.yml", "--out", "nlu.json", "-f", "json")
    converted = json.loads((project / "nlu.json").read_text())["rasa_nlu_data"]
    assert len(converted["common_examples"]) == 10
    assert converted["common_examples"][6]["entities"][0]["value"] == "visa"


def test_test_nlu_with_its_plots(rasa: Rasa, project: Path) -> None:
    rasa("test", "nlu", "--nlu", "data/nlu.yml", "--out", "results_nlu")
    results = project / "results_nlu"
    report = json.loads((results / "intent_report.json").read_text())
    assert report["accuracy"] == 1.0
    for plot in (
        "intent_confusion_matrix",
        "intent_histogram",
        "RegexEntityExtractor_confusion_matrix",
    ):
        assert (results / f"{plot}.png").read_bytes().startswith(b"\x89PNG")


def test_test_core(rasa: Rasa, project: Path) -> None:
    rasa("test", "core", "--stories", "tests", "--out", "results_core")
    report = json.loads((project / "results_core" / "story_report.json").read_text())
    assert report["conversation_accuracy"]["correct"] == 1
    assert (project / "results_core" / "story_confusion_matrix.png").exists()


def test_shell_nlu(rasa: Rasa) -> None:
    printed = rasa("shell", "nlu", typed="pay my invoice with amex\n/stop\n")
    answer = json.JSONDecoder().raw_decode(printed, printed.index("{\n"))[0]
    assert answer["intent"]["name"] == "pay"
    assert [entity["value"] for entity in answer["entities"]] == ["amex"]


def test_shell_then_export(rasa: Rasa, project: Path) -> None:
    printed = rasa("shell", typed="hello\n/stop\n")
    assert "Hello" in printed
    assert "Successfully published" in rasa("export")
    with sqlite3.connect(project / "events.db") as events:
        texts = [
            json.loads(data).get("text") for (data,) in events.execute("SELECT data FROM events")
        ]
    assert {"hello", "Hello"} <= set(texts)


def test_export_without_a_broker_says_what_is_missing(untrained: Path) -> None:
    (untrained / "endpoints.yml").write_text(
        "tracker_store: {type: SQL, dialect: sqlite, db: c.db}"
    )
    printed = run_rasa(untrained, "export", expect=1)
    assert "Could not find an `event_broker` section" in printed


def test_visualize(rasa: Rasa, project: Path) -> None:
    rasa("visualize", "--out", "graph.html")
    assert "utter_pay" in (project / "graph.html").read_text()


def test_interactive(project: Path) -> None:
    """Needs a terminal: it asks questions and moves the cursor."""
    shown = _in_a_terminal(
        project,
        ("interactive", "--skip-visualization"),
        steps=[("Your input", "hello\r"), ("is this correct", "")],
    )
    assert "with intent 'greet'" in shown


def test_init_writes_a_project_and_says_that_its_pipeline_needs_tensorflow(tmp_path: Path) -> None:
    printed = run_rasa(tmp_path, "init", "--no-prompt", "--init-dir", ".", expect=1)
    assert (tmp_path / "data" / "nlu.yml").exists()
    assert "'DIETClassifier' needs TensorFlow" in printed
    assert "A configuration without a pipeline or policies gets Rasa's defaults" in printed


@pytest.mark.parametrize(("line", "component", "instead"), NEEDING_TENSORFLOW)
def test_train_refuses_what_needs_tensorflow(
    line: str, component: str, instead: str, untrained: Path
) -> None:
    config = untrained / "config.yml"
    config.write_text(config.read_text().replace(line, f"- name: {component}"))
    printed = run_rasa(untrained, "train", "--skip-validation", expect=1)
    assert f"'{component}' needs TensorFlow, which is left out" in printed
    assert f"Take it out of config.yml; use {instead}" in printed
    assert not list(untrained.glob("models/*"))


def test_run_says_what_a_connector_needs(project: Path) -> None:
    (project / "slack.yml").write_text("slack: {slack_token: x}")
    printed = run_rasa(project, "run", "--credentials", "slack.yml", expect=1)
    assert "The connector 'SlackInput' needs a package that is not installed" in printed
    assert "pip install 'slack-sdk'" in printed


def _in_a_terminal(folder: Path, arguments: tuple[str, ...], steps: list[tuple[str, str]]) -> str:
    """What Rasa shows in a terminal, where each awaited text is answered with what to type."""
    process, terminal = pty.fork()
    if process == 0:
        os.chdir(folder)
        os.execve(sys.executable, [sys.executable, "-m", "rasa", *arguments], clean_environment())
    shown, read = "", 0
    until = time.monotonic() + 120
    try:
        for awaited, typed in steps:
            while awaited not in shown[read:]:
                assert time.monotonic() < until, shown
                if select.select([terminal], [], [], 1)[0]:
                    shown += os.read(terminal, 65536).decode(errors="replace")
            read = len(shown)
            os.write(terminal, typed.encode())
    finally:
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        os.close(terminal)
    return shown
