"""Files of tickets: JSON lines or CSV with `subject` and `text`, read and written alike."""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TextIO

from balie.cli.file_problems import FileProblem
from balie.cli.records import Record, read_record
from balie.privacy import mask

Format = Literal["csv", "json"]
SUBJECT, TEXT = "subject", "text"
_DELIMITERS = ",;\t|"
# A ticket may quote a long exchange of mails.
_LONGEST_FIELD = 10_000_000
_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_OTHER_BYTE = re.compile("[\udc80-\udcff]")


@dataclass(frozen=True)
class Row:
    """A row: its ticket, or what is wrong with it."""

    line: int
    record: Record
    problem: FileProblem | None = None


def format_of(name: str, data: bytes) -> Format:
    """How a file is written: by its name, else by its first character."""
    if name.endswith(".csv"):
        return "csv"
    if name.endswith((".json", ".jsonl", ".ndjson")):
        return "json"
    return "json" if data.lstrip().startswith(b"{") else "csv"


def read_rows(data: bytes, form: Format) -> list[Row]:
    """Every row, good or bad; raises `FileProblem` where no row can be read."""
    return list(_read_json(data) if form == "json" else _read_csv(data))


def _read_json(data: bytes) -> Iterator[Row]:
    for number, line in enumerate(data.splitlines(), start=1):
        if line.strip():
            try:
                yield Row(number, _checked(read_record(line, number), number))
            except FileProblem as problem:
                yield Row(number, {}, problem)


def _read_csv(data: bytes) -> Iterator[Row]:
    # Bytes that are no UTF-8 become surrogates, so that one bad row does not spoil the others.
    lines = list(io.StringIO(data.decode("utf-8", "surrogateescape"), newline=""))
    delimiter = max(_DELIMITERS, key=lines[0].count)  # Dutch spreadsheets write semicolons
    records = _records(lines, delimiter)
    at, header = next(records)
    names = _names(lines, at, header, delimiter)
    is_empty = True
    for at, fields in records:
        is_empty = False
        try:
            yield Row(at + 1, _checked(_named(lines, at, fields, names), at + 1))
        except FileProblem as problem:
            yield Row(at + 1, {}, problem)
    if is_empty:
        raise FileProblem("no-rows", at + 1)


def _records(lines: Sequence[str], delimiter: str) -> Iterator[tuple[int, list[str] | FileProblem]]:
    """Each record, and the number (from 0) of the line where it begins; empty lines are none.

    Quotes that are not closed would swallow all that follows: their line is given up, and reading
    goes on at the next one.
    """
    csv.field_size_limit(_LONGEST_FIELD)
    start = 0
    while start < len(lines):
        at = start
        rest = (lines[number] for number in range(start, len(lines)))
        reader = csv.reader(rest, delimiter=delimiter, strict=True)
        try:
            for fields in reader:
                if fields:
                    yield at, fields
                at = start + reader.line_num
            return
        except csv.Error:
            _, broken = _columns(lines[at], delimiter)
            yield at, FileProblem("open-quotes", at + 1, broken or 1)
            start = at + 1


def _columns(line: str, delimiter: str) -> tuple[list[int], int | None]:
    """Where each field of a line begins, and where quotes are that do not end as they should."""
    text = line.rstrip("\r\n")
    begins, position = [1], 0
    while True:
        end: int = text.find(delimiter, position)
        if text.startswith('"', position):
            quoted = _QUOTED.match(text, position)
            end = quoted.end() if quoted else len(text)
            if quoted is None or text[end : end + 1] not in ("", delimiter):
                return begins, position + 1
        if end < 0 or end >= len(text):
            return begins, None
        position = end + 1
        begins.append(position + 1)


def _names(
    lines: Sequence[str], at: int, header: list[str] | FileProblem, delimiter: str
) -> list[str]:
    """The names of the columns; raises `FileProblem`."""
    if isinstance(header, FileProblem):
        raise header
    _refuse_other_bytes(lines, at, header)
    plain = [name.strip() for name in header]
    names = [name.lower() if name.lower() in (SUBJECT, TEXT) else name for name in plain]
    if TEXT not in names:
        raise FileProblem("missing-column", at + 1)
    for number, name in enumerate(names):
        if name and name in names[:number]:
            begins, _ = _columns(lines[at], delimiter)
            column = begins[number] if number < len(begins) else 1
            raise FileProblem("duplicate-column", at + 1, column, name=mask(name).text)
    return names


def _named(
    lines: Sequence[str], at: int, fields: list[str] | FileProblem, names: Sequence[str]
) -> Record:
    if isinstance(fields, FileProblem):
        raise fields
    if len(fields) != len(names):
        raise FileProblem("wrong-fields", at + 1, found=str(len(fields)), wanted=str(len(names)))
    _refuse_other_bytes(lines, at, fields)
    return dict(zip(names, fields, strict=True))


def _refuse_other_bytes(lines: Sequence[str], at: int, fields: Sequence[str]) -> None:
    if any(map(_OTHER_BYTE.search, fields)):
        for number in range(at, len(lines)):
            if found := _OTHER_BYTE.search(lines[number]):
                raise FileProblem("not-utf8", number + 1, found.start() + 1)


def _checked(record: Record, line: int) -> Record:
    for name in (SUBJECT, TEXT):
        if not isinstance(record.get(name) or "", str):
            raise FileProblem("not-text", line, key=name)
    if not any((record.get(name) or "").strip() for name in (SUBJECT, TEXT)):
        raise FileProblem("empty-text", line)
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
