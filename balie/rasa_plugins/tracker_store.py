"""Rasa's SQL tracker store on one URL, with SQLite set up for two processes at once.

The table is Rasa's. Reading and writing go past SQLAlchemy's object mapper, which takes a sixth of
a turn's time for rows that nobody looks at as objects.
"""

import json
from itertools import islice
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SQLTrackerStore, create_engine_kwargs
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import SessionStarted
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.exceptions import RasaException
from rasa_lean.fixes.sql_statements import row_of
from sqlalchemy import (
    Index,
    Table,
    bindparam,
    create_engine,
    event,
    func,
    insert,
    make_url,
    select,
    text,
)
from sqlalchemy.engine import Engine
from sqlalchemy.schema import CreateIndex

from balie import sqlite

CONNECT_SECONDS = 3  # customers get an honest answer within eight
SESSION_INDEX = "ix_events_sender_session"
_INDEX_LOCK = 0x62616C69  # number of a lock in PostgreSQL


class UrlTrackerStore(SQLTrackerStore):
    """A SQL tracker store that takes a whole SQLAlchemy URL (``url:`` in endpoints.yml)."""

    engine: Engine

    def __init__(
        self,
        domain: Domain | None,
        host: str,
        event_broker: EventBroker | None = None,
        **_: Any,
    ) -> None:
        """`host` is the URL, as Rasa passes it; raises `RasaException` without its driver."""
        address = _with_timeout(host)
        try:
            super().__init__(domain=domain, host=address, event_broker=event_broker)
        except ImportError as error:
            # Rasa takes this for a store that it cannot find, and keeps trackers in memory.
            raise RasaException(f"The tracker store needs another package: {error}") from error
        if self.engine.dialect.name == "sqlite":
            prepare_sqlite(self.engine)
        else:
            # Rasa's own engine meets a restarted database with a connection of before.
            self.engine.dispose()
            self.engine = create_engine(
                address, pool_pre_ping=True, hide_parameters=True, **create_engine_kwargs(address)
            )
            self.sessionmaker.configure(bind=self.engine)
        _make_session_index(self.engine, self.SQLEvent.__table__)
        self._prepare_statements(self.SQLEvent.__table__)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Store the events that are new since the tracker was read, all or none."""
        await self.stream_events(tracker)
        with self.engine.begin() as connection:
            stored = connection.execute(self._count, {"sender": tracker.sender_id}).scalar_one()
            new = [
                row_of(tracker.sender_id, event) for event in islice(tracker.events, stored, None)
            ]
            if new:
                connection.execute(self._insert, new)

    async def _retrieve(
        self, sender_id: str, fetch_events_from_all_sessions: bool
    ) -> DialogueStateTracker | None:
        """The tracker with all events, or those of its current session; None if it has none."""
        query = self._all if fetch_events_from_all_sessions else self._session
        with self.engine.connect() as connection:
            found = connection.execute(query, {"sender": sender_id}).scalars().all()
        if not found or not self.domain:
            return None
        events = [json.loads(each) for each in found]
        tracker: DialogueStateTracker = DialogueStateTracker.from_dict(
            sender_id, events, self.domain.slots
        )
        return tracker

    def _prepare_statements(self, events: Table) -> None:
        """Write the statements once; SQLAlchemy then keeps them compiled.

        Rasa finds the session by its timestamp and reads every event of the conversation for
        that, so that each turn costs more than the one before; and two servers' clocks differ.
        Here the session begins at the row of its `session_started`, which an index finds.
        """
        mine = events.c.sender_id == bindparam("sender")
        start = (
            select(func.coalesce(func.max(events.c.id), 0))
            .where(mine, events.c.type_name == SessionStarted.type_name)
            .scalar_subquery()
        )
        self._all = select(events.c.data).where(mine).order_by(events.c.id)
        self._session = self._all.where(events.c.id >= start)
        self._count = select(func.count()).where(mine, events.c.id >= start)
        self._insert = insert(events)


def _with_timeout(address: str) -> str:
    url = make_url(address)
    if url.get_backend_name() != "postgresql" or "connect_timeout" in url.query:
        return address
    url = url.update_query_dict({"connect_timeout": str(CONNECT_SECONDS)})
    return url.render_as_string(hide_password=False)


def _make_session_index(engine: Engine, table: Table) -> None:
    columns = (table.c.sender_id, table.c.type_name, table.c.id)
    found = next((index for index in table.indexes if index.name == SESSION_INDEX), None)
    index = found if found is not None else Index(SESSION_INDEX, *columns)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":  # where servers that start at once collide
            lock = text("SELECT pg_advisory_xact_lock(:number)")
            connection.execute(lock, {"number": _INDEX_LOCK})
        connection.execute(CreateIndex(index, if_not_exists=True))


def prepare_sqlite(engine: Engine) -> None:
    """Write-ahead log and a busy timeout, so that readers never wait and writers wait in turn."""

    @event.listens_for(engine, "connect")
    def _pragmas(connection: Any, _record: Any) -> None:
        sqlite.prepare(connection)

    engine.dispose()  # connections that were opened before the listener stood
