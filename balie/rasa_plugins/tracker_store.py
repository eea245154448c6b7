"""Rasa's SQL tracker store on one URL, with SQLite set up for two processes at once."""

from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import SessionStarted
from rasa.shared.exceptions import RasaException
from sqlalchemy import Index, event, func
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Query, Session

BUSY_TIMEOUT_MS = 5000
SESSION_INDEX = "ix_events_sender_session"


class UrlTrackerStore(SQLTrackerStore):
    """A SQL tracker store that takes a whole SQLAlchemy URL (``url:`` in endpoints.yml)."""

    def __init__(
        self,
        domain: Domain | None,
        host: str,
        event_broker: EventBroker | None = None,
        **_: Any,
    ) -> None:
        """`host` is the URL, as Rasa passes it; raises `RasaException` without its driver."""
        try:
            super().__init__(domain=domain, host=host, event_broker=event_broker)
        except ImportError as error:
            # Rasa takes this for a store that it cannot find, and keeps trackers in memory.
            raise RasaException(f"The tracker store needs another package: {error}") from error
        if self.engine.dialect.name == "sqlite":
            prepare_sqlite(self.engine)
        _session_index(self.SQLEvent.__table__).create(self.engine, checkfirst=True)

    def _event_query(
        self, session: Session, sender_id: str, fetch_events_from_all_sessions: bool
    ) -> Query[Any]:
        """The conversation's events in order: all, or those of its current session.

        Rasa finds the session by its timestamp and reads every event of the conversation for
        that, so that each turn costs more than the one before; and two servers' clocks differ.
        Here the session begins at the row of its `session_started`, which an index finds.
        """
        events = self.SQLEvent
        mine = session.query(events).filter(events.sender_id == sender_id)
        if not fetch_events_from_all_sessions:
            start = (
                session.query(func.max(events.id))
                .filter(events.sender_id == sender_id)
                .filter(events.type_name == SessionStarted.type_name)
                .scalar_subquery()
            )
            mine = mine.filter(events.id >= func.coalesce(start, 0))
        return mine.order_by(events.id)


def _session_index(table: Any) -> Index:
    columns = (table.c.sender_id, table.c.type_name, table.c.id)
    found = next((index for index in table.indexes if index.name == SESSION_INDEX), None)
    return found if found is not None else Index(SESSION_INDEX, *columns)


def prepare_sqlite(engine: Engine) -> None:
    """Write-ahead log and a busy timeout, so that readers never wait and writers wait in turn."""

    @event.listens_for(engine, "connect")
    def _pragmas(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        cursor.close()

    engine.dispose()  # connections that were opened before the listener stood
