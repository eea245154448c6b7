"""The option `--model`, and loading the understanding part of a model."""

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from balie.cli.texts import say
from balie.cli.training import is_whole
from balie.settings import load_settings

if TYPE_CHECKING:
    from balie.nlu.parser import Parser

Model = Annotated[
    Path | None, typer.Option(help="A trained model; the newest in models/ where not given.")
]


def load_parser(model: Path | None) -> "Parser":
    """The model's understanding part; ends the command where there is none, or a damaged one."""
    from balie.nlu.parser import NoModel, Parser, newest_model

    try:
        found = model or newest_model(load_settings().project_dir / "models")
    except NoModel as error:
        typer.echo(f"balie: {error}", err=True)
        raise typer.Exit(1) from error
    if not is_whole(found):
        key = "model_damaged" if found.exists() else "model_not_there"
        typer.echo(f"balie: {say(key, model=str(found))}", err=True)
        raise typer.Exit(1)
    with warnings.catch_warnings():  # Rasa's are for whoever writes the domain
        warnings.simplefilter("ignore")
        return Parser.load(found)
