"""Settings: documented, and safe in production."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from balie.settings import (
    DEVELOPMENT_SECRET,
    BadSettings,
    InsecureSettings,
    Settings,
    load_settings,
)

DOCUMENT = Path(__file__).parents[1] / "docs" / "settings.md"
OWN = {
    name: f"own-{name}-{'x' * 32}"
    for name, field in Settings.model_fields.items()
    if field.annotation is SecretStr
}


def row(name: str) -> str:
    """The line that docs/settings.md must have for a setting."""
    field = Settings.model_fields[name]
    default = None if field.is_required() or field.default_factory else field.default
    if isinstance(default, SecretStr):
        shown = "for development only"
    else:
        shown = f"`{default}`" if default not in (None, "") else ""
    return f"| `BALIE_{name.upper()}` | {shown} | {field.description} |"


def test_every_setting_is_documented_and_nothing_else() -> None:
    lines = DOCUMENT.read_text(encoding="utf-8").splitlines()

    assert [line for line in lines if line.startswith("| `")] == [
        row(name) for name in Settings.model_fields
    ]


def test_the_environment_sets_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BALIE_DESK_PORT", "9000")
    monkeypatch.setenv("BALIE_DATABASE_URL", "")
    settings = Settings()

    assert settings.desk_port == 9000
    assert settings.database().startswith("sqlite:///")


def test_another_process_gets_the_very_same_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BALIE_DATABASE_URL", "postgresql://elsewhere")
    settings = Settings(**{"desk_port": 9000, "database_url": None, **OWN})
    for name, value in settings.as_environment().items():
        monkeypatch.setenv(name, value)

    assert Settings() == settings


def test_a_value_of_the_wrong_kind_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BALIE_DESK_PORT", "eight thousand")

    with pytest.raises(ValidationError, match="desk_port"):
        Settings()


@pytest.mark.parametrize(
    ("variable", "value", "line"),
    [
        (
            "DESK_PORT",
            "abc",
            "BALIE_DESK_PORT is `abc`; expected is a whole number from 1 to 65535.",
        ),
        ("DESK_PORT", "70000", "BALIE_DESK_PORT is `70000`; expected is a whole number from 1"),
        ("RASA_TIMEOUT", "soon", "BALIE_RASA_TIMEOUT is `soon`; expected is a number above 0."),
        ("RASA_TIMEOUT", "nan", "BALIE_RASA_TIMEOUT is `nan`; expected is a number above 0."),
        ("BILLING_ATTEMPTS", "1.5", "BALIE_BILLING_ATTEMPTS is `1.5`; expected is a whole number"),
        (
            "ENVIRONMENT",
            "prod",
            "BALIE_ENVIRONMENT is `prod`; expected is development or production.",
        ),
        ("TIME_ZONE", "Mars", "BALIE_TIME_ZONE is `Mars`; expected is a time zone such as Europe"),
        (
            "BILLING_URL",
            "me:pw@x",
            "BALIE_BILLING_URL is wrong; expected is an address that begins with http",
        ),
        (
            "DATABASE_URL",
            "me:pw@x",
            "BALIE_DATABASE_URL is wrong; expected is an address such as postgresql",
        ),
        (
            "DATABASE_URL",
            "postgres://me:pw@x/balie",
            "BALIE_DATABASE_URL is wrong; expected is an address such as postgresql+psycopg://",
        ),
        (
            "PROJECT_DIR",
            "/nonexistent",
            "BALIE_PROJECT_DIR is `/nonexistent`; expected is a folder that exists, with config",
        ),
        (
            "REDIS_URL",
            "http://x",
            "BALIE_REDIS_URL is wrong; expected is an address that begins with redis://",
        ),
        (
            "RABBITMQ_URL",
            "rabbit",
            "BALIE_RABBITMQ_URL is wrong; expected is an address that begins with amqp",
        ),
    ],
)
def test_a_value_of_the_wrong_kind_is_told_in_a_line_with_what_is_expected(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, line: str
) -> None:
    monkeypatch.setenv(f"BALIE_{variable}", value)

    with pytest.raises(BadSettings) as refused:
        load_settings.__wrapped__()

    assert str(refused.value).startswith(line)
    assert "pw" not in str(refused.value)


def test_every_wrong_setting_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BALIE_DESK_PORT", "abc")
    monkeypatch.setenv("BALIE_LOG_LEVEL", "loud")

    with pytest.raises(BadSettings) as refused:
        load_settings.__wrapped__()

    assert len(str(refused.value).splitlines()) == 2


def test_a_secret_is_never_shown() -> None:
    assert OWN["conversation_secret"] not in repr(production())


def production(**changes: Any) -> Settings:
    return Settings(**{"environment": "production", **OWN, **changes})


def test_S10_development_starts_with_its_default_secrets() -> None:
    Settings(environment="development").refuse_insecure()


def test_S10_production_starts_with_secrets_of_its_own() -> None:
    production().refuse_insecure()


@pytest.mark.parametrize("name", OWN)
@pytest.mark.parametrize("weak", [DEVELOPMENT_SECRET, "", "short", "x" * 31])
def test_S10_production_refuses_a_default_or_weak_secret_and_names_it(name: str, weak: str) -> None:
    with pytest.raises(InsecureSettings) as refused:
        production(**{name: weak}).refuse_insecure()

    assert f"BALIE_{name.upper()}" in str(refused.value)
    assert not any(f"BALIE_{other.upper()}" in str(refused.value) for other in OWN if other != name)
    assert weak == "" or weak not in str(refused.value)


def test_S10_every_missing_secret_is_named_at_once() -> None:
    with pytest.raises(InsecureSettings) as refused:
        Settings(environment="production").refuse_insecure()

    assert all(f"BALIE_{name.upper()}" in str(refused.value) for name in OWN)


def test_S10_a_process_asks_for_the_secrets_that_it_needs() -> None:
    settings = production(agent_key=DEVELOPMENT_SECRET)

    settings.refuse_insecure("internal_secret", "billing_token")
    with pytest.raises(InsecureSettings, match="BALIE_AGENT_KEY"):
        settings.refuse_insecure("internal_secret", "agent_key")


def test_S10_with_a_public_key_no_customer_secret_is_needed() -> None:
    settings = production(
        customer_secret=DEVELOPMENT_SECRET, customer_public_key="-----BEGIN PUBLIC KEY-----"
    )

    settings.refuse_insecure()
