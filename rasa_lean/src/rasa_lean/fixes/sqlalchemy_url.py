"""`SQLTrackerStore` (rasa.core.tracker_store) calls `URL(...)` and `select([...])`.

SQLAlchemy 2 has neither. Instead: `URL.create` with an empty query, and a plain query for the
schema (`POSTGRESQL_SCHEMA`).
`login_db` (creating the database first) is refused with a clear error; create it beforehand.
"""

import os
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit


def after(module: ModuleType) -> None:
    """Replace the two functions."""
    module.SQLTrackerStore.get_db_url = staticmethod(get_db_url)
    module.ensure_schema_exists = ensure_schema_exists  # type: ignore[attr-defined]


def get_db_url(
    dialect: str = "sqlite",
    host: str | None = None,
    port: int | None = None,
    db: str = "rasa.db",
    username: str | None = None,
    password: str | None = None,
    login_db: str | None = None,
    query: dict[str, Any] | None = None,
) -> Any:
    """As Rasa's: the SQLAlchemy URL of a tracker store; a host with `://` is the whole URL."""
    from rasa.shared.exceptions import RasaException
    from sqlalchemy.engine.url import URL

    if login_db:
        raise RasaException(
            "The tracker store option 'login_db' does not work with SQLAlchemy 2. "
            f"Create the database '{db}' beforehand and leave the option out."
        )
    if host and "://" in host:
        return host
    if host:
        parsed = urlsplit(f"scheme://{host}")
        port = parsed.port or port
        host = parsed.hostname or host
    return URL.create(dialect, username, password, host, port, db, query or {})


def ensure_schema_exists(session: Any) -> None:
    """As Rasa's: raise ValueError when PostgreSQL lacks the schema named in the environment."""
    from sqlalchemy import text

    schema = os.environ.get("POSTGRESQL_SCHEMA")
    if not schema or session.get_bind().dialect.name != "postgresql":
        return
    query = text("SELECT 1 FROM information_schema.schemata WHERE schema_name = :name")
    if session.execute(query, {"name": schema}).first() is None:
        raise ValueError(schema)
