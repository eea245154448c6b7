"""Conversations and their messages in the database. Every function works in a given session."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from secrets import token_hex, token_urlsafe

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload

from balie.content import Language
from balie.desk import clock
from balie.desk.problems import Problem
from balie.desk.rasa import GuideStep, RasaButton, RasaLink
from balie.desk.tables import Author, Button, Conversation, Message
from balie.desk.tokens import Identity

_BUTTON_ID = re.compile(r"[A-Za-z0-9_-]+")


def new_conversation(session: Session, language: Language) -> Conversation:
    """Begin a conversation."""
    now = clock.now()
    conversation = Conversation(
        id=token_hex(16),
        language=language,
        status="bot",
        told_expired=False,
        last_seq=0,
        created_at=now,
        updated_at=now,
    )
    session.add(conversation)
    session.flush()
    return conversation


def read_conversation(session: Session, conversation_id: str) -> Conversation:
    """The conversation; raises the problem `not-found`."""
    return _found(session.get(Conversation, conversation_id))


def lock_conversation(session: Session, conversation_id: str) -> Conversation:
    """The conversation, for one writer at a time; raises the problem `not-found`."""
    return _found(session.get(Conversation, conversation_id, with_for_update=True))


def _found(conversation: Conversation | None) -> Conversation:
    if conversation is None:
        raise Problem(404, "not-found")
    return conversation


def add_message(
    session: Session,
    conversation: Conversation,
    author: Author,
    text: str,
    *,
    reply_to: int | None = None,
    buttons: Iterable[RasaButton] = (),
    links: Iterable[RasaLink] = (),
    step: GuideStep | None = None,
    language: Language | None = None,
) -> Message:
    """Say something in a conversation that the session has locked."""
    now = clock.now()
    conversation.last_seq += 1
    conversation.updated_at = now
    message = Message(
        conversation_id=conversation.id,
        seq=conversation.last_seq,
        author=author,
        language=language or conversation.language,
        text=text,
        links=[link.model_dump() for link in links],
        step=step.model_dump() if step else None,
        at=now,
        reply_to=reply_to,
        buttons=[_button(position, button) for position, button in enumerate(buttons)],
    )
    if author == "assistant":
        conversation.shown_seq = message.seq
    session.add(message)
    return message


def _button(position: int, button: RasaButton) -> Button:
    return Button(
        id=token_urlsafe(16),
        position=position,
        title=button.title,
        intent=button.intent,
        entities=[entity.model_dump() for entity in button.entities],
    )


def messages_after(session: Session, conversation_id: str, seq: int) -> Sequence[Message]:
    """The messages that follow `seq`, in order."""
    query = _messages(conversation_id, seq)
    return session.scalars(query).all()


def replies(session: Session, conversation_id: str, to: int, after: int) -> Sequence[Message]:
    """What was said in answer to the message `to`, beyond the message `after`."""
    query = _messages(conversation_id, after).where(Message.reply_to == to)
    return session.scalars(query).all()


def _messages(conversation_id: str, after: int) -> Select[Message]:
    return (
        select(Message)
        .where(Message.conversation_id == conversation_id, Message.seq > after)
        .order_by(Message.seq)
        .options(selectinload(Message.buttons))
    )


def shown_button(session: Session, conversation: Conversation, button_id: str) -> Button:
    """The button, if it is of this conversation and shown now; else a problem."""
    # Not every text may be put to a database.
    button = session.get(Button, button_id) if _BUTTON_ID.fullmatch(button_id) else None
    if button is None or button.conversation_id != conversation.id:
        raise Problem(422, "unknown-choice")
    if button.message_seq != conversation.shown_seq:
        raise Problem(409, "choice-not-shown")
    return button


def bind_customer(conversation: Conversation, identity: Identity) -> None:
    """Sign a customer in; a conversation belongs to one customer for good."""
    if conversation.customer not in (None, identity.customer):
        raise Problem(409, "other-customer")
    conversation.customer = identity.customer
    conversation.customer_until = identity.until
    conversation.told_expired = False


def signed_in_customer(conversation: Conversation, at: datetime) -> str | None:
    """The customer whose account may be looked at, or None."""
    until = conversation.customer_until
    return conversation.customer if until and until > at else None


def talk_about(conversation: Conversation, topic: str | None, step: str | None = None) -> None:
    """Note what the conversation is about now; a step belongs to its topic's guide or form."""
    if topic is not None and (step is not None or topic != conversation.topic):
        conversation.topic, conversation.step = topic, step


def sign_in_ran_out(conversation: Conversation, at: datetime) -> bool:
    """Whether the customer has to be told to sign in again; true once."""
    if (
        conversation.customer is None
        or conversation.told_expired
        or signed_in_customer(conversation, at)
    ):
        return False
    conversation.told_expired = True
    return True
