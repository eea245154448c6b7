import json

import pytest
import typer
from typer.testing import CliRunner

from balie.cli import token
from balie.desk.tokens import CustomerTokens
from balie.settings import Settings

app = typer.Typer()
app.command()(token.token)


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    return result.output.strip()


def tokens(settings: Settings) -> CustomerTokens:
    return CustomerTokens(settings.customer_secret.get_secret_value(), None, "balie-demo")


def test_prints_a_token_that_the_desk_takes() -> None:
    identity = tokens(Settings()).identify(run("--customer", "C-1001"))

    assert identity.customer == "C-1001"


def test_each_token_is_another() -> None:
    assert run("--customer", "C-1001") != run("--customer", "C-1001")


def test_prints_json() -> None:
    made = json.loads(run("--customer", "C-1002", "--minutes", "5", "--json"))

    assert made["customer"] == "C-1002"
    assert tokens(Settings()).identify(made["customer_token"]).customer == "C-1002"


@pytest.mark.parametrize("minutes", ["0", "61"])
def test_no_token_lasts_longer_than_the_desk_allows(minutes: str) -> None:
    assert CliRunner().invoke(app, ["--customer", "C-1", "--minutes", minutes]).exit_code == 2


def test_with_a_public_key_it_says_why_it_cannot(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(customer_public_key="-----BEGIN PUBLIC KEY-----")
    monkeypatch.setattr(token, "load_settings", lambda: settings)
    result = CliRunner().invoke(app, ["--customer", "C-1001"])

    assert result.exit_code == 1
    assert "BALIE_CUSTOMER_PUBLIC_KEY" in result.output
