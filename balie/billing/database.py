"""The stub's database: SQLite in a file, or PostgreSQL by URL."""

from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text

from balie import sqlite

_MIGRATION_LOCK = 0x62_69_6C_6C  # any number that the other parts of the product do not use


def open_engine(url: str) -> Engine:
    """An engine for `url`; makes the folder of an SQLite file where it is missing."""
    address = make_url(url)
    if address.get_backend_name() != "sqlite":
        return create_engine(address, pool_pre_ping=True)
    if address.database:
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(address)
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    sqlite.prepare(connection, "foreign_keys=ON")


def migrate(url: str) -> None:
    """Bring the tables at `url` up to date; several processes may do so at once."""
    engine = open_engine(url)
    try:
        with engine.connect() as connection, as_file(_migrations()) as folder:
            lock(connection)
            config = Config()
            config.set_main_option("script_location", str(folder).replace("%", "%%"))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()
    finally:
        engine.dispose()


def _migrations() -> Any:
    return files("balie.billing") / "migrations"


def lock(connection: Connection) -> None:
    """Keep other processes from migrating or seeding until the commit."""
    # The second of two processes then finds the work done.
    if connection.dialect.name == "sqlite":
        connection.execute(text("BEGIN IMMEDIATE"))
    else:
        connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _MIGRATION_LOCK})
