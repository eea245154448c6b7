"""`balie parse`: understand the messages of a file."""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from balie.cli.file_problems import FileProblem
from balie.cli.models import Model, load_parser
from balie.cli.records import masked, read_file, read_record, text_of
from balie.cli.texts import say

if TYPE_CHECKING:
    from balie.nlu.parser import Parser


def parse(
    file: Annotated[Path, typer.Argument(help="JSON lines with a `text`; - reads standard input.")],
    model: Model = None,
) -> None:
    """Write each message again with language, intent, confidence, ranking and decision added.

    Card numbers, bank accounts and citizen service numbers are masked.
    """
    try:
        lines = read_file(file).splitlines()
    except FileProblem as problem:
        typer.echo(problem.of(str(file)), err=True)
        raise typer.Exit(1) from problem
    parser = load_parser(model)
    with typer.progressbar(lines, label=say("parse_progress"), file=sys.stderr) as progress:
        done, bad = _parse_lines(progress, str(file), parser)
    if bad:
        typer.echo(say("parse_done", done=done, bad=bad), err=True)
        raise typer.Exit(1)


def _parse_lines(lines: Iterable[bytes], name: str, parser: "Parser") -> tuple[int, int]:
    """Print the understood messages, report the bad lines; how many there were of each."""
    done = bad = 0
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            record = read_record(line, number)
            text_of(record, "text", number)
        except FileProblem as problem:
            typer.echo(problem.of(name), err=True)
            bad += 1
            continue
        record = masked(record)
        understood = json.dumps({**record, **parser.parse(record["text"])}, ensure_ascii=False)
        # Half a surrogate pair, which JSON may hold and UTF-8 may not, stays as it was escaped.
        typer.echo(understood.encode("utf-8", "backslashreplace"))
        done += 1
    return done, bad
