"""`balie train`: train the assistant if its data changed."""

from typing import Annotated

import typer

from balie.cli.training import TrainingFailed, is_whole, model_path
from balie.cli.training import train as train_model
from balie.settings import load_settings


def train(
    force: Annotated[bool, typer.Option(help="Train even if nothing has changed.")] = False,
) -> None:
    """Train the assistant if its examples, rules or pipeline changed."""
    project = load_settings().project_dir
    if not force and is_whole(model_path(project)):
        typer.echo(f"Nothing has changed since models/{model_path(project).name} was trained.")
        return
    try:
        typer.echo(f"Trained models/{train_model(project, force).name}.")
    except TrainingFailed as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
