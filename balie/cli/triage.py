"""`balie triage`: what the tickets of a file are about, and replies to suggest."""

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from balie.cli.file_problems import FileProblem
from balie.cli.models import Model, load_parser
from balie.cli.records import masked, read_file
from balie.cli.texts import say
from balie.cli.ticket_files import (
    SUBJECT,
    TEXT,
    CsvWriter,
    JsonWriter,
    Row,
    format_of,
    read_rows,
)
from balie.content import ContentErrors
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
    if _is_input(output, file):
        typer.echo(f"{output}: {say('triage_output_is_input')}", err=True)
        raise typer.Exit(2)
    try:
        data = read_file(file)
        form = format_of(name, data)
        rows = read_rows(data, form)
    except FileProblem as problem:
        _end(problem.of(name), problem)
    try:
        assistant = _Assistant(load_parser(model))
    except ContentErrors as errors:
        _end(str(errors), errors)
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


def _is_input(output: Path | None, file: Path) -> bool:
    """Whether the output would take the place of the tickets; bad rows would be lost with them."""
    try:
        source = os.fstat(0) if str(file) == "-" else file.stat()
        return output is not None and os.path.samestat(output.stat(), source)
    except OSError:  # one of the two is not there
        return False


def _end(message: str, error: Exception) -> Any:
    typer.echo(message, err=True)
    raise typer.Exit(2) from error


class _Assistant:
    """Understands tickets as the running desk does."""

    def __init__(self, parser: "Parser") -> None:
        from balie.content import load_usable
        from balie.desk.triage.mail import MailWords

        data_dir = load_settings().data_dir
        self._parser = parser
        self._content = load_usable(data_dir).content
        self._words = MailWords.load(data_dir)

    def triage(self, record: dict[str, Any]) -> dict[str, Any]:
        """The ticket, masked, with what is understood of it."""
        from balie.desk.rasa import Understanding
        from balie.desk.triage.tickets import Ticket, Triage

        ticket = Ticket(subject=record.get(SUBJECT) or "", text=record.get(TEXT) or "").masked()
        parsed = self._parser.parse(ticket.question(self._words))
        found = Triage.of(Understanding.model_validate(parsed), self._content)
        return {**masked(record), **found.model_dump()}


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
                    reason = type(error).__name__
                    problem = FileProblem("not-understood", row.line, reason=reason)
                else:
                    writer.write(found)
            if problem is not None:
                bad += 1
                typer.echo(problem.of(name), err=True)
    return bad


@contextlib.contextmanager
def _opened(output: Path | None) -> Iterator[TextIO]:
    """Where to write. A file takes its place when it is whole."""
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
