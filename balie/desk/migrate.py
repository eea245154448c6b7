"""Brings the desk's tables up to date; `python -m balie.desk.migrate "what changes"` writes a step.

Several processes may start at once: the first changes the tables, the others find it done.
"""

import sys
from collections.abc import Callable
from importlib.resources import as_file, files

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from balie.desk.database import WRITES, DatabaseUnavailable, open_engine
from balie.settings import load_settings

_LOCK = 0x6465736B  # any number that the other parts of the product do not use


def migrate(engine: Engine) -> None:
    """Apply the migrations that this database has not seen; raises `DatabaseUnavailable`."""
    try:
        _run(engine, lambda config: command.upgrade(config, "head"))
    except DBAPIError as error:
        raise DatabaseUnavailable(type(error).__name__) from error


def write_migration(engine: Engine, message: str) -> None:
    """Write a migration for what the tables in Python have and an up-to-date database has not."""
    _run(engine, lambda config: command.revision(config, message, autogenerate=True))


def _run(engine: Engine, action: Callable[[Config], object]) -> None:
    folder_of_migrations = as_file(files("balie.desk").joinpath("migrations"))
    with (
        engine.execution_options(**{WRITES: True}).connect() as connection,
        folder_of_migrations as folder,
    ):
        _lock(connection)
        config = Config()
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        config.attributes["connection"] = connection
        action(config)
        connection.commit()


def _lock(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK})


if __name__ == "__main__":
    write_migration(open_engine(load_settings().database()), sys.argv[1])
