"""`balie triage`: what the tickets of a file are about, and replies to suggest."""

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from balie.cli.models import Model, load_parser
from balie.cli.texts import say
from balie.cli.ticket_files import (
    SUBJECT,
    TEXT,
    BadFile,
    CsvWriter,
    JsonWriter,
    Row,
    format_of,
    read_rows,
)
from balie.settings import load_settings

if TYPE_CHECKING:
    from balie.nlu.parser import Parser

File = Annotated[
    Path,
    typer.Argument(help="JSON lines or CSV with `subject` and `text`; - reads standard input."),
]
Output = Annotated[
    Path | None, typer.Option("--output", "-o", help="Write into this file, not to the screen.")
]
Json = Annotated[bool, typer.Option("--json", help="Write JSON lines, also for CSV.")]


def triage(file: File, output: Output = None, as_json: Json = False, model: Model = None) -> None:
    """Write each ticket again with language, intent, confidence, decision and a reply to suggest.

    Card numbers, bank accounts and citizen service numbers are masked.
    """
    name = str(file)
    try:
        data = sys.stdin.buffer.read() if name == "-" else file.read_bytes()
        form = format_of(name, data)
        rows = read_rows(data, form)
    except OSError as error:
        _end(f"{name}: {say('triage_unreadable', reason=error.strerror or str(error))}", error)
    except BadFile as error:
        _end(f"{name}:1: {error}", error)
    assistant = _Assistant(load_parser(model))
    try:
        with _opened(output) as out:
            writer = JsonWriter(out) if as_json or form == "json" else CsvWriter(out)
            bad = _triage_all(rows, name, assistant, writer)
    except OSError as error:
        reason = error.strerror or str(error)
        _end(f"{output or 'stdout'}: {say('triage_unwritable', reason=reason)}", error)
    typer.echo(say("triage_done", done=len(rows) - bad, bad=bad), err=True)
    if bad:
        raise typer.Exit(1)


def _end(message: str, error: Exception) -> Any:
    typer.echo(message, err=True)
    raise typer.Exit(2) from error


class _Assistant:
    """Understands tickets as the running desk does."""

    def __init__(self, parser: "Parser") -> None:
        from balie.content import load_content
        from balie.desk.triage.mail import MailWords

        data_dir = load_settings().data_dir
        self._parser = parser
        self._content = load_content(data_dir)
        self._words = MailWords.load(data_dir)

    def triage(self, record: dict[str, Any]) -> dict[str, Any]:
        """The ticket, masked, with what is understood of it."""
        from balie.desk.rasa import Understanding
        from balie.desk.triage.tickets import Ticket, Triage

        ticket = Ticket(subject=record.get(SUBJECT) or "", text=record.get(TEXT) or "").masked()
        parsed = self._parser.parse(ticket.question(self._words))
        found = Triage.of(Understanding.model_validate(parsed), self._content)
        return {**_masked(record), **found.model_dump()}


def _masked(value: Any) -> Any:
    """The value with every text in it masked; other columns may hold numbers too."""
    from balie.privacy import mask

    match value:
        case str():
            return mask(value).text
        case dict():
            return {key: _masked(each) for key, each in value.items()}
        case list():
            return [_masked(each) for each in value]
    return value


def _triage_all(
    rows: list[Row], name: str, assistant: _Assistant, writer: JsonWriter | CsvWriter
) -> int:
    """Write the good rows, report the bad ones; how many there were of these."""
    bad = 0
    label = say("triage_progress")
    with typer.progressbar(rows, label=label, file=sys.stderr, show_pos=True) as progress:
        for row in progress:
            problem = row.problem
            if problem is None:
                try:
                    found = assistant.triage(row.record)
                except Exception as error:  # one ticket must not cost the others
                    problem = say("triage_failed", reason=type(error).__name__)
                else:
                    writer.write(found)
            if problem is not None:
                bad += 1
                typer.echo(f"{name}:{row.line}: {problem}", err=True)
    return bad


@contextlib.contextmanager
def _opened(output: Path | None) -> Iterator[TextIO]:
    """Where to write. A file takes its place when it is whole; the input may be the output."""
    if output is None:
        # Half a surrogate pair, which JSON may hold and UTF-8 may not, stays as it was escaped.
        sys.stdout.reconfigure(errors="backslashreplace", newline="")  # type: ignore[union-attr]
        yield sys.stdout
        return
    handle, temporary = tempfile.mkstemp(dir=output.parent, prefix=f".{output.name}.")
    try:
        with open(handle, "w", encoding="utf-8", errors="backslashreplace", newline="") as out:
            yield out
        os.replace(temporary, output)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
