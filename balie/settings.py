"""Every setting of Balie, typed, in one place; each is an environment variable ``BALIE_<NAME>``.

This module imports nothing of Balie, so that every package may read it.
"""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, get_args
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

DEVELOPMENT_SECRET = "development-only-secret-never-use-in-production"


class InsecureSettings(Exception):
    """Production was asked for while a secret still has its development value."""


class BadSettings(Exception):
    """Settings that cannot be; the message has a line for each, with what is expected of it."""


def _address(*schemes: str) -> Callable[[str], str]:
    def checked(value: str) -> str:
        if not value.startswith(tuple(f"{scheme}://" for scheme in schemes)):
            raise ValueError(
                f"an address that begins with {' or '.join(s + '://' for s in schemes)}"
            )
        return value

    return checked


def _database(value: str) -> str:
    from sqlalchemy.engine import make_url  # only where an address is set: it takes a while
    from sqlalchemy.exc import ArgumentError

    try:
        make_url(value).get_dialect().import_dbapi()
    except (ArgumentError, ImportError, ValueError):
        raise ValueError(
            "an address such as postgresql+psycopg://name:password@host/database"
        ) from None
    return value


def _project(folder: Path) -> Path:
    if not folder.is_dir():
        raise ValueError("a folder that exists, with config.yml and data/ in it")
    return folder


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError("a time zone such as Europe/Amsterdam") from error
    return value


Port = Annotated[int, Field(ge=1, le=65535)]
Count = Annotated[int, Field(ge=1)]
Duration = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Web = Annotated[str, AfterValidator(_address("http", "https"))]
Database = Annotated[str, AfterValidator(_database)]
Redis = Annotated[str, AfterValidator(_address("redis", "rediss", "unix"))]
RabbitMQ = Annotated[str, AfterValidator(_address("amqp", "amqps"))]
Project = Annotated[Path, AfterValidator(_project)]
Zone = Annotated[str, AfterValidator(_zone)]


