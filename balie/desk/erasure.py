"""Forgetting a conversation, here and in Rasa's tracker."""

import asyncio

from sqlalchemy import column, delete, inspect, table
from sqlalchemy.orm import Session

from balie.desk.database import WRITES, Database, in_transaction, open_engine, scrub
from balie.desk.tables import Conversation

# The one table of Rasa's SQL tracker store.
_EVENTS = table("events", column("sender_id"))


class Erasure:
    """Deletes everything that is stored about a conversation; doing it twice is no error."""

    def __init__(self, database: Database, tracker_url: str) -> None:
        self._database = database
        self._tracker_url = tracker_url

    async def erase(self, conversation_id: str) -> None:
        """Delete conversation, messages, buttons, tickets and keys, and Rasa's events."""
        await self._database.write(lambda session: _delete(session, conversation_id))
        await self._database.scrub()
        await self.forget_in_rasa(conversation_id)

    async def forget_in_rasa(self, conversation_id: str) -> None:
        """Delete the tracker's events of the conversation."""
        await asyncio.to_thread(_forget_events, self._tracker_url, conversation_id)


def _delete(session: Session, conversation_id: str) -> None:
    session.execute(delete(Conversation).where(Conversation.id == conversation_id))


def _forget_events(tracker_url: str, conversation_id: str) -> None:
    engine = open_engine(tracker_url)
    try:
        in_transaction(
            engine.execution_options(**{WRITES: True}),
            lambda session: _delete_events(session, conversation_id),
        )
        scrub(engine)
    finally:
        engine.dispose()


def _delete_events(session: Session, conversation_id: str) -> None:
    if inspect(session.connection()).has_table(_EVENTS.name):
        session.execute(delete(_EVENTS).where(_EVENTS.c.sender_id == conversation_id))
