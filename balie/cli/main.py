"""The `balie` command itself: it knows its commands by name and imports only the one asked for.

A command is a module of this package with a function (or, for several subcommands, a Typer app
called `app`) of its own name; `-` in the command's name is `_` in the module's.
"""

from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

COMMANDS = (
    "run",
    "train",
    "chat",
    "check",
    "map",
    "parse",
    "triage",
    "evaluate",
    "test",
    "tickets",
    "review",
    "token",
    "demo-data",
    "doctor",
)


class Commands(TyperGroup):
    """Finds a command when it is asked for."""

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]
        """The commands in the order of the list above."""
        return list(COMMANDS)

    def get_command(  # type: ignore[override]
        self, ctx: typer.Context, cmd_name: str
    ) -> TyperCommand | TyperGroup | None:
        """The command, imported now; None when there is none of that name."""
        return load_command(cmd_name) if cmd_name in COMMANDS else None

    def invoke(self, ctx: typer.Context) -> Any:  # type: ignore[override]
        """Run the command; settings that cannot be are told, a line each, and end it with 2."""
        try:
            return super().invoke(ctx)
        except Exception as error:
            from balie.settings import BadSettings

            if not isinstance(error, BadSettings):
                raise
            for line in str(error).splitlines():
                typer.echo(f"balie: {line}", err=True)
            raise typer.Exit(2) from error


def load_command(name: str) -> TyperCommand | TyperGroup:
    """Import the command's module and make its command."""
    function = name.replace("-", "_")
    module = import_module(f"balie.cli.{function}")
    commands = getattr(module, "app", None)
    if commands is None:
        commands = typer.Typer(add_completion=False)
        commands.command(name)(getattr(module, function))
    command: TyperCommand | TyperGroup = typer.main.get_command(commands)  # type: ignore[assignment]
    command.name = name
    return command


app = typer.Typer(cls=Commands, no_args_is_help=True, add_completion=False)


@app.callback()
def balie() -> None:
    """A Dutch/English billing help desk."""
