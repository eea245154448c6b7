"""The option `--model`, and loading the understanding part of a model."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from balie.settings import load_settings

if TYPE_CHECKING:
    from balie.nlu.parser import Parser

Model = Annotated[
    Path | None, typer.Option(help="A trained model; the newest in models/ where not given.")
]


def load_parser(model: Path | None) -> "Parser":
    """The model's understanding part; ends the command where there is no such model."""
    from balie.nlu.parser import NoModel, Parser, newest_model

    try:
        return Parser.load(model or newest_model(load_settings().project_dir / "models"))
    except NoModel as error:
        typer.echo(f"balie: {error}", err=True)
        raise typer.Exit(1) from error
