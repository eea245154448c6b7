"""What the assistant remembers between turns, in slots of its own (`dialogue`, `guide`, `form`).

A place in a guide or a form is kept here and not in a Rasa form, because an active form of Rasa
does not survive a new session.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from balie.content.form import FormState
from balie.content.guide import GuideState


@dataclass(frozen=True)
class Dialogue:
    """What was said last that a short answer ("yes", "that's not what I meant") refers to.

    `asked_too` are topics that were asked about and not answered yet. `missed` counts the answers
    that were not understood at one question of a guide, which is `missed_at`. `paused` says that
    the guide was left at its step with a button to go on, and `request_filed` that a form of this
    conversation has been filed.
    """

    offered_guide: str | None = None
    offered_form: str | None = None
    offered_resume: bool = False
    offered_person: bool = False
    offered_topic: str | None = None
    asked_too: tuple[str, ...] = ()
    last_topic: str | None = None
    likely: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()
    stuck_at: str | None = None
    asked_again: str | None = None
    missed_at: str | None = None
    missed: int = 0
    sign_in_hinted: bool = False
    paused: bool = False
    request_filed: bool = False

    def to_slot(self) -> dict[str, Any]:
        """The slot's value: what differs from the default."""
        default = asdict(Dialogue())
        return {key: value for key, value in asdict(self).items() if value != default[key]}

    @classmethod
    def from_slot(cls, value: Mapping[str, Any] | None) -> "Dialogue":
        """What a slot holds; unknown keys of an older version are left out."""
        known = {key: value for key, value in (value or {}).items() if key in cls.__annotations__}
        for key in ("asked_too", "likely", "rejected"):
            known[key] = tuple(known.get(key, ()))
        return cls(**known)


@dataclass(frozen=True)
class Walk:
    """A guide that somebody is in the middle of.

    `before` holds what the account looked like when it began, so that its end can tell whether
    something has changed. `at` is the moment of the last move (UTC).
    """

    state: GuideState
    at: datetime
    before: Mapping[str, str] = field(default_factory=dict)

    def to_slot(self) -> dict[str, Any]:
        """The slot's value."""
        return {
            "state": self.state.to_dict(),
            "at": self.at.isoformat(),
            "before": dict(self.before),
        }

    @classmethod
    def from_slot(cls, value: Mapping[str, Any] | None) -> "Walk | None":
        """What a slot holds, or None."""
        if not value:
            return None
        return cls(
            GuideState.from_dict(value["state"]),
            datetime.fromisoformat(value["at"]),
            value.get("before", {}),
        )


@dataclass(frozen=True)
class Guides:
    """The guide that somebody is in the middle of, one that was left for later, one at its end."""

    walk: Walk | None = None
    left: Walk | None = None
    ended: Walk | None = None

    def to_slot(self) -> dict[str, Any] | None:
        """The slot's value."""
        walks = {"walk": self.walk, "left": self.left, "ended": self.ended}
        return {name: walk.to_slot() for name, walk in walks.items() if walk} or None

    @classmethod
    def from_slot(cls, value: Mapping[str, Any] | None) -> "Guides":
        """What a slot holds."""
        slots = value or {}
        return cls(*(Walk.from_slot(slots.get(name)) for name in ("walk", "left", "ended")))


@dataclass(frozen=True)
class Filling:
    """A form that `customer` is filling in; nobody else gets to see it.

    `waiting` says that the form, not something else, gets what is typed next; `choosing` that the
    customer was asked which field to change; `missed` how many answers to the field were none in a
    row; `tried` when it was sent without the billing system's
    answer having come through. `begun` tells this form from an earlier one of the conversation;
    `at` is the moment of the last move (all UTC).
    """

    state: FormState
    customer: str
    begun: datetime
    at: datetime
    waiting: bool = True
    choosing: bool = False
    tried: datetime | None = None
    missed: int = 0

    def to_slot(self) -> dict[str, Any]:
        """The slot's value."""
        return {
            "state": self.state.to_dict(),
            "customer": self.customer,
            "begun": self.begun.isoformat(),
            "at": self.at.isoformat(),
            "waiting": self.waiting,
            "choosing": self.choosing,
            "tried": self.tried.isoformat() if self.tried else None,
            "missed": self.missed,
        }

    @classmethod
    def from_slot(cls, value: Mapping[str, Any] | None) -> "Filling | None":
        """What a slot holds, or None."""
        if not value:
            return None
        return cls(
            FormState.from_dict(value["state"]),
            value["customer"],
            datetime.fromisoformat(value["begun"]),
            datetime.fromisoformat(value["at"]),
            waiting=value.get("waiting", False),
            choosing=value.get("choosing", False),
            tried=datetime.fromisoformat(value["tried"]) if value.get("tried") else None,
            missed=value.get("missed", 0),
        )
