"""The tracker store is one database URL, and SQLite is fit for several processes."""

import asyncio
import multiprocessing
from itertools import pairwise
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
from rasa.core.tracker_store import FailSafeTrackerStore, TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import SlotSet, UserUttered
from rasa.shared.exceptions import RasaException
from rasa.utils.endpoints import EndpointConfig
from sqlalchemy import text

from balie import sqlite
from balie.rasa_plugins.tracker_store import UrlTrackerStore

TURNS = 40


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'tracker.db'}"


def test_sqlite_writes_ahead_and_waits_for_others(url: str) -> None:
    store = UrlTrackerStore(Domain.empty(), url)
    with store.session_scope() as session:
        pragmas = {
            name: session.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "busy_timeout")
        }
    assert pragmas == {
        "journal_mode": "wal",
        "synchronous": 1,
        "busy_timeout": sqlite.BUSY_SECONDS * 1000,
    }


def test_rasa_makes_it_from_an_endpoints_file(url: str) -> None:
    endpoint = EndpointConfig(
        url, type="balie.rasa_plugins.tracker_store.UrlTrackerStore", more="is ignored"
    )
    made = TrackerStore.create(endpoint, Domain.empty())
    made = made._tracker_store if isinstance(made, FailSafeTrackerStore) else made
    assert isinstance(made, UrlTrackerStore)
    assert str(made.engine.url) == url


def test_R5_a_missing_driver_is_an_error_and_not_a_store_in_memory() -> None:
    missing = EndpointConfig(
        "mysql+pymysql://h/db", type="balie.rasa_plugins.tracker_store.UrlTrackerStore"
    )
    with pytest.raises(RasaException, match=r"needs another package: .*pymysql"):
        TrackerStore.create(missing, Domain.empty())


async def test_R7_two_processes_write_at_once_and_nothing_is_lost(url: str) -> None:
    UrlTrackerStore(Domain.empty(), url)
    context = multiprocessing.get_context("spawn")
    both_ready = context.Barrier(2)
    writers = [context.Process(target=_write, args=(url, name, both_ready)) for name in ("a", "b")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(timeout=120)
    assert [writer.exitcode for writer in writers] == [0, 0]
    store = UrlTrackerStore(Domain.empty(), url)
    for name in ("a", "b"):
        tracker = await store.retrieve(name)
        assert tracker is not None
        said = [event.text for event in tracker.events if isinstance(event, UserUttered)]
        assert said == [f"{name} {turn}" for turn in range(TURNS)]
    with store.session_scope() as session:
        senders = session.scalars(text("SELECT sender_id FROM events ORDER BY id")).all()
    assert sum(one != other for one, other in pairwise(senders)) > 1, "they wrote one by one"


def _write(url: str, name: str, both_ready: Barrier) -> None:
    async def write() -> None:
        store = UrlTrackerStore(Domain.empty(), url)
        both_ready.wait(60)
        for turn in range(TURNS):
            tracker = await store.get_or_create_tracker(name, append_action_listen=False)
            tracker.update_with_events(
                [UserUttered(f"{name} {turn}"), SlotSet("n", turn)], Domain.empty()
            )
            await store.save(tracker)
            await asyncio.sleep(0.001)

    asyncio.run(write())
