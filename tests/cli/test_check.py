"""`balie check` prints every problem and ends with 1 when there is an error."""

import json

import pytest
from typer.testing import CliRunner

from balie.cli.main import app
from balie.settings import load_settings

GOOD = {
    "links.yml": "page: {title: {en: A, nl: B}, url: {en: https://a.nl, nl: https://a.nl}}\n",
    "labels.yml": "- {en: Save, nl: Opslaan, where: button}\n",
    "conversation/texts.yml": "greeting: {en: Hello., nl: Goedendag.}\n",
    "conversation/desk.yml": "sorry: {en: Sorry., nl: Excuses.}\n",
}


@pytest.fixture
def data(tmp_path, monkeypatch):
    for name, text in GOOD.items():
        path = tmp_path / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    monkeypatch.setenv("BALIE_PROJECT_DIR", str(tmp_path))
    # A small folder has not all that the product needs; tests/content/test_product_files.py.
    monkeypatch.setattr("balie.content.checker.check_product", lambda data_dir: iter(()))
    load_settings.cache_clear()
    yield tmp_path / "data"
    load_settings.cache_clear()


def run(*arguments):
    return CliRunner().invoke(app, ["check", *arguments])


def test_good_content_ends_with_0(data):
    result = run()

    assert (result.exit_code, result.stdout) == (0, "")
    assert "0 errors, 0 warnings" in result.stderr


def test_every_error_is_printed_and_it_ends_with_1(data):
    (data / "conversation/texts.yml").write_text("greeting: {en: '**Hi**', nl: Hoi}\nx: {en: A}\n")

    result = run()

    assert result.exit_code == 1
    assert [line.split()[:2] for line in result.stdout.splitlines()] == [
        ["data/conversation/texts.yml:1:16", "unknown-label"],
        ["data/conversation/texts.yml:2:1", "missing-language"],
    ]


def test_warning_alone_ends_with_0(data):
    (data / "conversation/texts.yml").write_text("greeting: {en: In 2 days., nl: In 3 dagen.}\n")

    result = run()

    assert result.exit_code == 0
    assert "0 errors, 2 warnings" in result.stderr


def test_json_is_a_list_of_problems(data):
    (data / "conversation/desk.yml").unlink()

    result = run("--json")

    assert result.exit_code == 1
    assert json.loads(result.stdout) == [
        {
            "file": "data/conversation/desk.yml",
            "line": 1,
            "column": 1,
            "code": "missing-file",
            "message": "The file is missing.",
            "fix": "Write it, or remove what needs it.",
            "severity": "error",
        }
    ]


def test_json_without_problems_is_an_empty_list(data):
    assert json.loads(run("--json").stdout) == []


TOPIC = """\
title: {en: Pay, nl: Betalen}
answer: {en: Choose **Save**., nl: Kies **Opslaan**.}
sources: [{page: a.md, facts: [1.1]}]
as_of: 2021-08-11
review_by: 2999-06-01
"""
EXAMPLES = 'version: "3.1"\nnlu:\n- intent: pay\n  examples: |\n    - pay\n'
FACTS = """\
## 1 Paying
**1.1** [seed]
- EN: A bill is paid.
- NL: Een rekening wordt betaald.
**1.2** [beyond the seeds] (2019-21)
- EN: It may also be paid later, which takes {long}.
- NL: Het kan ook later.
"""


@pytest.fixture
def facts(data, tmp_path):
    folder = data / "topics/pay"
    folder.mkdir(parents=True)
    (folder / "topic.yml").write_text(TOPIC, encoding="utf-8")
    for language in ("en", "nl"):
        (folder / f"nlu.{language}.yml").write_text(EXAMPLES, encoding="utf-8")
    path = tmp_path / "facts.md"
    path.write_text(FACTS.format(long="long " * 40), encoding="utf-8")
    return path


def test_facts_are_reported_with_and_without_a_topic(facts):
    result = run("--facts", str(facts))

    told, untold = result.stdout.split("FACTS THAT NO TOPIC CARRIES")
    assert result.exit_code == 0
    assert "  1.1   data/topics/pay/topic.yml:3 pay\n" in told
    assert "1.2" in untold
    assert max(len(line) for line in untold.splitlines()) <= 100
    assert "[seed] 1 of 1, [beyond the seeds] 0 of 1, (later) 0 of 0." in untold


def test_seed_fact_without_a_topic_ends_with_1(facts):
    facts.write_text(FACTS.replace("1.1", "1.3"), encoding="utf-8")

    result = run("--facts", str(facts))

    assert result.exit_code == 1
    codes = [line.split()[1] for line in result.stdout.split("PROBLEMS\n")[1].splitlines() if line]
    assert sorted(codes) == ["unknown-fact", "untold-fact"]


def test_facts_come_with_every_other_problem(facts, data):
    (data / "conversation/texts.yml").write_text("greeting: {en: '**Hi**', nl: Hoi}\n")

    result = run("--facts", str(facts))

    assert result.exit_code == 1
    assert "unknown-label" in result.stdout


def test_facts_as_json_have_their_homes(facts):
    result = json.loads(run("--facts", str(facts), "--json").stdout)

    assert result["problems"] == []
    assert result["facts"][0] == {
        "number": "1.1",
        "kind": "seed",
        "section": "1 Paying",
        "file": facts.as_posix(),
        "line": 2,
        "text": {"en": "A bill is paid.", "nl": "Een rekening wordt betaald."},
        "homes": [
            {"topic": "pay", "file": "data/topics/pay/topic.yml", "line": 3, "column": 32},
        ],
    }
    assert result["facts"][1]["homes"] == []


def test_list_of_facts_that_is_not_there_is_refused(data):
    result = run("--facts", "none.md")

    assert result.exit_code == 2
    assert "none.md" in result.stderr


def test_what_the_product_needs_besides_is_checked_too(tmp_path, monkeypatch):
    (tmp_path / "data/conversation").mkdir(parents=True)
    (tmp_path / "data/conversation/mail.yml").write_text("greetings: [hi]\n")
    (tmp_path / "data/topics/past_due/topic.yml").mkdir(parents=True)
    monkeypatch.setenv("BALIE_PROJECT_DIR", str(tmp_path))
    load_settings.cache_clear()
    try:
        result = run()
    finally:
        load_settings.cache_clear()

    assert result.exit_code == 1
    assert "data/conversation/mail.yml:1:1 not-keys" in result.stdout
    assert "data/conversation/buttons.yml:1:1 missing-file" in result.stdout
    assert "data/topics/past_due/topic.yml:1:1 unreadable" in result.stdout
