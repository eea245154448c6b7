"""Trackers are stored and read as by Rasa's own code."""

import os
from collections.abc import Callable, Iterator
from types import FunctionType, ModuleType
from typing import Any

import pytest
from rasa.core import tracker_store as module
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    BotUttered,
    Event,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from sqlalchemy import create_engine, event, text
from sqlalchemy.orm import Session

Original = Callable[[ModuleType, str], FunctionType]

DOMAIN = Domain.from_dict({"slots": {"language": {"type": "text", "mappings": []}}})
PARTS: list[list[Event]] = [
    [ActionExecuted("action_session_start", timestamp=1.0), SessionStarted(timestamp=1.0)],
    [
        UserUttered("hé", intent={"name": "greet"}, timestamp=2.0),
        BotUttered("dag", timestamp=2.0),
        SlotSet("language", "nl", timestamp=2.0),
    ],
    [SessionStarted(timestamp=3.0), UserUttered("next", timestamp=3.0)],
    [],
    [Restarted(timestamp=4.0), UserUttered("again \N{SNOWMAN}", timestamp=2.5)],
]


@pytest.fixture(params=["sqlite", "postgresql"])
def make_store(request: pytest.FixtureRequest, tmp_path: Any) -> Iterator[Callable[..., Any]]:
    """Makes stores of one database; the tables are dropped at the end."""
    address = f"sqlite:///{tmp_path / 't.db'}"
    if request.param == "postgresql":
        address = os.environ.get("BALIE_TEST_POSTGRES_URL", "")
        if not address:
            pytest.skip("BALIE_TEST_POSTGRES_URL names no PostgreSQL server")
        with create_engine(address).begin() as connection:
            connection.execute(text("DROP TABLE IF EXISTS events"))

    yield lambda kind=SQLTrackerStore: kind(DOMAIN, host=address)

    with create_engine(address).begin() as connection:
        connection.execute(text("DROP TABLE IF EXISTS events"))


@pytest.fixture
def unfixed(original: Original) -> type[SQLTrackerStore]:
    """The store with Rasa's own methods."""

    class Unfixed(SQLTrackerStore):
        save = original(module, "SQLTrackerStore.save")
        _retrieve = original(module, "SQLTrackerStore._retrieve")

    return Unfixed


async def _converse(store: Any, sender: str) -> None:
    for part in PARTS:
        tracker = await store.get_or_create_tracker(sender, append_action_listen=False)
        tracker.update_with_events(part, DOMAIN, override_timestamp=False)
        await store.save(tracker)


async def _read(store: Any, sender: str) -> list[list[dict[str, Any]] | None]:
    found = [await store.retrieve(sender), await store.retrieve_full_tracker(sender)]
    return [each and [event.as_dict() for event in each.events] for each in found]


def _rows(store: Any, sender: str) -> list[tuple[Any, ...]]:
    query = text(
        "SELECT type_name, timestamp, intent_name, action_name, data FROM events"
        " WHERE sender_id = :sender ORDER BY id"
    )
    with store.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(query, {"sender": sender})]


async def test_the_rows_are_rasas_own(make_store: Any, unfixed: Any) -> None:
    store, other = make_store(), make_store(unfixed)
    await _converse(store, "ours")
    await _converse(other, "theirs")

    assert len(_rows(store, "ours")) == 9
    assert _rows(store, "ours") == _rows(store, "theirs")


async def test_what_is_read_is_rasas_own(make_store: Any, unfixed: Any) -> None:
    store, other = make_store(), make_store(unfixed)
    await _converse(store, "one")

    assert await _read(store, "one") == await _read(other, "one")
    assert await _read(store, "nobody") == await _read(other, "nobody") == [None, None]


async def test_a_tracker_without_a_session_is_read_whole(make_store: Any, unfixed: Any) -> None:
    store = make_store()
    tracker = await store.get_or_create_tracker("plain", append_action_listen=False)
    tracker.update_with_events(PARTS[1], DOMAIN, override_timestamp=False)
    await store.save(tracker)

    assert await _read(store, "plain") == await _read(make_store(unfixed), "plain")


async def test_a_store_with_queries_of_its_own_keeps_them(make_store: Any) -> None:
    asked = []

    class Own(SQLTrackerStore):
        def _event_query(self, *arguments: Any, **keywords: Any) -> Any:
            asked.append(keywords)
            return super()._event_query(*arguments, **keywords)

    store = make_store(Own)
    await _converse(store, "own")

    assert len(_rows(store, "own")) == 9
    assert len(asked) >= len(PARTS)


async def test_no_object_is_made_of_a_row(make_store: Any) -> None:
    store = make_store()
    executed: list[Any] = []

    def note(state: Any) -> None:
        executed.append(state)

    event.listen(Session, "do_orm_execute", note)
    try:
        await _converse(store, "fast")
    finally:
        event.remove(Session, "do_orm_execute", note)

    assert executed == []


async def test_events_go_to_the_broker_too(make_store: Any) -> None:
    published = []

    class Broker:
        def publish(self, body: Any) -> None:
            published.append(body["event"])

    store = make_store()
    store.event_broker = Broker()
    await _converse(store, "told")

    assert published.count("user") == 3


async def test_the_length_of_the_conversation_makes_no_difference(tmp_path: Any) -> None:
    """SQLite looks at the events of the session alone."""
    store = SQLTrackerStore(DOMAIN, host=f"sqlite:///{tmp_path / 't.db'}")
    plans = []
    with store.engine.connect() as connection:

        def explain(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
            if statement.startswith("SELECT"):
                plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
                plans.extend(row[3] for row in plan)

        event.listen(store.engine, "before_cursor_execute", explain, named=False)
        await store.retrieve("somebody")
    searched = [plan for plan in plans if "events" in plan]

    assert searched
    assert all("ix_events_sender_id_timestamp" in plan for plan in searched), plans


async def test_a_table_of_before_is_left_as_it_is(tmp_path: Any) -> None:
    address = f"sqlite:///{tmp_path / 't.db'}"
    with create_engine(address).begin() as connection:
        connection.execute(
            text(
                "CREATE TABLE events (id INTEGER PRIMARY KEY, sender_id VARCHAR(255) NOT NULL,"
                " type_name VARCHAR(255) NOT NULL, timestamp FLOAT, intent_name VARCHAR(255),"
                " action_name VARCHAR(255), data TEXT)"
            )
        )
    store = SQLTrackerStore(DOMAIN, host=address)
    await _converse(store, "old")

    assert len(_rows(store, "old")) == 9
    with store.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM sqlite_master")).scalar_one() == 1
