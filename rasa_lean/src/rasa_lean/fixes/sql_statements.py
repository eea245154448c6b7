"""`SQLTrackerStore.save` and `._retrieve` (rasa.core.tracker_store) write their SQL anew each time.

They build every query, and an object for every row, with SQLAlchemy's object mapper, which takes
longer than the database, and for each they go through all events that the conversation ever had.
Instead: statements that give the same, written once, and an index of events by time in every table
that is made from now on (README.md tells how to give it to one of before). A store of a subclass
that has queries of its own keeps Rasa's code.
"""

import itertools
import json
from types import ModuleType
from typing import Any

INDEX = "ix_events_sender_id_timestamp"
_BEFORE_ALL = -1e300  # seconds
_QUERIES = ("_event_query", "_additional_events", "SQLEvent")


def after(module: ModuleType) -> None:
    """Replace the two methods."""
    store = module.SQLTrackerStore
    original_save, original_retrieve = store.save, store._retrieve
    own = {name: getattr(store, name) for name in _QUERIES}
    statements = _Statements(module)

    def has_own_queries(self: Any) -> bool:
        return any(getattr(type(self), name) is not own[name] for name in _QUERIES)

    async def save(self: Any, tracker: Any) -> None:
        if has_own_queries(self):
            await original_save(self, tracker)
            return
        await self.stream_events(tracker)
        with self.session_scope() as session:
            connection = session.connection()
            sender = {"sender": tracker.sender_id}
            stored = connection.execute(statements.count, sender).scalar_one()
            new = itertools.islice(tracker.events, stored, len(tracker.events))
            if rows := [row_of(tracker.sender_id, event) for event in new]:
                connection.execute(statements.insert, rows)
            session.commit()
        module.logger.debug(
            f"Tracker with sender_id '{tracker.sender_id}' stored to database"  # as Rasa's
        )

    async def _retrieve(self: Any, sender_id: str, fetch_events_from_all_sessions: bool) -> Any:
        if has_own_queries(self):
            return await original_retrieve(self, sender_id, fetch_events_from_all_sessions)
        query = statements.all if fetch_events_from_all_sessions else statements.session
        with self.session_scope() as session:
            found = session.connection().execute(query, {"sender": sender_id}).scalars().all()
        if not self.domain or not found:
            return None
        events = [json.loads(each) for each in found]
        return module.DialogueStateTracker.from_dict(sender_id, events, self.domain.slots)

    store.save, store._retrieve = save, _retrieve


class _Statements:
    """What Rasa's methods ask of the database."""

    def __init__(self, module: ModuleType) -> None:
        from sqlalchemy import Index, bindparam, func, insert, select

        table = module.SQLTrackerStore.SQLEvent.__table__
        Index(INDEX, table.c.sender_id, table.c.timestamp, table.c.type_name)
        mine = table.c.sender_id == bindparam("sender")
        # Not `max`, for which every event would be looked at.
        start = (
            select(table.c.timestamp)
            .where(mine, table.c.type_name == module.SessionStarted.type_name)
            .order_by(table.c.timestamp.desc())
            .limit(1)
            .scalar_subquery()
        )
        of_session = table.c.timestamp >= func.coalesce(start, _BEFORE_ALL)
        self.all = select(table.c.data).where(mine).order_by(table.c.id)
        self.session = self.all.where(of_session)
        self.count = select(func.count()).select_from(table).where(mine, of_session)
        self.insert = insert(table)


def row_of(sender_id: str, event: Any) -> dict[str, Any]:
    """The row of `events` for an event, as Rasa writes it."""
    data = event.as_dict()
    return {
        "sender_id": sender_id,
        "type_name": event.type_name,
        "timestamp": data.get("timestamp"),
        "intent_name": data.get("parse_data", {}).get("intent", {}).get("name"),
        "action_name": data.get("name"),
        "data": json.dumps(data),
    }
