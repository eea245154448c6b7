"""`balie triage` understands a file of tickets, whatever else is in it."""

import csv
import io
import json
import time

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
        assert f"{file}:{number}:" in result.stderr
    assert "what the customer wrote" not in result.stderr
    assert "2 tickets, 6 bad rows" in result.stderr
    assert result.exit_code == 1


def test_bad_csv_rows_are_told_by_the_line_where_they_begin(run, tmp_path):
    file = tmp_path / "tickets.csv"
    file.write_bytes(b'subject,text\n,"a\nb"\n,\nonly one\n,\xff\n,c\n')

    result = run(str(file))

    assert [row["text"] for row in rows(result.stdout)] == ["a\nb", "c"]
    for number in (4, 5, 6):
        assert f"{file}:{number}:" in result.stderr
    assert result.exit_code == 1


def test_reasons_come_in_the_language_of_the_terminal(run, monkeypatch):
    monkeypatch.setenv("LC_ALL", "nl_BE.UTF-8")
    result = run("-", input='{"text": "a"}\nnee\n')

    assert "-:2:1 not-json Vanaf hier is dit geen JSON. (Schrijf één JSON-object" in result.stderr
    assert "1 tickets, 1 foute rijen" in result.stderr


def test_P1_numbers_are_masked_in_every_column(run, parser):
    number = "4111 1111 1111 1111"
    whole = int(number.replace(" ", ""))
    result = run(
        "-",
        input=json.dumps(
            {"text": number, "from": number, "to": [number], number: 1, "card": whole}
        ),
    )

    assert str(whole) not in result.stdout
    assert number not in result.stdout
    assert "1111" in result.stdout
    assert number not in str(parser.texts)


@pytest.mark.parametrize(
    ("data", "place", "sentence"),
    [
        (
            b"onderwerp,bericht\na,b\n",
            "1:1 missing-column",
            "The first line names no column `text`.",
        ),
        (b"text,id,text\na,1,b\n", "1:9 duplicate-column", "The column `text` is named twice."),
        (b'"id";Text;"a;b";id\n1;a;b;c\n', "1:17 duplicate-column", "The column `id` is named"),
        (b"", "1:1 empty-file", "There is nothing in this file."),
        (b"\xef\xbb\xbf \n\n", "1:1 empty-file", "There is nothing in this file."),
        (b"\nsubject,text\n\n", "2:1 no-rows", "There is a header, but no ticket below it."),
        (b"subject,text\xe9\na,b\n", "1:13 not-utf8", "This is not UTF-8."),
        ("subject,text\na,b\n".encode("utf-16"), "1:1 not-utf8", "This is not UTF-8."),
        (b'subject,"text\na,b\n', "1:9 open-quotes", "The quotes that begin here are not closed"),
    ],
)
def test_a_csv_that_holds_no_ticket_is_refused_with_place_and_fix(
    run, tmp_path, data, place, sentence
):
    file = tmp_path / "tickets.csv"
    file.write_bytes(data)

    result = run(str(file))

    assert result.exit_code == 2
    assert result.stderr.startswith(f"{file}:{place} {sentence}")
    assert result.stderr.endswith(".)\n")
    assert len(result.stderr.splitlines()) == 1


def test_quotes_that_are_not_closed_cost_one_row_only(run, tmp_path):
    file = tmp_path / "tickets.csv"
    file.write_bytes(
        b'id,text\n1,"never closed\n2,"fine, this one"\n3,"two\nlines"\n4,"a" b\n'
        b'5,say ""hi""\n6,"last\n'
    )

    result = run(str(file))

    assert [(row["id"], row["text"]) for row in rows(result.stdout)] == [
        ("2", "fine, this one"),
        ("3", "two\nlines"),
        ("5", 'say ""hi""'),
    ]
    for place in ("2:3", "6:3", "8:3"):
        assert f"{file}:{place} open-quotes " in result.stderr
    assert "3 tickets, 3 bad rows" in result.stderr
    assert result.exit_code == 1


def test_bad_bytes_and_missing_fields_are_told_with_line_and_column(run, tmp_path):
    file = tmp_path / "tickets.csv"
    file.write_bytes(b'id,text\n1,caf\xe9\n2,"a\n\xe9"\n3\n4,good\n')

    result = run(str(file))

    assert [row["id"] for row in rows(result.stdout)] == ["4"]
    for problem in ("2:6 not-utf8", "4:1 not-utf8", "5:1 wrong-fields 1 fields where the header"):
        assert f"{file}:{problem}" in result.stderr


def test_many_quotes_that_are_not_closed_take_no_time(run, tmp_path, parser):
    file = tmp_path / "tickets.csv"
    file.write_text("id,text\n" + '1,"x\n' * 20_000)
    start = time.monotonic()

    result = run(str(file))

    assert time.monotonic() - start < 10
    assert "20,000 bad rows" in result.stderr


def test_a_missing_file_is_told(run, tmp_path):
    result = run(str(tmp_path / "missing.csv"))

    assert result.exit_code == 2
    assert "missing.csv:1:1 unreadable The file cannot be read: No such file" in result.stderr


@pytest.mark.parametrize("name", ["tickets.csv", "link.csv", "folder/../tickets.csv"])
def test_the_tickets_are_never_overwritten_by_the_result(run, tmp_path, name):
    file = tmp_path / "tickets.csv"
    file.write_text("subject,text\n,a\nonly one\n")
    (tmp_path / "folder").mkdir()
    (tmp_path / "link.csv").symlink_to(file)
    result = run(str(file), "--output", str(tmp_path / name))

    assert result.exit_code == 2
    assert "is the file with the tickets itself" in result.stderr
    assert file.read_text() == "subject,text\n,a\nonly one\n"


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
