"""Tickets: a question that a person will look at."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from balie.desk import clock
from balie.desk.conversations import add_message, signed_in_customer
from balie.desk.rasa import Handoff
from balie.desk.tables import IS_OPEN, Conversation, Message, Ticket
from balie.desk.voice import Voice

# No letters or digits that look or sound alike in English or Dutch; 18 ** 9 references.
_ALPHABET = "23456789CFHLMRTWXY"
_GROUPS, _GROUP_LENGTH = 3, 3
ASKED = "asked_for_person"


@dataclass(frozen=True)
class Contact:
    """What somebody left for the person who will answer; the note is masked."""

    email: str | None = None
    note: str | None = None


def new_reference() -> str:
    """A reference such as `H4C-7RM-2XW`: short, unguessable, easy to read aloud."""
    letters = [secrets.choice(_ALPHABET) for _ in range(_GROUPS * _GROUP_LENGTH)]
    return "-".join(
        "".join(letters[at : at + _GROUP_LENGTH]) for at in range(0, len(letters), _GROUP_LENGTH)
    )


def hand_off(
    session: Session,
    conversation: Conversation,
    voice: Voice,
    handoff: Handoff,
    *,
    contact: Contact = Contact(),
    reply_to: int | None = None,
) -> tuple[Ticket, Message]:
    """Open a ticket, or find the open one, and tell the customer its reference."""
    ticket = open_ticket_of(session, conversation.id)
    said = voice.ticket_open if ticket else voice.ticket_made
    ticket = ticket or _open_ticket(session, conversation, handoff)
    _leave_contact(ticket, contact)
    if conversation.status == "bot":
        conversation.status = "waiting"
    text = said(ticket.reference, conversation.language)
    return ticket, add_message(session, conversation, "system", text, reply_to=reply_to)


def tell_of_ticket(
    session: Session,
    conversation: Conversation,
    voice: Voice,
    contact: Contact,
    *,
    reply_to: int | None = None,
) -> Message | None:
    """Say how the open ticket stands, after adding what the customer wrote for it.

    None where the ticket has been dealt with meanwhile.
    """
    ticket = open_ticket_of(session, conversation.id)
    if ticket is None:
        return None
    _leave_contact(ticket, contact)
    text = voice.ticket_open(ticket.reference, conversation.language)
    return add_message(session, conversation, "system", text, reply_to=reply_to)


def _open_ticket(session: Session, conversation: Conversation, handoff: Handoff) -> Ticket:
    now = clock.now()
    # A step says nothing outside its own topic's guide.
    topic = handoff.topic or conversation.topic
    step = handoff.step or (conversation.step if topic == conversation.topic else None)
    ticket = Ticket(
        reference=new_reference(),
        conversation_id=conversation.id,
        state="open",
        reason=handoff.reason,
        language=conversation.language,
        topic=topic,
        step=step,
        customer=signed_in_customer(conversation, now),
        created_at=now,
        updated_at=now,
    )
    session.add(ticket)
    return ticket


def _leave_contact(ticket: Ticket, contact: Contact) -> None:
    if contact.email or contact.note:
        ticket.email = contact.email or ticket.email
        # What is written later is added: somebody who asks twice has something to add.
        notes = dict.fromkeys(note for note in (ticket.note, contact.note) if note)
        ticket.note = "\n\n".join(notes) or None
        ticket.updated_at = clock.now()


def tell_customer(session: Session, conversation: Conversation) -> None:
    """Put the customer who has just signed in on the ticket that was opened before that."""
    ticket = open_ticket_of(session, conversation.id)
    if ticket is not None and ticket.customer is None:
        ticket.customer = conversation.customer
        ticket.updated_at = clock.now()


def open_ticket_of(session: Session, conversation_id: str) -> Ticket | None:
    """The conversation's open ticket, if there is one."""
    return session.scalar(select(Ticket).where(Ticket.conversation_id == conversation_id, IS_OPEN))


def newest_ticket_of(session: Session, conversation_id: str) -> Ticket | None:
    """The conversation's newest ticket, open or closed."""
    query = select(Ticket).where(Ticket.conversation_id == conversation_id)
    return session.scalar(query.order_by(Ticket.created_at.desc()).limit(1))


def list_tickets(session: Session, state: str | None = None) -> Sequence[Ticket]:
    """All tickets, the newest first; only those in `state` if one is given."""
    query = select(Ticket).order_by(Ticket.created_at.desc())
    return session.scalars(query.where(Ticket.state == state) if state else query).all()


def find_ticket(session: Session, reference: str) -> Ticket | None:
    """The ticket with this reference, however it was typed."""
    letters = "".join(character for character in reference.upper() if character.isalnum())
    groups = [letters[at : at + _GROUP_LENGTH] for at in range(0, len(letters), _GROUP_LENGTH)]
    return session.get(Ticket, "-".join(groups))


def transcript(session: Session, ticket: Ticket) -> Sequence[Message]:
    """The conversation so far, masked as it was stored; newer messages show by themselves."""
    query = select(Message).where(Message.conversation_id == ticket.conversation_id)
    return session.scalars(query.order_by(Message.seq)).all()
