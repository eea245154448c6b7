"""`ActionSessionStart` (rasa.core.actions.action) sets every slot as often as it was ever set.

It repeats each SlotSet event of the old session in the new one, and the next session repeats those,
so that a conversation grows with every session. Instead: each slot's last value is carried, once.
"""

from types import ModuleType
from typing import Any


def after(module: ModuleType) -> None:
    """Replace the method."""
    slot_set = module.SlotSet

    def _slot_set_events_from_tracker(tracker: Any) -> list[Any]:
        last = {each.key: each for each in tracker.applied_events() if isinstance(each, slot_set)}
        return [
            slot_set(key=each.key, value=each.value, metadata=each.metadata)
            for each in last.values()
        ]

    module.ActionSessionStart._slot_set_events_from_tracker = staticmethod(
        _slot_set_events_from_tracker
    )