class Settings(BaseSettings):
    """What an operator can set. Times are in seconds unless a name says otherwise."""

    model_config = SettingsConfigDict(env_prefix="BALIE_", env_ignore_empty=True, extra="ignore")

    environment: Literal["development", "production"] = Field(
        "development",
        description="`production` refuses default secrets, demo sign-in and faults.",
    )
    project_dir: Project = Field(
        default_factory=Path.cwd,
        description="Where config.yml, data/ and models/ are; the current folder when empty.",
    )
    state_dir: Path = Field(
        Path(".balie"),
        description="Where databases, logs and run files go; relative to the project's folder.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="How much the services log."
    )

    desk_host: str = Field("127.0.0.1", description="Address the desk listens on.")
    desk_port: Port = Field(8000, description="Port of the desk, the only one customers reach.")
    public_url: Web | None = Field(
        None,
        description="Where customers reach the desk, such as `https://help.example.com`; "
        "else what the request names.",
    )
    trusted_proxies: str = Field(
        "127.0.0.1",
        description="Proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` count, "
        "joined by a comma.",
    )
    allowed_origins: str = Field(
        "",
        description="Other sites that embed the chat, such as `https://www.example.com`, "
        "joined by a comma.",
    )
    frame_ancestors: str = Field(
        "",
        description="Sites that may show the help pages in a frame, joined by a comma; "
        "none when empty.",
    )
    rasa_port: Port = Field(5005, description="Port of the Rasa server (loopback).")
    actions_port: Port = Field(5055, description="Port of the action server (loopback).")
    billing_port: Port = Field(8010, description="Port of the billing stub (loopback).")
    billing_host: str = Field(
        "127.0.0.1",
        description="Address the billing stub listens on; change it only inside a container.",
    )
    rasa_url: Web | None = Field(
        None, description="Address of the Rasa server where it is not on this machine."
    )
    actions_url: Web | None = Field(
        None, description="Address of the action server where it is not on this machine."
    )
    billing_url: Web | None = Field(
        None, description="Address of your own billing system; the stub is then not started."
    )

    database_url: Database | None = Field(
        None,
        description="SQLAlchemy URL of the desk's and the tracker's database; SQLite when empty.",
    )
    billing_database_url: Database | None = Field(
        None, description="SQLAlchemy URL of the billing stub's database; SQLite when empty."
    )
    billing_fault: str = Field(
        "off",
        description="A fault the billing stub starts with, in development only: "
        "`latency:SECONDS`, `status:CODE`, `refuse`, `garbage` or `off`.",
    )
    redis_url: Redis | None = Field(
        None,
        description="Redis for Rasa's lock store and for counting rates, "
        "needed with several Rasa servers or desks.",
    )
    rabbitmq_url: RabbitMQ | None = Field(
        None,
        description="RabbitMQ (`amqp://...`) that gets every event of every conversation, "
        "for reports of your own; none when empty.",
    )
    rabbitmq_queue: str = Field(
        "balie_events", description="Queue of those events, and the exchange it hangs on."
    )

    internal_secret: SecretStr = Field(
        SecretStr(DEVELOPMENT_SECRET),
        description="Shared by desk, Rasa and actions; each refuses calls without it.",
    )
    billing_token: SecretStr = Field(
        SecretStr(DEVELOPMENT_SECRET), description="Service token of the billing backend."
    )
    conversation_secret: SecretStr = Field(
        SecretStr(DEVELOPMENT_SECRET), description="Signs the conversation tokens."
    )
    agent_key: SecretStr = Field(
        SecretStr(DEVELOPMENT_SECRET),
        description="Key of agents and helpdesk systems for `POST /api/v1/triage`.",
    )
    customer_secret: SecretStr = Field(
        SecretStr(DEVELOPMENT_SECRET),
        description="Verifies customers' HS256 tokens; not needed with a public key.",
    )
    customer_public_key: str | None = Field(
        None, description="PEM public key that verifies customers' RS256 tokens."
    )
    customer_issuer: str = Field(
        "balie-demo", description="The `iss` that a customer's token must carry."
    )

    reply_patience: Duration = Field(
        7.5, description="How long a customer waits before the desk says that it takes longer."
    )
    rasa_timeout: Duration = Field(
        25.0, description="How long the desk and the channel wait for a turn before giving it up."
    )
    billing_timeout: Duration = Field(
        1.5, description="Timeout of one call to the billing backend."
    )
    billing_attempts: Count = Field(2, description="How often a read is tried; writes are once.")
    breaker_failures: Count = Field(
        5, description="Failed calls in a row before a dead backend is left alone."
    )
    breaker_pause: Duration = Field(20.0, description="How long a dead backend is left alone.")

    session_events: Count = Field(
        60,
        description="Events after which a new Rasa session starts, so that turns stay fast.",
    )
    guide_pause_hours: Duration = Field(
        24.0, description="A guide left for longer asks before it goes on."
    )
    message_max_characters: Count = Field(2000, description="Longest message a customer can send.")
    body_max_bytes: Count = Field(16_384, description="Largest request body the desk reads.")
    rate_address: str = Field(
        "600/minute", description="Requests of one address, such as `20/minute;200/hour`, or `off`."
    )
    rate_beginning: str = Field(
        "30/minute", description="Conversations that one address may begin, or `off`."
    )
    rate_conversation: str = Field(
        "40/minute", description="What may be sent in one conversation, or `off`."
    )
    idempotency_hours: Duration = Field(
        24.0, description="How long an Idempotency-Key is remembered."
    )

    conversation_token_days: Duration = Field(
        30.0, description="How long a visitor can come back to a conversation with its token."
    )
    greeting_topics: str = Field(
        "payment_declined, past_due, unused_licenses, change_billing_frequency, pay_by_invoice",
        description="Topics whose buttons stand below the greeting, joined by a comma.",
    )

    default_language: Literal["en", "nl"] = Field(
        "en", description="Language where neither the page nor the browser names one."
    )
    time_zone: Zone = Field("Europe/Amsterdam", description="Time zone of dates and opening hours.")
    opening_hours: str = Field(
        "mon-fri 09:00-17:00", description="When people answer; several parts joined by a comma."
    )

    def as_environment(self) -> dict[str, str]:
        """The environment variables that give another process these very settings."""
        return {f"BALIE_{name.upper()}": _written(value) for name, value in self}

    def path(self, name: str) -> Path:
        """The file or folder `name` in the state folder."""
        return self.project_dir / self.state_dir / name

    @property
    def data_dir(self) -> Path:
        """Topics, texts and training examples."""
        return self.project_dir / "data"

    def rasa_address(self) -> str:
        """URL of the Rasa server."""
        return self.rasa_url or f"http://127.0.0.1:{self.rasa_port}"

    def actions_address(self) -> str:
        """URL of the action server."""
        return self.actions_url or f"http://127.0.0.1:{self.actions_port}"

    def billing_address(self) -> str:
        """URL of the billing backend."""
        return self.billing_url or f"http://127.0.0.1:{self.billing_port}"

    def database(self) -> str:
        """SQLAlchemy URL of the desk's database."""
        return self.database_url or f"sqlite:///{self.path('balie.db')}"

    def tracker_database(self) -> str:
        """SQLAlchemy URL of Rasa's tracker tables.

        Beside the desk's where a URL is set; with SQLite a file of its own, so that the two
        processes never wait for each other's write lock.
        """
        return self.database_url or f"sqlite:///{self.path('tracker.db')}"

    def billing_database(self) -> str:
        """SQLAlchemy URL of the billing stub's database."""
        return self.billing_database_url or f"sqlite:///{self.path('billing.db')}"

    def has_demo(self) -> bool:
        """Whether visitors may sign in as one of the demo's customers."""
        return self.environment == "development" and not self.customer_public_key

    def refuse_insecure(self, *needed: str) -> None:
        """Raise `InsecureSettings` naming every secret that production may not run with.

        A process that has no use for all secrets names those that it needs.
        """
        if self.environment != "production":
            return
        bad = [
            f"BALIE_{name.upper()}"
            for name, value in self
            if isinstance(value, SecretStr) and _is_weak(value.get_secret_value())
            if not needed or name in needed
            if not (name == "customer_secret" and self.customer_public_key)
        ]
        if bad:
            raise InsecureSettings(
                "production needs secrets of its own (32 characters or more): " + ", ".join(bad)
            )


