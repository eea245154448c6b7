"""Sessions that keep long conversations as fast as short ones.

Rasa reads back all events since the last `session_started` for every turn. It starts a session by
idleness only, and then re-emits every SlotSet of the old one. Balie starts sessions by the number
of events, before the message is handled, and carries each slot's current value once.
(From within an action a session start would wipe the latest message, identity with it.)
"""

from rasa.shared.core.constants import (
    ACTION_LISTEN_NAME,
    ACTION_SESSION_START_NAME,
    SESSION_START_METADATA_SLOT,
)
from rasa.shared.core.events import ActionExecuted, Event, SessionStarted, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker


def needs_new_session(tracker: DialogueStateTracker, limit: int) -> bool:
    """Whether the tracker's current session holds at least `limit` events, or there is none."""
    return not tracker.events or len(tracker.events) >= limit


def session_events(tracker: DialogueStateTracker) -> list[Event]:
    """The events that open a new session with the slots' current values, each once."""
    slots = [
        SlotSet(name, slot.value)
        for name, slot in tracker.slots.items()
        if slot.value is not None and name != SESSION_START_METADATA_SLOT
    ]
    return [
        ActionExecuted(ACTION_SESSION_START_NAME),
        SessionStarted(),
        *slots,
        ActionExecuted(ACTION_LISTEN_NAME),
    ]
