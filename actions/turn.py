"""Reads one turn off Rasa's tracker."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from rasa_sdk import Tracker

from actions.state import Dialogue, Filling, Guides, Walk
from balie.content import LANGUAGES, Language

PRIVATE_CHANNEL = "balie"
ANSWER, OFFER, OUT_OF_SCOPE = "answer", "offer", "out_of_scope"


@dataclass(frozen=True)
class Turn:
    """Everything an action may know of the message it answers.

    `customer` is the signed-in customer's id; it comes from this message's metadata, which only
    the private channel sets, and from nowhere else. `is_button` says that a button was pressed: it
    names its intent and needs no understanding. `waiting` says that the conversation waits for a
    person already, as the channel tells. `questions` are the intents of a message's parts where it
    has several.
    """

    text: str
    intent: str
    language: Language
    conversation_language: Language
    dialogue: Dialogue
    now: datetime
    walk: Walk | None = None
    left: Walk | None = None
    ended: Walk | None = None
    filling: Filling | None = None
    conversation: str = ""
    customer: str | None = None
    decision: str = ANSWER
    ranking: tuple[str, ...] = ()
    second_topic: str | None = None
    questions: tuple[str, ...] = ()
    entities: Mapping[str, str] | None = None
    is_button: bool = False
    waiting: bool = False

    @property
    def own_filling(self) -> Filling | None:
        """The form that this customer is filling in; one of somebody else is not shown."""
        mine = self.filling is not None and self.filling.customer == self.customer
        return self.filling if mine else None

    def entity(self, name: str) -> str | None:
        """The value that came with a button."""
        return (self.entities or {}).get(name)


def read_turn(tracker: Tracker, now: datetime | None = None) -> Turn:
    """The turn that the tracker's latest message begins."""
    message: dict[str, Any] = tracker.latest_message or {}
    metadata = _trusted_metadata(message)
    guides = Guides.from_slot(tracker.get_slot("guide"))
    before = _language(metadata.get("language")) or _language(tracker.get_slot("language")) or "en"
    return Turn(
        text=str(message.get("text") or ""),
        intent=str((message.get("intent") or {}).get("name") or OUT_OF_SCOPE),
        language=_language(message.get("language")) or before,
        conversation_language=before,
        dialogue=_dialogue(tracker, metadata),
        now=now or datetime.now(UTC),
        walk=guides.walk,
        left=guides.left,
        ended=guides.ended,
        filling=Filling.from_slot(tracker.get_slot("form")),
        conversation=str(tracker.sender_id),
        customer=metadata.get("customer"),
        decision=str(message.get("decision") or ANSWER),
        ranking=tuple(str(entry["name"]) for entry in message.get("intent_ranking") or ()),
        second_topic=message.get("second_topic"),
        questions=tuple(map(str, message.get("questions") or ())),
        entities={e["entity"]: str(e["value"]) for e in message.get("entities") or ()},
        is_button=_is_button(message),
        waiting=metadata.get("waiting") is True,
    )


def _trusted_metadata(message: Mapping[str, Any]) -> Mapping[str, Any]:
    metadata: Mapping[str, Any] = message.get("metadata") or {}
    return metadata if metadata.get("channel") == PRIVATE_CHANNEL else {}


def _dialogue(tracker: Tracker, metadata: Mapping[str, Any]) -> Dialogue:
    """What was said last; at first that is the greeting, which offers the steps of its topic."""
    slot = tracker.get_slot("dialogue")
    if slot is None and tracker.get_slot("guide") is None:
        return Dialogue(offered_guide=metadata.get("topic"))
    return Dialogue.from_slot(slot)


def _is_button(message: Mapping[str, Any]) -> bool:
    # A customer may type a leading slash; only the channel knows what was pressed. `rasa shell`
    # has no channel of ours, and its own way to press a button is to type the slash.
    if _trusted_metadata(message):
        return message.get("button") is True
    return str(message.get("text") or "").startswith("/")


def _language(value: object) -> Language | None:
    return next((language for language in LANGUAGES if language == value), None)
