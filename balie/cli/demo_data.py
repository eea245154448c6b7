"""`balie demo-data`: fill the billing stub with its demo customers."""

import json
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from balie.billing.database import migrate, open_engine
from balie.billing.demo import DEMO_CUSTOMERS, load_demo
from balie.cli.state_folder import refuse_unusable_database
from balie.settings import load_settings


def demo_data(
    reset: Annotated[
        bool, typer.Option("--reset", help="Make them all anew and forget what was tried.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Make the demo customers, with dates relative to today; those made today are kept."""
    settings = load_settings()
    if settings.environment == "production":
        typer.echo("Demo customers exist in development only.", err=True)
        raise typer.Exit(1)
    refuse_unusable_database(settings, "billing_database")
    url = settings.billing_database()
    migrate(url)
    engine = open_engine(url)
    made = load_demo(engine, datetime.now(ZoneInfo(settings.time_zone)), reset=reset)
    engine.dispose()
    rows = [
        {"id": demo.id, "state": demo.state, "made": demo.id in made} for demo in DEMO_CUSTOMERS
    ]
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        typer.echo(f"{row['id']}  {'made' if row['made'] else 'kept'}  {row['state']}")
