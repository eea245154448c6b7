"""Turns whose process died: whose lease ran out while they were pending."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from balie.desk import clock
from balie.desk.conversations import lock_conversation, read_conversation
from balie.desk.intake import turn_of
from balie.desk.rasa import Turn
from balie.desk.tables import IS_PENDING, Message

_AT_ONCE = 20


def claim(session: Session, lease: float) -> list[Turn]:
    """Take over the turns that were left behind; they get a new lease (in seconds)."""
    now = clock.now()
    query = (
        select(Message)
        .where(IS_PENDING, Message.lease_until < now)
        .order_by(Message.lease_until)
        .limit(_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    messages = session.scalars(query).all()
    for message in messages:
        message.lease_until = now + timedelta(seconds=lease)
    return [
        turn_of(read_conversation(session, message.conversation_id), message, queued=True)
        for message in messages
    ]


def renew(session: Session, turn: Turn, lease: float) -> Turn:
    """The turn as it stands now, with a lease (in seconds) from now on."""
    conversation = lock_conversation(session, turn.conversation_id)
    message = session.get_one(Message, (turn.conversation_id, turn.seq))
    message.lease_until = clock.now() + timedelta(seconds=lease)
    return turn_of(conversation, message)
