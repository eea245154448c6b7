"""`balie parse` understands a file of messages, whatever else is in it."""

import json
from typing import ClassVar

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
    texts: ClassVar[list[str]] = []

    def parse(self, text, language=None):
        self.texts.append(text)
        return UNDERSTOOD


@pytest.fixture
def run(monkeypatch):
    monkeypatch.setattr("balie.cli.parse.load_parser", lambda model: FakeParser())
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
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
        assert f"{file}:{number}:" in result.stderr
    assert "3 bad lines" in result.stderr
    assert f"{file}:4:1 not-utf8 This is not UTF-8. (Save the file as UTF-8" in result.stderr
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
    assert "missing.jsonl:1:1 unreadable The file cannot be read: No such file" in result.stderr


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "1:1 empty-file There is nothing in this file. (Check whether"),
        (b"\n  \n", "1:1 empty-file There is nothing in this file."),
        (b'{"text": "a", }', "1:15 not-json From here on this is not JSON. (Write one JSON"),
        (b"[1]", "1:1 not-object This is JSON, but not an object with keys. (Write one JSON"),
        (b'\n{"tekst": "a"}', "2:1 missing-key `text` is missing here. (Add it.)"),
        (b'{"text": 5}', "1:1 not-text `text` is not a text. (Write it in double quotes.)"),
        (b"[" * 100_000, "1:1 not-json"),
    ],
)
def test_what_is_wrong_with_a_file_is_told_with_place_and_fix(run, tmp_path, data, problem):
    file = tmp_path / "messages.jsonl"
    file.write_bytes(data)

    result = run(str(file))

    assert result.exit_code == 1
    assert f"{file}:{problem}" in result.stderr
    assert result.stdout == ""


def test_P1_numbers_are_masked_in_what_is_echoed_and_in_what_is_understood(run, caplog):
    number = "4111 1111 1111 1111"
    line = {"text": f"kaart {number} exp 12/28", "id": int(number.replace(" ", "")), number: number}

    result = run("-", input=json.dumps(line) + f'\n{{"text": "{number}\n[{number}]')

    shown = result.stdout + result.stderr + caplog.text
    assert result.exit_code == 1
    assert "1111 1111" not in shown
    assert "11111111" not in shown
    assert "12/28" not in shown
    assert json.loads(result.stdout)["text"] == "kaart •••• •••• •••• 1111 exp ••••"
    assert FakeParser.texts[-1] == "kaart •••• •••• •••• 1111 exp ••••"


def test_without_a_model_it_says_how_to_make_one(monkeypatch):
    def newest_model(folder):
        raise NoModel("there is no model; `balie train` makes one")

    monkeypatch.setattr("balie.nlu.parser.newest_model", newest_model)
    result = CliRunner().invoke(APP, ["-"], input='{"text": "hoi"}\n')

    assert result.exit_code == 1
    assert "balie train" in result.stderr
