"""`balie doctor`: what is missing on this machine, and how to put it right."""

import json
from typing import Annotated

import typer

from balie.cli.texts import say
from balie.settings import load_settings

Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]

_COLORS = {"ok": "green", "missing": "red", "optional": "yellow"}


def doctor(as_json: Json = False) -> None:
    """Say what is missing on this machine, and how to put it right."""
    from balie.cli.checkup import examine

    findings = examine(load_settings())
    if as_json:
        rows = [
            {"check": each.check, "state": each.state, "message": each.message, "fix": each.fix}
            for each in findings
        ]
        typer.echo(json.dumps(rows, indent=2, ensure_ascii=False))
    else:
        for each in findings:
            mark = typer.style(say(f"doctor_state_{each.state}"), fg=_COLORS[each.state])
            typer.echo(f"{mark}  {each.message}")
            if each.fix:
                typer.echo(f"    {each.fix}")
    if any(each.state == "missing" for each in findings):
        raise typer.Exit(1)
