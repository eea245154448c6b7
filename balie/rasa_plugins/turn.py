"""One turn with Rasa's processor: read the tracker once, answer, and save only an answered turn.

Rasa's own `handle_message` saves a turn even when its action failed, answers such a turn with an
empty 200, and goes on with an empty tracker when the store is down. Here each of these is a fault
that the caller sees, and nothing of the turn is kept, so that it can be tried again.
"""

import re
from functools import partial
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator
from rasa.core.agent import Agent
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.processor import MessageProcessor
from rasa.core.tracker_store import FailSafeTrackerStore, TrackerStore
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from balie.content import Language
from balie.rasa_plugins.questions import questions
from balie.rasa_plugins.sessions import needs_new_session, session_events

# A turn that waits for another looks this often; Rasa's second is long in a chat.
_LOCK_LOOK_SECONDS = 0.05
_LEADING_SLASHES = re.compile(r"[\s/]*")

Reply = dict[str, Any]
FaultKind = Literal["no_answer", "store", "starting"]
# Of this length because tracker stores keep them in columns.
Id = Annotated[str, StringConstraints(min_length=1, max_length=255)]
Filled = Annotated[str, StringConstraints(min_length=1)]


class TurnFault(Exception):
    """A turn that could not be answered; `kind` says why."""

    def __init__(self, kind: FaultKind) -> None:
        super().__init__(kind)
        self.kind = kind


class Model(BaseModel):
    """Takes exactly what it says, and keeps what was given out of its errors."""

    model_config = ConfigDict(frozen=True, strict=True, hide_input_in_errors=True)


class Entity(Model):
    """A value that goes with a button's intent."""

    entity: str
    value: str


class Incoming(Model):
    """A message: typed `text`, or the `intent` and `entities` behind a button.

    `waiting` says that the conversation waits for a person; `topic` is what it is about as far as
    the desk knows, such as the topic of the page it was opened on.
    """

    conversation: Id
    message_id: Id
    language: Language
    customer: Filled | None = None
    waiting: bool = False
    topic: Filled | None = None
    text: Filled | None = None
    intent: str | None = None
    entities: tuple[Entity, ...] = ()

    @model_validator(mode="after")
    def _is_typed_or_chosen(self) -> "Incoming":
        if (self.text is None) == (self.intent is None):
            raise ValueError("a message has either a text or an intent")
        return self

    @property
    def metadata(self) -> dict[str, Any]:
        """What NLU and actions may know of the sender; the only source of identity."""
        known = {"channel": "balie", "language": self.language, "customer": self.customer}
        place = {"waiting": self.waiting, "topic": self.topic}
        return known | {name: value for name, value in place.items() if value}


class Parseable(Model):
    """A text that belongs to no conversation; `language` is the likely one, where known."""

    text: Filled
    language: Language | None = None


class CollectedReplies(OutputChannel):
    """Keeps whole replies (text, buttons, links, step), where Rasa's collector splits them."""

    def __init__(self) -> None:
        self.replies: list[Reply] = []

    @classmethod
    def name(cls) -> str:
        """The channel's name in trackers."""
        return "balie"

    async def send_response(self, recipient_id: str, message: Reply) -> None:
        """Keep one reply."""
        self.replies.append(message)


async def answer(
    agent: Agent, incoming: Incoming, session_limit: int, lock_seconds: float
) -> list[Reply]:
    """The replies to one message; the same message id gives the same replies again.

    `lock_seconds` is how long the conversation stays locked where this process dies meanwhile;
    it must be longer than a turn may take. Raises `TurnFault` where there is no answer; then the
    tracker is as it was before.
    """
    processor: MessageProcessor = agent.processor
    store = honest_store(agent)
    async with agent.lock_store.lock(incoming.conversation, lock_seconds, _LOCK_LOOK_SECONDS):
        tracker = await _read(processor, store, incoming.conversation)
        earlier = replies_to(tracker, incoming.message_id)
        if earlier:
            return earlier
        replies = await _take_turn(processor, tracker, incoming, session_limit)
        await _save(store, tracker)
        return replies


