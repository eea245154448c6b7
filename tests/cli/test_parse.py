"""`balie parse` understands a file of messages, whatever else is in it."""

import json

import pytest
import typer
from typer.testing import CliRunner

from balie.cli.parse import parse
from balie.nlu.parser import NoModel

UNDERSTOOD = {
    "language": "nl",
    "intent": "past_due",
    "confidence": 0.8,
    "ranking": [{"intent": name, "confidence": 0.1} for name in ("past_due", "stop", "deny")],
    "decision": "answer",
    "second_topic": None,
}
APP = typer.Typer()
APP.command()(parse)


class FakeParser:
    def parse(self, text, language=None):
        return UNDERSTOOD


@pytest.fixture
def run(monkeypatch):
    monkeypatch.setattr("balie.cli.parse.load_parser", lambda model: FakeParser())
    return lambda *arguments, **options: CliRunner().invoke(APP, arguments, **options)


def test_each_message_is_written_with_what_it_means(run, tmp_path):
    file = tmp_path / "messages.jsonl"
    file.write_text('{"id": 7, "text": "te laat"}\n\n{"text": "één"}\n')

    result = run(str(file))

    first, second = map(json.loads, result.stdout.splitlines())
    assert first == {"id": 7, "text": "te laat", **UNDERSTOOD}
    assert second["text"] == "één"
    assert result.exit_code == 0


def test_bad_lines_are_told_by_number_and_the_rest_is_done(run, tmp_path):
    file = tmp_path / "messages.jsonl"
    file.write_bytes(b'{"text": "a"}\nnot json\n{"text": 1}\n\xff\n{"text": "b"}\n')

    result = run(str(file))

    assert [json.loads(line)["text"] for line in result.stdout.splitlines()] == ["a", "b"]
    for number in (2, 3, 4):
        assert f"{file}:{number}: " in result.stderr
    assert "3 bad lines" in result.stderr
    assert result.exit_code == 1


def test_standard_input_can_be_read(run):
    result = run("-", input='\ufeff{"text": "hoi"}\n')

    assert json.loads(result.stdout)["text"] == "hoi"


def test_broken_unicode_is_written_as_it_came(run):
    result = run("-", input='{"text": "a \\ud83d"}\n')

    assert json.loads(result.stdout)["text"] == "a \ud83d"


def test_a_missing_file_is_told(run, tmp_path):
    result = run(str(tmp_path / "missing.jsonl"))

    assert result.exit_code == 1
    assert "missing.jsonl: No such file" in result.stderr


def test_without_a_model_it_says_how_to_make_one(monkeypatch):
    def newest_model(folder):
        raise NoModel("there is no model; `balie train` makes one")

    monkeypatch.setattr("balie.nlu.parser.newest_model", newest_model)
    result = CliRunner().invoke(APP, ["-"], input='{"text": "hoi"}\n')

    assert result.exit_code == 1
    assert "balie train" in result.stderr
