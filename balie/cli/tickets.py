"""`balie tickets`: what waits for a person."""

import json
from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypeVar

import typer
from sqlalchemy.orm import Session

from balie.cli.state_folder import refuse_unusable_database
from balie.desk.database import DatabaseUnavailable, in_transaction, open_engine
from balie.desk.migrate import migrate
from balie.desk.schemas import message_view
from balie.desk.tables import Ticket
from balie.desk.tickets import find_ticket, list_tickets, transcript
from balie.settings import load_settings

Result = TypeVar("Result")
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]

_LISTED = ("reference", "state", "language", "customer", "topic", "step", "created_at")
_SHOWN = (*_LISTED, "updated_at", "reason", "email", "note")

app = typer.Typer(add_completion=False, help="What waits for a person.")


@app.callback(invoke_without_command=True)
def tickets(
    context: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help="Closed tickets too.")] = False,
    as_json: Json = False,
) -> None:
    """List the open tickets, the newest first."""
    if context.invoked_subcommand:
        return
    found = _read(lambda session: list_tickets(session, None if everything else "open"))
    rows = [_row(ticket, _LISTED) for ticket in found]
    typer.echo(json.dumps(rows, indent=2) if as_json else _table(rows))


@app.command("show")
def show_ticket(
    reference: Annotated[str, typer.Argument(help="The reference, such as H4C-7RM-2XW.")],
    as_json: Json = False,
) -> None:
    """Show one ticket and the conversation so far."""

    def work(session: Session) -> dict[str, Any] | None:
        ticket = find_ticket(session, reference)
        if ticket is None:
            return None
        messages = [message_view(message) for message in transcript(session, ticket)]
        return {**_row(ticket, _SHOWN), "messages": messages}

    found = _read(work)
    if found is None:
        typer.echo(f"There is no ticket {reference}.", err=True)
        raise typer.Exit(1)
    typer.echo(json.dumps(found, indent=2, ensure_ascii=False) if as_json else _page(found))


def _read(work: Callable[[Session], Result]) -> Result:
    settings = load_settings()
    refuse_unusable_database(settings, "database")
    engine = open_engine(settings.database())
    try:
        migrate(engine)
        return in_transaction(engine, work)
    except DatabaseUnavailable as error:
        typer.echo(f"The database does not answer ({error}).", err=True)
        raise typer.Exit(1) from error
    finally:
        engine.dispose()


def _row(ticket: Ticket, names: Sequence[str]) -> dict[str, Any]:
    values = {name: getattr(ticket, name) for name in names}
    return {
        name: value.isoformat(timespec="seconds") if name.endswith("_at") else value
        for name, value in values.items()
    }


def _table(rows: Sequence[dict[str, Any]]) -> str:
    if not rows:
        return "No tickets."
    lines = [_LISTED, *([str(row[name] or "-") for name in _LISTED] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def _page(ticket: dict[str, Any]) -> str:
    facts = [f"{name.replace('_', ' ')}: {ticket[name]}" for name in _SHOWN if ticket[name]]
    said = [f"\n{each['at']} {each['author']}\n{each['text']}" for each in ticket["messages"]]
    return "\n".join([*facts, *said])
