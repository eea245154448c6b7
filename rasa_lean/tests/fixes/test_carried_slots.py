"""A new session begins with each slot's current value, once."""

from typing import Any

import pytest
import rasa.core.actions.action as action_module
from rasa.core.actions.action import ActionSessionStart
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

DOMAIN = Domain.from_yaml(
    """
    slots:
      language: {type: text, influence_conversation: false, mappings: [{type: custom}]}
      guide: {type: any, influence_conversation: false, mappings: [{type: custom}]}
      gone: {type: any, influence_conversation: false, mappings: [{type: custom}]}
    """
)
HISTORY = [
    SessionStarted(),
    SlotSet("language", "en"),
    UserUttered("hello"),
    SlotSet("guide", {"at": 1}, metadata={"by": "a"}),
    SlotSet("gone", "soon"),
    SlotSet("language", "nl"),
    SlotSet("gone", None),
    SlotSet("guide", {"at": 2}, metadata={"by": "b"}),
]


def _tracker(events: list[Any]) -> DialogueStateTracker:
    tracker = DialogueStateTracker("c", DOMAIN.slots)
    tracker.update_with_events(events, DOMAIN)
    return tracker


def test_each_slot_is_set_once_to_its_last_value() -> None:
    carried = ActionSessionStart._slot_set_events_from_tracker(_tracker(HISTORY))
    assert {each.key: each.value for each in carried} == {
        "language": "nl",
        "guide": {"at": 2},
        "gone": None,
    }
    assert len(carried) == 3
    assert next(each for each in carried if each.key == "guide").metadata == {"by": "b"}


@pytest.mark.parametrize("length", range(len(HISTORY) + 1))
def test_the_slots_are_as_after_rasas_own_events(length: int, original: Any) -> None:
    own = original(action_module, "ActionSessionStart._slot_set_events_from_tracker")
    before = _tracker(HISTORY[:length])
    values = [
        _tracker([SessionStarted(), *carry(before)]).current_slot_values()
        for carry in (own, ActionSessionStart._slot_set_events_from_tracker)
    ]
    assert values[0] == values[1] == before.current_slot_values()


async def test_sessions_do_not_grow_with_those_before() -> None:
    events = HISTORY
    lengths = []
    for _ in range(3):
        events = await ActionSessionStart().run(None, None, _tracker(events), DOMAIN)
        lengths.append(len(events))
    assert lengths == [5, 5, 5]
