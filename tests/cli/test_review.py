"""`balie review data` finds what writers should look at, and says where and why."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from balie.cli.example_review import model_options, read_examples, review_examples, steps
from balie.cli.review import app
from balie.settings import load_settings

CONFIG = """
pipeline:
- name: balie.nlu.classifier.NgramClassifier
  encoder: none
  folds: 3
"""
DECLINED = [
    f"why was my {card} card refused {when}"
    for card in ("visa", "bank", "debit", "amex")
    for when in ("today", "again", "this morning", "in the shop")
]
INVOICE = [
    f"where is the invoice of {month} {year}"
    for month in ("may", "june", "july", "march")
    for year in ("2024", "2025", "2026", "last year")
]
NEDERLANDS = [
    f"waarom is mijn {kaart} {weer} geweigerd door u"
    for kaart in ("pas", "kaart")
    for weer in ("weer", "vandaag", "gisteren", "alweer", "opnieuw", "nu")
]


def write(file: Path, intent: str, texts: list[str]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = "".join(f"    - {text}\n" for text in texts)
    file.write_text(f'version: "3.1"\nnlu:\n- intent: {intent}\n  examples: |\n{lines}')


@pytest.fixture
def project(tmp_path):
    (tmp_path / "config.yml").write_text(CONFIG)
    write(tmp_path / "data/topics/declined/nlu.en.yml", "declined", DECLINED)
    write(tmp_path / "data/topics/declined/nlu.nl.yml", "declined", NEDERLANDS)
    write(tmp_path / "data/topics/invoice/nlu.en.yml", "invoice", INVOICE)
    return tmp_path


def add(project: Path, name: str, *texts: str) -> None:
    with (project / "data/topics" / name).open("a") as file:
        file.writelines(f"    - {text}\n" for text in texts)


@pytest.mark.parametrize("with_labels", [True, False])
def test_the_progress_bar_ends_where_the_review_ends(project, with_labels):
    taken = []
    examples = read_examples(project, project / "data")
    config = project / "config.yml"
    review_examples(examples, [], config, with_labels, lambda: taken.append(1))

    assert len(taken) == steps(config, with_labels)


def found(project: Path, *kinds: str, with_labels: bool = False):
    examples = read_examples(project, project / "data")
    tests = read_examples(project, project / "tests/nlu", pattern="*.yml")
    findings = review_examples(examples, tests, project / "config.yml", with_labels)
    return [each for each in findings if each.kind in kinds]


def test_examples_know_their_file_and_line(project):
    first = read_examples(project, project / "data")[0]

    assert (first.place, first.text) == ("data/topics/declined/nlu.en.yml:5", DECLINED[0])
    assert (first.language, first.intent) == ("en", "declined")


def test_a_text_of_two_intents_is_told_with_both_places(project):
    add(project, "invoice/nlu.en.yml", DECLINED[3].upper() + "!")

    [each] = found(project, "same_label_differs", "same_twice")

    assert (each.file, each.line) == ("data/topics/invoice/nlu.en.yml", 21)
    assert each.other == "data/topics/declined/nlu.en.yml:8"
    assert each.is_error


def test_a_text_that_stands_twice_is_a_hint(project):
    add(project, "declined/nlu.en.yml", DECLINED[0])

    [each] = found(project, "same_label_differs", "same_twice")

    assert each.kind == "same_twice"
    assert not each.is_error


def test_a_near_duplicate_of_another_intent_is_told(project):
    add(project, "invoice/nlu.en.yml", "why was my debit cards refused this morning")

    assert [each.other for each in found(project, "near_label_differs")] == [
        "data/topics/invoice/nlu.en.yml:21"
    ]


@pytest.mark.parametrize("text", [DECLINED[2], "why was my visa card refused this mornings"])
def test_an_example_among_the_test_messages_is_told(project, text):
    write(project / "tests/nlu/development.en.yml", "declined", [text])

    places = [(e.line, e.other, e.is_error) for e in found(project, "in_test_set")]

    assert (7, "tests/nlu/development.en.yml:5", False) in places


def test_a_short_example_among_the_test_messages_is_told(project):
    add(project, "declined/nlu.en.yml", "yep")
    write(project / "tests/nlu/development.en.yml", "declined", ["Yep!"])

    assert [each.line for each in found(project, "in_test_set")] == [21]


def test_a_line_in_another_language_is_told(project):
    add(project, "declined/nlu.en.yml", "waarom is mijn kaart vandaag alweer geweigerd door u")

    [each] = found(project, "language_nl", "language_en")

    assert (each.kind, each.line) == ("language_nl", 21)


def test_personal_data_length_and_empty_lines_are_told(project):
    add(project, "invoice/nlu.en.yml", "mail jan@example.com", "?!", "very long " * 50)

    kinds = {each.line: each.kind for each in found(project, "personal", "empty", "long")}

    assert kinds == {21: "personal", 22: "empty", 23: "long"}


def test_an_intent_that_a_language_lacks_is_told_as_unbalanced(project):
    write(project / "data/topics/invoice/nlu.nl.yml", "invoice", ["waar is de factuur"])

    [each] = found(project, "few")

    assert each.file == "data/topics/invoice/nlu.nl.yml"
    assert each.values == {"have": 1, "most": 16}


def test_a_label_in_doubt_comes_with_the_likely_one(project):
    add(project, "invoice/nlu.en.yml", "why was my mastercard card refused in the shop")

    [each] = found(project, "label", with_labels=True)

    assert (each.line, each.intent, each.likely) == (21, "invoice", "declined")


def test_the_model_is_made_as_config_yml_says(project):
    options = model_options(project / "config.yml")

    assert (options.encoder, options.folds) == ("none", 3)


@pytest.fixture
def run(project, monkeypatch):
    settings = load_settings().model_copy(update={"project_dir": project})
    monkeypatch.setattr("balie.cli.review.load_settings", lambda: settings)
    monkeypatch.setenv("LC_ALL", "nl_NL.UTF-8")
    return lambda *arguments: CliRunner().invoke(app, list(arguments))


def test_findings_are_printed_as_places_in_the_language_of_the_terminal(run, project):
    add(project, "invoice/nlu.en.yml", DECLINED[3])

    result = run("data", "--quick")

    assert "data/topics/invoice/nlu.en.yml:21: is hier een voorbeeld van invoice" in result.stdout
    assert "1 fouten" in result.stderr
    assert result.exit_code == 1


def test_findings_can_be_had_as_json(run, project):
    add(project, "declined/nlu.en.yml", DECLINED[0])

    result = run("data", "--quick", "--json")

    [each] = [row for row in json.loads(result.stdout) if row["kind"] == "same_twice"]
    assert (each["line"], each["severity"], each["likely"]) == (21, "hint", "declined")
    assert result.exit_code == 0
