"""Sessions begin by the number of events, and carry the current values along once."""

from typing import Any

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from balie.rasa_plugins.sessions import needs_new_session, session_events

DOMAIN = Domain.from_yaml(
    """
    slots:
      language: {type: any, influence_conversation: false, mappings: [{type: custom}]}
      guide: {type: any, influence_conversation: false, mappings: [{type: custom}]}
      dialogue: {type: any, influence_conversation: false, mappings: [{type: custom}]}
    """
)


def _tracker(*events: Any) -> DialogueStateTracker:
    tracker = DialogueStateTracker("c-1", DOMAIN.slots)
    tracker.update_with_events(list(events), DOMAIN)
    return tracker


def test_a_conversation_without_events_needs_a_session() -> None:
    assert needs_new_session(_tracker(), 100)


@pytest.mark.parametrize(("limit", "needed"), [(2, True), (3, True), (4, False)])
def test_a_session_ends_at_its_limit_of_events(limit: int, needed: bool) -> None:
    tracker = _tracker(SessionStarted(), UserUttered("a"), UserUttered("b"))
    assert needs_new_session(tracker, limit) is needed


def test_each_slots_current_value_is_carried_once() -> None:
    tracker = _tracker(
        SlotSet("language", "en"),
        SlotSet("guide", {"at": "one"}),
        SlotSet("guide", {"at": "two"}),
        SlotSet("language", "nl"),
        SlotSet("dialogue", {"x": 1}),
        SlotSet("dialogue", None),
    )
    assert session_events(tracker) == [
        ActionExecuted("action_session_start"),
        SessionStarted(),
        SlotSet("language", "nl"),
        SlotSet("guide", {"at": "two"}),
        ActionExecuted("action_listen"),
    ]


def test_S3_what_rasa_keeps_of_the_first_messages_metadata_is_not_carried() -> None:
    tracker = _tracker(SlotSet("session_started_metadata", {"customer": "C-1001"}))
    assert tracker.get_slot("session_started_metadata") == {"customer": "C-1001"}
    assert not [event for event in session_events(tracker) if isinstance(event, SlotSet)]


async def test_a_long_conversation_stays_short_to_read_and_loses_nothing(
    start_rasa: Any, actions: Any
) -> None:
    server = await start_rasa(session_events=30)
    read = []
    for turn in range(25):
        value = {"event": "slot", "timestamp": None, "name": "guide", "value": {"at": turn}}
        actions.say(f"answer {turn}", events=[value])
        assert await server.texts(text="card") == [f"answer {turn}"]
        before = actions.calls[-1]["tracker"]["slots"]["guide"]
        assert before == ({"at": turn - 1} if turn else None)
        tracker = await server.agent.tracker_store.retrieve("c-1")
        read.append(len(tracker.events))
    assert max(read) < 30 + 10
    assert len(await server.events()) > 4 * 30
    last = await server.agent.tracker_store.retrieve("c-1")
    slots = [e for e in list(last.events)[:6] if e.type_name == "slot"]
    assert len(slots) == 1, "the value that was carried, once"


async def test_the_first_session_is_opened_before_the_first_message(rasa_server: Any) -> None:
    await rasa_server.texts(text="hello")
    kinds = [event.type_name for event in await rasa_server.events()]
    assert kinds[:4] == ["action", "session_started", "action", "user"]
