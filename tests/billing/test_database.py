from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from balie.billing.database import migrate, open_engine
from balie.billing.demo import DEMO_CUSTOMERS, load_demo
from balie.billing.tables import Row

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


def test_migrations_make_every_table_from_nothing_and_can_be_repeated(database_url: str) -> None:
    engine = open_engine(database_url)
    for _ in range(2):
        migrate(database_url)
    assert set(inspect(engine).get_table_names()) == {
        *Row.metadata.tables,
        "billing_alembic_version",
    }
    engine.dispose()


def test_migrations_say_the_same_as_the_tables(database_url: str) -> None:
    migrate(database_url)
    engine = open_engine(database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"version_table": "billing_alembic_version"}
        )
        assert compare_metadata(context, Row.metadata) == []
    engine.dispose()


def test_processes_that_start_at_once_do_not_get_in_each_others_way(database_url: str) -> None:
    def start() -> list[str]:
        migrate(database_url)
        engine = open_engine(database_url)
        made = load_demo(engine, NOW)
        engine.dispose()
        return made

    with ThreadPoolExecutor(4) as pool:
        made = [future.result() for future in [pool.submit(start) for _ in range(4)]]
    assert sorted(len(ids) for ids in made) == [0, 0, 0, len(DEMO_CUSTOMERS)]


def test_other_tables_in_the_same_database_are_left_alone(database_url: str) -> None:
    engine = open_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
        connection.execute(text("INSERT INTO alembic_version VALUES ('of the desk')"))
    migrate(database_url)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "of the desk"
    engine.dispose()


def test_sqlite_uses_a_write_ahead_log_and_waits_for_a_writer(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'new' / 'folder' / 'billing.db'}")
    with engine.connect() as connection:
        assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
        assert connection.scalar(text("PRAGMA busy_timeout")) == 5000
        assert connection.scalar(text("PRAGMA foreign_keys")) == 1
    engine.dispose()


def test_nothing_is_opened_before_it_is_used() -> None:
    engine = open_engine("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    with pytest.raises(Exception, match="refused"):
        engine.connect()
