"""`balie triage` understands a file of tickets, whatever else is in it."""

import csv
import io
import json

import pytest
import typer
from typer.testing import CliRunner

from balie.cli.texts import all_texts, terminal_language
from balie.cli.triage import triage

RANKING = [{"intent": name, "confidence": 0.3} for name in ("past_due", "stop", "deny")]
UNDERSTOOD = {
    "language": "nl",
    "intent": "past_due",
    "confidence": 0.8,
    "ranking": RANKING,
    "decision": "answer",
    "second_topic": None,
}
APP = typer.Typer()
APP.command()(triage)


class FakeParser:
    def __init__(self):
        self.texts = []

    def parse(self, text, language=None):
        self.texts.append(text)
        if "laptop" in text:
            return {**UNDERSTOOD, "intent": "out_of_scope", "decision": "out_of_scope"}
        if "crash" in text:
            raise RuntimeError("what the customer wrote")
        return UNDERSTOOD


@pytest.fixture
def parser():
    return FakeParser()


@pytest.fixture
def run(monkeypatch, parser):
    monkeypatch.setattr("balie.cli.triage.load_parser", lambda model: parser)
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    return lambda *arguments, **options: CliRunner().invoke(APP, arguments, **options)


def rows(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_json_lines_come_back_with_what_is_understood_and_a_reply(run, parser, tmp_path):
    file = tmp_path / "tickets.jsonl"
    file.write_text('{"id": 7, "subject": "Re: rekening", "text": "Beste,\\nte laat\\nMvg, An"}\n')

    result = run(str(file))

    [found] = map(json.loads, result.stdout.splitlines())
    assert result.exit_code == 0
    assert (found["id"], found["intent"], found["decision"]) == (7, "past_due", "answer")
    assert "Stap 1 van" in found["suggested_reply"]
    assert "second_topic" not in found
    assert parser.texts == ["rekening\nte laat"]


def test_csv_comes_back_as_csv(run, tmp_path):
    file = tmp_path / "tickets.csv"
    file.write_bytes(b'\xef\xbb\xbfID;Subject;Text\r\n7;hoi;"te laat;\r\nbetaald"\r\n')

    [found] = rows(run(str(file)).stdout)

    assert found["ID"] == "7"
    assert found["text"] == "te laat;\nbetaald"
    assert found["intent"] == "past_due"
    assert json.loads(found["ranking"]) == RANKING


def test_json_can_be_had_of_csv_and_written_into_a_file(run, tmp_path):
    file, output = tmp_path / "tickets.csv", tmp_path / "out.jsonl"
    file.write_text("text\nte laat\n")

    result = run(str(file), "--json", "--output", str(output))

    assert result.stdout == ""
    assert json.loads(output.read_text())["intent"] == "past_due"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_what_is_none_of_ours_says_so_and_gets_no_reply(run):
    result = run("-", input='{"text": "my laptop does not start"}\n')

    found = json.loads(result.stdout)
    assert (found["decision"], found["suggested_reply"]) == ("out_of_scope", None)


def test_bad_json_rows_are_told_by_line_and_the_rest_is_done(run, tmp_path):
    file = tmp_path / "tickets.jsonl"
    file.write_bytes(
        b'{"text": "a"}\nnot json\n[1]\n{"text": 1}\n\n{"subject": " "}\n\xff\n'
        b'{"text": "crash"}\n{"text": "b"}\n'
    )

    result = run(str(file))

    assert [json.loads(line)["text"] for line in result.stdout.splitlines()] == ["a", "b"]
    for number in (2, 3, 4, 6, 7, 8):
        assert f"{file}:{number}: " in result.stderr
    assert "what the customer wrote" not in result.stderr
    assert "2 tickets, 6 bad rows" in result.stderr
    assert result.exit_code == 1


def test_bad_csv_rows_are_told_by_the_line_where_they_begin(run, tmp_path):
    file = tmp_path / "tickets.csv"
    file.write_bytes(b'subject,text\n,"a\nb"\n,\nonly one\n,\xff\n,c\n')

    result = run(str(file))

    assert [row["text"] for row in rows(result.stdout)] == ["a\nb", "c"]
    for number in (4, 5, 6):
        assert f"{file}:{number}: " in result.stderr
    assert result.exit_code == 1


def test_reasons_come_in_the_language_of_the_terminal(run, monkeypatch):
    monkeypatch.setenv("LC_ALL", "nl_BE.UTF-8")
    result = run("-", input='{"text": "a"}\nnee\n')

    assert "-:2: dit is geen JSON" in result.stderr
    assert "1 tickets, 1 foute rijen" in result.stderr


def test_P1_numbers_are_masked_in_every_column(run, parser):
    number = "4111 1111 1111 1111"
    result = run("-", input=json.dumps({"text": number, "from": number, "to": [number]}))

    assert number not in result.stdout
    assert "1111" in result.stdout
    assert number not in str(parser.texts)


def test_a_csv_without_a_text_column_is_refused(run):
    result = run("-", input="onderwerp,bericht\na,b\n")

    assert result.exit_code == 2
    assert "no column `text`" in result.stderr


def test_a_missing_file_is_told(run, tmp_path):
    result = run(str(tmp_path / "missing.csv"))

    assert result.exit_code == 2
    assert "cannot be read: No such file" in result.stderr


def test_an_output_that_cannot_be_written_is_told(run, tmp_path):
    result = run("-", "--output", str(tmp_path / "no" / "folder"), input='{"text": "a"}\n')

    assert result.exit_code == 2
    assert "cannot be written" in result.stderr


@pytest.mark.parametrize(
    ("value", "language"),
    [("nl_NL.UTF-8", "nl"), ("en_GB", "en"), ("C.UTF-8", "en"), ("de_DE", "en")],
)
def test_the_terminal_tells_its_language(monkeypatch, value, language):
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    monkeypatch.setenv("LANG", value)

    assert terminal_language() == language


def test_every_text_fills_in_the_same_values_in_both_languages():
    for key, text in all_texts().items():
        names = [
            {part.split("{")[1] for part in text[each].split("}")[:-1]} for each in ("en", "nl")
        ]
        assert names[0] == names[1], key
