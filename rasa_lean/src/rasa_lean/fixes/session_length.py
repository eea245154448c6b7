"""`MessageProcessor._has_session_expired` (rasa.core.processor) knows idleness only.

Every turn reads all events since the last session began, rebuilds a state from each and posts them
to the action server, so a busy conversation grows slower with each turn. Instead: where
``RASA_LEAN_SESSION_EVENTS`` is set (60, say), a session of that many events has expired too, and a
new one begins before the message is handled. Not within a form, which would not survive it.
Rules and stories do not look back beyond the beginning of a session; so this is off until asked
for.
"""

import os
from types import ModuleType
from typing import Any


def after(module: ModuleType) -> None:
    """Add the second reason to the method."""
    own = module.MessageProcessor._has_session_expired

    def _has_session_expired(self: Any, tracker: Any) -> bool:
        return _is_long(tracker) or bool(own(self, tracker))

    module.MessageProcessor._has_session_expired = _has_session_expired


def _is_long(tracker: Any) -> bool:
    limit = int(os.environ.get("RASA_LEAN_SESSION_EVENTS", "0"))
    return 0 < limit <= len(_session(tracker)) and tracker.active_loop_name is None


def _session(tracker: Any) -> list[Any]:
    """The events since the session began; a store in memory gives those of earlier ones too."""
    from rasa.shared.core.events import SessionStarted

    events = list(tracker.events)
    beginnings = [n for n, each in enumerate(events) if isinstance(each, SessionStarted)]
    return events[beginnings[-1] :] if beginnings else events
