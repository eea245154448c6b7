"""SQLite's files get a write-ahead log; whatever cannot have one stays as it is."""

import asyncio
import contextlib
import sqlite3
import sys
from pathlib import Path
from typing import Any

import pytest
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain
from sqlalchemy import text


def _asked(store: Any, pragma: str) -> Any:
    with store.engine.connect() as connection:
        return connection.execute(text(f"PRAGMA {pragma}")).scalar_one()


def test_a_file_gets_a_write_ahead_log(tmp_path: Path) -> None:
    store = SQLTrackerStore(Domain.empty(), db=str(tmp_path / "t.db"))

    assert _asked(store, "journal_mode") == "wal"
    assert _asked(store, "synchronous") == 1  # NORMAL


@pytest.mark.parametrize("options", [{"db": ""}, {"host": "sqlite://"}, {"db": ":memory:"}])
async def test_a_database_in_memory_keeps_what_it_holds(options: dict[str, str]) -> None:
    store = SQLTrackerStore(Domain.empty(), **options)  # type: ignore[arg-type]
    tracker = await store.get_or_create_tracker("a")
    await store.save(tracker)

    assert await store.keys() == ["a"]


async def _of_before(folder: Path) -> Path:
    """A file with one conversation, as Rasa leaves it without the fix."""
    file = folder / "t.db"
    store = SQLTrackerStore(Domain.empty(), db=str(file))
    await store.save(await store.get_or_create_tracker("a"))
    store.engine.dispose()
    with contextlib.closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    return file


async def test_a_file_of_before_keeps_its_conversations(tmp_path: Path) -> None:
    file = await _of_before(tmp_path)

    assert await SQLTrackerStore(Domain.empty(), db=str(file)).keys() == ["a"]


async def test_a_file_that_may_only_be_read_can_be_read(tmp_path: Path) -> None:
    file = await _of_before(tmp_path)

    store = SQLTrackerStore(Domain.empty(), host=f"sqlite:///file:{file}?mode=ro&uri=true")
    assert await store.keys() == ["a"]
    assert _asked(store, "journal_mode") == "delete"


_WRITE = """
import asyncio, sys
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain

async def save(file, sender):
    store = SQLTrackerStore(Domain.empty(), db=file)
    for number in range(40):
        await store.save(await store.get_or_create_tracker(f"{sender}-{number}"))

asyncio.run(save(*sys.argv[1:]))
"""


async def test_two_processes_lose_nothing(tmp_path: Path) -> None:
    file = str(tmp_path / "t.db")
    writers = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", _WRITE, file, name)
        for name in "ab"
    ]

    assert [await writer.wait() for writer in writers] == [0, 0]
    assert len(list(await SQLTrackerStore(Domain.empty(), db=file).keys())) == 80
