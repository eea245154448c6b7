"""Files of tickets: JSON lines or CSV with `subject` and `text`, read and written alike."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TextIO

from balie.cli.texts import say

Format = Literal["csv", "json"]
SUBJECT, TEXT = "subject", "text"
_BOM = b"\xef\xbb\xbf"
_DELIMITERS = ",;\t|"
# A ticket may quote a long exchange of mails.
_LONGEST_FIELD = 10_000_000


class BadRow(ValueError):
    """A row that holds no ticket; the message says why."""


class BadFile(Exception):
    """A file without any ticket that could be read; the message says why."""


@dataclass(frozen=True)
class Row:
    """A row: the line where it begins, and its ticket or what is wrong with it."""

    line: int
    record: dict[str, Any]
    problem: str | None = None


def format_of(name: str, data: bytes) -> Format:
    """How a file is written: by its name, else by its first character."""
    if name.endswith(".csv"):
        return "csv"
    if name.endswith((".json", ".jsonl", ".ndjson")):
        return "json"
    return "json" if data.removeprefix(_BOM).lstrip().startswith(b"{") else "csv"


def read_rows(data: bytes, form: Format) -> list[Row]:
    """Every row, good or bad; raises `BadFile` for a CSV without a column `text`."""
    data = data.removeprefix(_BOM)
    return list(_read_json(data) if form == "json" else _read_csv(data))


def _read_json(data: bytes) -> Iterator[Row]:
    for number, line in enumerate(data.splitlines(), start=1):
        if line.strip():
            try:
                yield Row(number, _checked(_object(line)))
            except BadRow as error:
                yield Row(number, {}, str(error))


def _object(line: bytes) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except UnicodeDecodeError as error:
        raise BadRow(say("triage_not_utf8")) from error
    except (ValueError, RecursionError) as error:
        raise BadRow(say("triage_not_json")) from error
    if not isinstance(record, dict):
        raise BadRow(say("triage_not_object"))
    return record


def _read_csv(data: bytes) -> Iterator[Row]:
    # Bytes that are no UTF-8 become surrogates, so that one bad row does not spoil the others.
    text = data.decode("utf-8", "surrogateescape")
    csv.field_size_limit(_LONGEST_FIELD)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    header = [name.strip() for name in next(reader, [])]
    names = [name.lower() if name.lower() in (SUBJECT, TEXT) else name for name in header]
    if TEXT not in names:
        raise BadFile(say("triage_no_column"))
    while True:
        line = reader.line_num + 1
        try:
            fields = next(reader, None)
            if fields is None:
                return
            if fields:  # an empty line is none
                yield Row(line, _checked(_named(fields, names)))
        except csv.Error as error:
            yield Row(line, {}, say("triage_bad_csv", reason=str(error)))
        except BadRow as error:
            yield Row(line, {}, str(error))


def _delimiter(text: str) -> str:
    """The one that the first line has most of: Dutch spreadsheets write semicolons."""
    first = text.partition("\n")[0]
    return max(_DELIMITERS, key=first.count)


def _named(fields: Sequence[str], names: Sequence[str]) -> dict[str, Any]:
    if len(fields) != len(names):
        raise BadRow(say("triage_wrong_fields", found=len(fields), wanted=len(names)))
    if any("\udc80" <= char <= "\udcff" for field in fields for char in field):
        raise BadRow(say("triage_not_utf8"))
    return dict(zip(names, fields, strict=True))


def _checked(record: dict[str, Any]) -> dict[str, Any]:
    for name in (SUBJECT, TEXT):
        if not isinstance(record.get(name) or "", str):
            raise BadRow(say("triage_not_text", name=name))
    if not any((record.get(name) or "").strip() for name in (SUBJECT, TEXT)):
        raise BadRow(say("triage_no_text"))
    return record


class JsonWriter:
    """Writes JSON lines."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def write(self, record: Mapping[str, Any]) -> None:
        """Write one row."""
        self._out.write(_json(record) + "\n")


class CsvWriter:
    """Writes CSV; lists become JSON. The first row's names become the header."""

    def __init__(self, out: TextIO) -> None:
        self._writer = csv.writer(out)
        self._names: list[str] | None = None

    def write(self, record: Mapping[str, Any]) -> None:
        """Write one row."""
        if self._names is None:
            self._names = list(record)
            self._writer.writerow(self._names)
        self._writer.writerow([_cell(record[name]) for name in self._names])


def _cell(value: Any) -> Any:
    return _json(value) if isinstance(value, list | dict) else value


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
