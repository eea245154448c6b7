"""SQLite files bear several openers at once."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Barrier

import pytest

from balie import sqlite

OPENERS = 6


def test_all_who_open_a_new_file_at_once_get_a_write_ahead_log(tmp_path: Path) -> None:
    for number in range(20):
        file = tmp_path / f"{number}.db"
        start = Barrier(OPENERS)

        def open_and_write(file: Path = file, start: Barrier = start) -> str:
            start.wait()
            with closing(sqlite3.connect(file)) as connection:
                sqlite.prepare(connection)
                connection.execute("BEGIN IMMEDIATE")
                connection.execute("CREATE TABLE IF NOT EXISTS made (by TEXT)")
                connection.commit()
                (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
                return str(mode)

        with ThreadPoolExecutor(OPENERS) as pool:
            modes = [pool.submit(open_and_write) for _ in range(OPENERS)]
        assert [mode.result() for mode in modes] == ["wal"] * OPENERS


def test_a_file_that_stays_locked_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.1)
    file = tmp_path / "locked.db"
    with closing(sqlite3.connect(file)) as other, closing(sqlite3.connect(file)) as connection:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            sqlite.prepare(connection)


def test_settings_besides_are_taken(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "a.db")) as connection:
        sqlite.prepare(connection, "foreign_keys=ON")
        assert connection.execute("PRAGMA foreign_keys").fetchone() == (1,)
        assert connection.execute("PRAGMA busy_timeout").fetchone() == (5000,)
