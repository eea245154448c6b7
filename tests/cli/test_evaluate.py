"""`balie evaluate` prints how well labelled messages are understood."""

import json

import pytest
import typer
from typer.testing import CliRunner

from balie.cli.evaluate import evaluate
from balie.settings import load_settings

MESSAGES = """
{"text": "te laat met betalen", "lang": "nl", "intent": "past_due"}
{"text": "i am too late", "lang": "en", "intent": "past_due"}
{"text": "what a day it was", "lang": "en", "intent": "out_of_scope"}
"""
APP = typer.Typer()
APP.command()(evaluate)


class FakeParser:
    """Takes every Dutch message for a past-due balance and every other for small talk."""

    def parse(self, text, language=None):
        dutch = text.startswith("te")
        intent = "past_due" if dutch else "greet"
        return {
            "language": "nl" if dutch else "en",
            "intent": intent,
            "confidence": 0.9,
            "ranking": [{"intent": intent, "confidence": 0.9}],
            "decision": "answer",
            "second_topic": None,
        }


@pytest.fixture
def run(monkeypatch):
    monkeypatch.setattr("balie.cli.evaluate.load_parser", lambda model: FakeParser())
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    return lambda *arguments: CliRunner().invoke(APP, [str(argument) for argument in arguments])


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "messages.jsonl"
    path.write_text(MESSAGES)
    return path


def test_figures_are_printed_for_each_language_and_together(run, file):
    result = run(file)

    lines = [line.split() for line in result.stdout.splitlines()]
    assert ["en", "nl", "together"] in lines
    assert ["accuracy", "0.0%", "100.0%", "50.0%"] in lines
    assert ["out", "of", "scope", "answered", "0.0%", "-", "0.0%"] in lines
    assert ["past_due", "2", "50.0%", "100.0%"] in lines
    assert ["past_due", "greet", "1"] in lines
    assert result.exit_code == 0


def test_json_holds_figures_intents_and_confusions(run, file):
    report = json.loads(run(file, "--json").stdout)

    assert report["figures"]["together"]["messages"] == 3
    assert report["figures"]["nl"]["accuracy"] == 1.0
    assert report["figures"]["nl"]["out_of_scope_answered"] is None
    assert {"label": "past_due", "found": "greet", "times": 1} in report["confusions"]
    assert {each["intent"] for each in report["intents"]} == {"past_due", "greet", "out_of_scope"}


def test_several_files_are_taken_together(run, file, tmp_path):
    yaml = tmp_path / "more.nl.yml"
    yaml.write_text("nlu:\n- intent: past_due\n  examples: |\n    - te laat\n")

    report = json.loads(run(file, yaml, "--json").stdout)

    assert report["figures"]["together"]["messages"] == 4


@pytest.fixture
def own_settings():
    """Settings of the test's environment, and none of it left for others."""
    load_settings.cache_clear()
    yield
    load_settings.cache_clear()


@pytest.mark.parametrize("example", ["Te laat met betalen!", "te laat met betalen, 2"])
def test_training_examples_can_be_left_out(run, file, tmp_path, monkeypatch, own_settings, example):
    examples = tmp_path / "data" / "topics" / "past_due" / "nlu.nl.yml"
    examples.parent.mkdir(parents=True)
    examples.write_text(
        "nlu:\n- intent: past_due\n  examples: |\n    - TEXT\n".replace("TEXT", example)
    )
    monkeypatch.setenv("BALIE_PROJECT_DIR", str(tmp_path))

    report = json.loads(run(file, "--unseen", "--json").stdout)

    assert report["figures"]["nl"]["messages"] == 0
    assert report["figures"]["en"]["messages"] == 2


def test_pictures_are_written(run, file, tmp_path):
    result = run(file, "--plots", tmp_path / "plots")

    assert len(list((tmp_path / "plots").glob("*.png"))) == 3
    assert "confusion_matrix.png" in result.stderr


def test_bad_lines_are_told_and_the_rest_is_done(run, file):
    file.write_text(MESSAGES + "no json\n")

    result = run(file)

    assert f"{file}:5:1 not-json From here on this is not JSON." in result.stderr
    assert "messages" in result.stdout
    assert result.exit_code == 1


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("a.jsonl", "", "1:1 empty-file There is nothing in this file."),
        ("a.nl.yml", "", "1:1 empty-file There is nothing in this file."),
        ("a.nl.yml", "# only a remark\n", "1:1 empty-file Nothing stands in this file."),
        ("a.nl.yml", "nlu: [", "2:1 syntax"),
        ("a.nl.yml", "just words", "1:1 missing-key `nlu` is missing here. (Add it.)"),
        ("a.nl.yml", "nlu: no list\n", "1:1 not-list A list is expected here. (Write `- intent"),
        ("a.nl.yml", "nlu: []\n", "1:1 no-messages There is no message in this file."),
        ("a.nl.yml", "nlu:\n- examples: |\n    - a\n", "2:3 missing-key `intent` is missing"),
        ("a.nl.yml", "nlu:\n- intent: greet\n", "2:3 missing-key `examples` is missing"),
        ("a.nl.yml", "nlu:\n- intent: greet\n  examples: |\n    hoi\n", "4:1 bad-example"),
        (
            "a.nl.yml",
            "nlu:\n- intent: past_deu\n  examples: |\n    - hoi\n",
            "2:11 unknown-intent There is no intent `past_deu`. (Write one that exists, such as "
            "`past_due`.)",
        ),
        ("a.yml", "nlu: []\n", "1:1 no-language The name of the file does not tell its language."),
        ("a.jsonl", '{"text": "a", "lang": "nl"}', "1:1 missing-key `intent` is missing here."),
        ("a.jsonl", '{"lang": "nl", "intent": "greet"}', "1:1 missing-key `text` is missing"),
        (
            "a.jsonl",
            '{"text": "a", "lang": "fr", "intent": "greet"}',
            "1:1 unknown-language `lang` is no language of Balie. (Write one of these: en, nl.)",
        ),
        (
            "a.jsonl",
            '{"text": "a", "lang": "nl", "intent": "4111111111111111"}',
            "1:1 unknown-intent There is no intent `•••• •••• •••• 1111`.",
        ),
    ],
)
def test_what_is_wrong_with_a_file_is_told_with_place_and_fix(run, tmp_path, name, text, problem):
    file = tmp_path / name
    file.write_text(text)

    result = run(file)

    assert f"{file}:{problem}" in result.stderr
    assert result.stderr.splitlines()[-1].endswith(")")
    assert (result.exit_code, result.stdout) == (1, "")


def test_unknown_intents_are_left_out_and_the_rest_is_done(run, tmp_path):
    file = tmp_path / "more.nl.yml"
    file.write_text(
        "nlu:\n- intent: past_due\n  examples: |\n    - te laat\n"
        "- intent: nothing_of_ours\n  examples: |\n    - hoi\n"
    )

    result = run(file, "--json")

    assert json.loads(result.stdout)["figures"]["together"]["messages"] == 1
    assert f"{file}:5:11 unknown-intent" in result.stderr
    assert result.exit_code == 1


def test_a_file_that_cannot_be_read_ends_it(run, tmp_path):
    result = run(tmp_path / "missing.nl.yml")

    assert result.exit_code == 1
    assert "missing.nl.yml" in result.stderr
    assert not result.stdout
