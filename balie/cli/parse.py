"""`balie parse`: understand the messages of a file."""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from balie.cli.models import Model, load_parser

if TYPE_CHECKING:
    from balie.nlu.parser import Parser


def parse(
    file: Annotated[Path, typer.Argument(help="JSON lines with a `text`; - reads standard input.")],
    model: Model = None,
) -> None:
    """Write each message again with language, intent, confidence, ranking and decision added."""
    lines = _read_lines(file)
    parser = load_parser(model)
    with typer.progressbar(lines, label="messages", file=sys.stderr) as progress:
        bad = _parse_lines(progress, str(file), parser)
    if bad:
        typer.echo(f"{bad} bad lines", err=True)
        raise typer.Exit(1)


def _read_lines(file: Path) -> list[bytes]:
    try:
        data = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        typer.echo(f"{file}: {error.strerror}", err=True)
        raise typer.Exit(1) from error
    return data.removeprefix(b"\xef\xbb\xbf").splitlines()


def _parse_lines(lines: Iterable[bytes], name: str, parser: "Parser") -> int:
    """Print the understood messages, report the bad lines; how many there were of these."""
    from balie.nlu.messages import BadLine, read_record

    bad = 0
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            record = read_record(line)
        except BadLine as error:
            typer.echo(f"{name}:{number}: {error}", err=True)
            bad += 1
            continue
        understood = json.dumps({**record, **parser.parse(record["text"])}, ensure_ascii=False)
        # Half a surrogate pair, which JSON may hold and UTF-8 may not, stays as it was escaped.
        typer.echo(understood.encode("utf-8", "backslashreplace"))
    return bad
