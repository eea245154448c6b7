"""The tables in the database are those in Python, however many processes start at once."""

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from balie.desk.database import open_engine
from balie.desk.migrate import migrate
from balie.desk.tables import PREFIX, Base


def test_the_migrations_make_exactly_the_tables_in_python(new_database: Callable[[], str]) -> None:
    engine = open_engine(new_database())
    migrate(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "version_table": f"{PREFIX}alembic_version",
                "compare_type": False,
                "include_name": lambda name, kind, _: (
                    kind != "table" or str(name).startswith(PREFIX)
                ),
            },
        )
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


def test_tables_of_others_in_the_same_database_are_left_alone(
    new_database: Callable[[], str],
) -> None:
    engine = open_engine(new_database())
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE events (id INTEGER)"))
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
        connection.execute(text("INSERT INTO alembic_version VALUES ('somebody-elses')"))
    migrate(engine)

    assert {"events", f"{PREFIX}messages"} <= set(inspect(engine).get_table_names())
    engine.dispose()


def test_migrating_again_changes_nothing(new_database: Callable[[], str]) -> None:
    engine = open_engine(new_database())
    migrate(engine)
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO desk_used_tokens VALUES ('kept', '2026-01-01 00:00:00')")
        )
    migrate(engine)

    with engine.connect() as connection:
        kept = connection.execute(text("SELECT jti FROM desk_used_tokens")).scalars().all()
    engine.dispose()
    assert kept == ["kept"]


def test_several_processes_may_start_at_once(new_database: Callable[[], str]) -> None:
    url = new_database()
    code = (
        "import sys; from balie.desk.database import open_engine;"
        "from balie.desk.migrate import migrate; migrate(open_engine(sys.argv[1]))"
    )

    def start(_: int) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-c", code, url], capture_output=True, text=True, check=False
        )

    with ThreadPoolExecutor(3) as pool:
        results = list(pool.map(start, range(3)))

    assert [each.returncode for each in results] == [0, 0, 0], results[0].stderr


def test_the_folder_of_an_sqlite_file_is_made(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'new' / 'folder' / 'balie.db'}")
    migrate(engine)
    engine.dispose()

    assert (tmp_path / "new" / "folder" / "balie.db").exists()
