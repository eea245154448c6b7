"""Taking a customer's message in: checked, masked and stored before anybody acts on it."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from secrets import token_hex
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from balie.desk import clock, idempotency
from balie.desk.conversations import (
    add_message,
    lock_conversation,
    replies,
    shown_button,
    sign_in_ran_out,
    signed_in_customer,
    talk_about,
)
from balie.desk.problems import Problem
from balie.desk.rasa import Handoff, Turn
from balie.desk.schemas import message_view
from balie.desk.tables import IS_PENDING, Button, Conversation, IdempotencyKey, Message
from balie.desk.tickets import ASKED, hand_off
from balie.desk.voice import HAND_OFF, RETRY, Voice
from balie.privacy import Kind, mask

Answer = dict[str, Any]

# Categories of characters that show nothing: separators, controls, formats.
_INVISIBLE = frozenset(("Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Cn", "Co"))

# Made once: SQLAlchemy takes longer to put a statement together than SQLite to run it.
_EARLIER_PENDING = (
    select(Message.seq)
    .where(
        Message.conversation_id == bindparam("conversation"),
        Message.seq < bindparam("before"),
        IS_PENDING,
    )
    .limit(1)
)


@dataclass(frozen=True)
class Typed:
    """A typed text, already masked."""

    text: str
    masked: tuple[Kind, ...] = ()


@dataclass(frozen=True)
class Chosen:
    """The id of a button."""

    button_id: str


@dataclass(frozen=True)
class Taken:
    """A message that was taken in: its answer where there is one already, else its turn."""

    answer: Answer | None = None
    turn: Turn | None = None


def read_text(text: str, longest: int) -> Typed:
    """Check and mask what somebody typed; raises the problems `empty-message` and `too-long`.

    Characters that no database can store are replaced.
    """
    text = text.replace("\x00", "\N{REPLACEMENT CHARACTER}")
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").strip()
    if all(unicodedata.category(character) in _INVISIBLE for character in text):
        raise Problem(422, "empty-message")
    if len(text) > longest:
        raise Problem(422, "too-long", length=len(text), most=longest)
    masked = mask(text)
    return Typed(masked.text, masked.kinds)


class Intake:
    """Stores messages; `lease` is how long a turn may take before it counts as left behind."""

    def __init__(self, voice: Voice, lease: timedelta, keep_keys: timedelta) -> None:
        self._voice = voice
        self._lease = lease
        self._keep_keys = keep_keys

    def take(
        self,
        session: Session,
        conversation_id: str,
        said: Typed | Chosen,
        request: idempotency.Request,
    ) -> Taken:
        """Take a message in, or find what became of it when it came before."""
        conversation = lock_conversation(session, conversation_id)
        now = clock.now()
        key, new = idempotency.claim(session, conversation_id, request, now, self._keep_keys)
        if not new and key.state == "done":
            return Taken(answer=key.answer)
        if not new:
            return self._again(session, conversation, key)
        if conversation.status == "closed":
            raise Problem(409, "closed")
        if isinstance(said, Typed):
            return self._typed(session, conversation, key, said)
        button = shown_button(session, conversation, said.button_id)
        conversation.shown_seq = None
        if button.intent == RETRY:
            return self._again(session, conversation, key, _retried(button))
        return self._chosen(session, conversation, key, button)

    def _typed(
        self, session: Session, conversation: Conversation, key: IdempotencyKey, said: Typed
    ) -> Taken:
        message = add_message(session, conversation, "customer", said.text)
        if said.masked:
            notice = self._voice.masked(said.masked, conversation.language)
            add_message(session, conversation, "system", notice, reply_to=message.seq)
        return self._start(session, conversation, key, message)

    def _chosen(
        self, session: Session, conversation: Conversation, key: IdempotencyKey, button: Button
    ) -> Taken:
        message = add_message(session, conversation, "customer", button.title)
        if button.intent == HAND_OFF:
            key.message_seq = key.after_seq = message.seq
            asked = Handoff(reason=ASKED)
            hand_off(session, conversation, self._voice, asked, reply_to=message.seq)
            return Taken(answer=settle_key(session, conversation, key))
        if self._voice.texts.topic_title(button.intent, conversation.language):
            talk_about(conversation, button.intent)
        message.intent = button.intent
        message.entities = button.entities
        return self._start(session, conversation, key, message)

    def _start(
        self, session: Session, conversation: Conversation, key: IdempotencyKey, message: Message
    ) -> Taken:
        """Make the stored message a turn with Rasa, unless a person has taken over."""
        key.message_seq = key.after_seq = message.seq
        if sign_in_ran_out(conversation, message.at):
            notice = self._voice.say("sign_in_again", conversation.language)
            add_message(session, conversation, "system", notice, reply_to=message.seq)
        if conversation.status == "agent":
            return Taken(answer=settle_key(session, conversation, key))
        message.message_id = token_hex(16)
        return self._go(session, conversation, message)

    def _again(
        self,
        session: Session,
        conversation: Conversation,
        key: IdempotencyKey,
        seq: int | None = None,
    ) -> Taken:
        """Send a message that met a fault once more, under the same message id."""
        message = session.get(Message, (conversation.id, seq or key.message_seq))
        if message is None or message.state != "faulted":
            raise Problem(409, "choice-not-shown")
        key.message_seq, key.after_seq, key.state = message.seq, conversation.last_seq, "open"
        return self._go(session, conversation, message)

    def _go(self, session: Session, conversation: Conversation, message: Message) -> Taken:
        message.state = "pending"
        message.lease_until = clock.now() + self._lease
        queued = earlier_turn_pending(session, conversation.id, message.seq)
        return Taken(turn=turn_of(conversation, message, queued=queued))


def _retried(button: Button) -> int:
    """The message that a retry button sends again."""
    return int(button.entities[0]["value"])


def earlier_turn_pending(session: Session, conversation_id: str, seq: int) -> bool:
    """Whether a message before `seq` is still being answered, by any process."""
    names = {"conversation": conversation_id, "before": seq}
    return session.scalar(_EARLIER_PENDING, names) is not None


def turn_of(conversation: Conversation, message: Message, *, queued: bool = False) -> Turn:
    """What Rasa gets for a customer's message, with who they are proved to be at this moment."""
    return Turn(
        conversation_id=conversation.id,
        seq=message.seq,
        message_id=message.message_id or "",
        language=conversation.language,
        customer=signed_in_customer(conversation, clock.now()),
        waiting=conversation.status == "waiting",
        topic=conversation.topic,
        text=message.text,
        intent=message.intent,
        entities=message.entities or [],
        queued=queued,
    )


def settle_key(
    session: Session,
    conversation: Conversation,
    key: IdempotencyKey,
    state: str = "done",
    said: Sequence[Message] = (),
) -> Answer:
    """Keep what was said in answer to the key's message since its turn began.

    `said` holds the last of it; only where more came before is it looked up.
    """
    after = key.after_seq or 0
    if not said or said[0].seq != after + 1:
        session.flush()
        said = replies(session, conversation.id, key.message_seq or 0, after)
    answer = {"messages": [message_view(each) for each in said], "status": conversation.status}
    return idempotency.settle(key, answer, state)