def _written(value: object) -> str:
    """A setting as an environment variable holds it; empty where it is not set."""
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return "" if value is None else str(value)


def _is_weak(secret: str) -> bool:
    return secret == DEVELOPMENT_SECRET or len(secret) < 32


@lru_cache(maxsize=1)
def load_settings() -> Settings:
    """The settings of this process, read once from the environment; raises `BadSettings`."""
    try:
        return Settings()
    except ValidationError as error:
        lines = map(_complaint, error.errors())
    raise BadSettings("\n".join(lines))


def _complaint(error: ErrorDetails) -> str:
    """One line: the setting, what stands there unless it may be a secret, what is expected."""
    name = str(error["loc"][0])
    field = Settings.model_fields[name]
    shown = "wrong" if name.endswith(("_url", "_key")) else f"`{error['input']}`"
    own = error.get("ctx", {}).get("error")
    return f"BALIE_{name.upper()} is {shown}; expected is {own or _expected(field)}."


def _expected(field: FieldInfo) -> str:
    """What a value of this kind is, in words."""
    if choices := get_args(field.annotation):
        return " or ".join(map(str, choices))
    limits = {
        name: getattr(each, name)
        for each in field.metadata
        for name in ("ge", "le", "gt")
        if hasattr(each, name)
    }
    if field.annotation is float:
        return "a number above 0"
    if "le" in limits:
        return f"a whole number from {limits['ge']} to {limits['le']}"
    return f"a whole number of at least {limits['ge']}" if "ge" in limits else "another value"
