"""`balie token`: a customer's token, to try signing in."""

import json
from datetime import timedelta
from typing import Annotated

import typer

from balie.desk.tokens import LONGEST_SIGN_IN, make_customer_token
from balie.settings import load_settings

_LONGEST_MINUTES = int(LONGEST_SIGN_IN / timedelta(minutes=1))


def token(
    customer: Annotated[str, typer.Option(help="Whose token, such as C-1001.")],
    minutes: Annotated[
        int, typer.Option(min=1, max=_LONGEST_MINUTES, help="How long it is valid.")
    ] = _LONGEST_MINUTES,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Print a token that signs one conversation in, as the company's own site would make it."""
    settings = load_settings()
    if settings.customer_public_key:
        typer.echo(
            "BALIE_CUSTOMER_PUBLIC_KEY is set: tokens are made with the private key, elsewhere.",
            err=True,
        )
        raise typer.Exit(1)
    made = make_customer_token(settings, customer, timedelta(minutes=minutes))
    typer.echo(json.dumps({"customer": customer, "customer_token": made}) if as_json else made)
