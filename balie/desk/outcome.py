"""Keeping what became of a turn: the assistant's reply, a fault, or that it takes long."""

from collections.abc import Sequence

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from balie.desk.conversations import add_message, lock_conversation, talk_about
from balie.desk.intake import Answer, settle_key
from balie.desk.rasa import Entity, RasaLink, RasaReply, Turn
from balie.desk.schemas import storable_address
from balie.desk.tables import Conversation, IdempotencyKey, Message
from balie.desk.tickets import Contact, hand_off, tell_of_ticket
from balie.desk.voice import Voice

Answers = dict[str, Answer]  # by idempotency key

# Made once: SQLAlchemy takes longer to put a statement together than SQLite to run it.
_KEYS_OF_TURN = select(IdempotencyKey).where(
    IdempotencyKey.conversation_id == bindparam("conversation"),
    IdempotencyKey.message_seq == bindparam("turn"),
)
_END = (
    update(Message)
    .where(
        Message.conversation_id == bindparam("conversation"),
        Message.seq == bindparam("turn"),
        Message.state == "pending",
    )
    .values(state=bindparam("new_state"))
    .returning(Message.seq)
    .execution_options(synchronize_session=False)
)


class Outcome:
    """Stores how turns end. A turn that another process has ended already is left as it is."""

    def __init__(self, voice: Voice) -> None:
        self._voice = voice

    def replied(self, session: Session, turn: Turn, reply: RasaReply) -> Answers:
        """Keep Rasa's reply and open a ticket where it asks for a person."""
        conversation = lock_conversation(session, turn.conversation_id)
        said: list[Message] = []
        if _end(session, turn, "answered"):
            conversation.language = reply.language
            said = self._add_replies(session, conversation, turn, reply)
        return self._settle(session, conversation, turn, "done", said)

    def faulted(self, session: Session, turn: Turn) -> Answers:
        """Tell the customer that the assistant cannot answer now, and what they can do."""
        conversation = lock_conversation(session, turn.conversation_id)
        if not _end(session, turn, "faulted"):
            return self._settle(session, conversation, turn, "done")
        language = conversation.language
        retry = self._voice.retry_button(language)
        retry.entities = [Entity(entity="message", value=str(turn.seq))]
        add_message(
            session,
            conversation,
            "assistant",
            self._voice.say("rasa_down", language),
            reply_to=turn.seq,
            buttons=[retry, self._voice.person_button(language)],
        )
        return self._settle(session, conversation, turn, "faulted")

    def delayed(self, session: Session, turn: Turn, key: str) -> Answer:
        """Tell the customer that the answer takes longer, unless it has come meanwhile."""
        conversation = lock_conversation(session, turn.conversation_id)
        row = session.get_one(IdempotencyKey, (turn.conversation_id, key))
        if row.state != "open":
            return row.answer or {}
        language = conversation.language
        add_message(
            session,
            conversation,
            "assistant",
            self._voice.say("slow", language),
            reply_to=turn.seq,
            buttons=[self._voice.person_button(language)],
        )
        return settle_key(session, conversation, row)

    def _add_replies(
        self, session: Session, conversation: Conversation, turn: Turn, reply: RasaReply
    ) -> list[Message]:
        # Only the newest message's buttons are usable, so a reply shows all of them there.
        buttons = [button for message in reply.messages for button in message.buttons]
        said = [
            add_message(
                session,
                conversation,
                "assistant",
                message.text,
                reply_to=turn.seq,
                buttons=buttons if message is reply.messages[-1] else (),
                links=self._listed(message.links),
                step=message.step,
                language=message.language,
            )
            for message in reply.messages
        ]
        for step in filter(None, (message.step for message in reply.messages)):
            talk_about(conversation, step.topic, step.id)
        talk_about(conversation, reply.topic)
        if reply.handoff:
            said.append(
                hand_off(session, conversation, self._voice, reply.handoff, reply_to=turn.seq)[1]
            )
        elif reply.ticket:
            contact = Contact(email=storable_address(reply.ticket.email))
            told = tell_of_ticket(session, conversation, self._voice, contact, reply_to=turn.seq)
            said += [told] if told else []
        return said

    def _listed(self, links: Sequence[RasaLink]) -> list[RasaLink]:
        return [link for link in links if self._voice.texts.is_listed(link.url)]

    def _settle(
        self,
        session: Session,
        conversation: Conversation,
        turn: Turn,
        state: str,
        said: Sequence[Message] = (),
    ) -> Answers:
        """Give every key that waits for this turn its answer; the answers by key."""
        names = {"conversation": turn.conversation_id, "turn": turn.seq}
        keys = session.scalars(_KEYS_OF_TURN, names).all()
        for key in keys:
            # Whoever was told that it takes longer keeps that answer, but may try a fault again.
            if key.state != "done":
                settle_key(session, conversation, key, state, said)
            elif state == "faulted":
                key.state = state
        return {key.key: key.answer or {} for key in keys}


def _end(session: Session, turn: Turn, state: str) -> bool:
    """End the turn in this state; false where it has ended already."""
    names = {"conversation": turn.conversation_id, "turn": turn.seq, "new_state": state}
    # Not as parameters of `scalar`: the session would take those for rows to update by their keys.
    return session.connection().scalar(_END, names) is not None