def honest_store(agent: Agent) -> TrackerStore:
    """The agent's tracker store without Rasa's silent fallback to memory."""
    store = agent.tracker_store
    return store._tracker_store if isinstance(store, FailSafeTrackerStore) else store


def replies_to(tracker: DialogueStateTracker, message_id: str) -> list[Reply]:
    """The replies that the tracker holds to the message with this id, none if it is new."""
    replies: list[Reply] = []
    inside = False
    for event in tracker.events:
        if isinstance(event, UserUttered):
            inside = event.message_id == message_id
        elif inside and isinstance(event, BotUttered):
            replies.append(event.message())
    return replies


async def _read(
    processor: MessageProcessor, store: TrackerStore, conversation: str
) -> DialogueStateTracker:
    try:
        tracker = await store.get_or_create_tracker(conversation, append_action_listen=False)
    except Exception as error:
        raise TurnFault("store") from error
    tracker.model_id = processor.model_metadata.model_id
    tracker.assistant_id = tracker.assistant_id or processor.model_metadata.assistant_id
    return tracker


async def _save(store: TrackerStore, tracker: DialogueStateTracker) -> None:
    try:
        await store.save(tracker)
    except Exception as error:
        raise TurnFault("store") from error


async def _take_turn(
    processor: MessageProcessor,
    tracker: DialogueStateTracker,
    incoming: Incoming,
    session_limit: int,
) -> list[Reply]:
    if needs_new_session(tracker, session_limit):
        tracker.update_with_events(session_events(tracker), processor.domain)
    collected = CollectedReplies()
    message = await _user_message(processor, tracker, incoming, collected)
    await processor._handle_message_with_tracker(message, tracker)
    tracker = await processor.run_action_extract_slots(collected, tracker)
    await processor._run_prediction_loop(collected, tracker)
    if not any(reply.get("text") for reply in collected.replies):
        raise TurnFault("no_answer")
    return collected.replies


async def _user_message(
    processor: MessageProcessor,
    tracker: DialogueStateTracker,
    incoming: Incoming,
    output: OutputChannel,
) -> UserMessage:
    parse_data = (
        await _parse_message(processor, incoming.text, incoming.metadata, tracker)
        if incoming.text is not None
        else _parse_button(incoming)
    )
    return UserMessage(
        text=parse_data["text"],
        output_channel=output,
        sender_id=incoming.conversation,
        parse_data=parse_data,
        input_channel=output.name(),
        message_id=incoming.message_id,
        metadata=incoming.metadata,
    )


async def _parse_message(
    processor: MessageProcessor,
    text: str,
    metadata: dict[str, Any],
    tracker: DialogueStateTracker,
) -> dict[str, Any]:
    """What a message means, and each of its parts where it may ask several things."""
    parse = partial(parse_typed, processor, metadata=metadata, tracker=tracker)
    return {**await parse(text), "questions": await questions(text, parse)}


async def parse_typed(
    processor: MessageProcessor,
    text: str,
    metadata: dict[str, Any],
    tracker: DialogueStateTracker | None = None,
) -> dict[str, Any]:
    """What a typed text means."""
    # Rasa's RegexMessageHandler, which `rasa shell` and stories need, takes a text that begins with
    # a slash for an intent. Without its leading slashes every text is only a text.
    words = _LEADING_SLASHES.sub("", text, count=1)
    harmless = UserMessage(text=words, metadata=metadata)
    parse_data: dict[str, Any] = await processor.parse_message(harmless, tracker)
    return {**parse_data, "text": text}


def _parse_button(incoming: Incoming) -> dict[str, Any]:
    intent = {"name": incoming.intent, "confidence": 1.0}
    return {
        "text": f"/{incoming.intent}",
        "intent": intent,
        "intent_ranking": [intent],
        "entities": [entity.model_dump() for entity in incoming.entities],
        "language": incoming.language,
        "decision": "answer",
        "button": True,
    }
