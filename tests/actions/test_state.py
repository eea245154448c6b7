"""What is remembered survives being written to a slot, and the slots of older versions."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.state import Dialogue, Guides, Walk
from balie.content import GuideState

_names = st.text("abc_", min_size=1, max_size=5)
_maybe = st.none() | _names
_names_list = st.lists(_names, max_size=3).map(tuple)
_dialogues = st.builds(
    Dialogue,
    offered_guide=_maybe,
    offered_resume=st.booleans(),
    offered_person=st.booleans(),
    offered_topic=_maybe,
    asked_too=_names_list,
    last_topic=_maybe,
    likely=_names_list,
    rejected=_names_list,
    stuck_at=_maybe,
    asked_again=_maybe,
)
_answers = st.dictionaries(_names, _names, max_size=3)
_walks = st.builds(
    Walk,
    st.builds(GuideState, _names, _names, _answers, _names_list, _names_list),
    st.datetimes(timezones=st.just(UTC)),
    _answers,
)


def _stored(value: Any) -> Any:
    return json.loads(json.dumps(value))


@given(_dialogues)
def test_a_dialogue_survives_its_slot(dialogue: Dialogue) -> None:
    assert Dialogue.from_slot(_stored(dialogue.to_slot())) == dialogue


@given(_walks)
def test_a_walk_survives_its_slot(walk: Walk) -> None:
    assert Walk.from_slot(_stored(walk.to_slot())) == walk


@given(st.none() | _walks, st.none() | _walks)
def test_guides_survive_their_slot(walk: Walk | None, left: Walk | None) -> None:
    assert Guides.from_slot(_stored(Guides(walk, left).to_slot())) == Guides(walk, left)


def test_nothing_remembered_is_nothing_stored() -> None:
    assert Dialogue().to_slot() == {}
    assert Guides().to_slot() is None


@pytest.mark.parametrize("nothing", [None, {}])
def test_an_empty_slot_is_nothing_remembered(nothing: Any) -> None:
    assert Dialogue.from_slot(nothing) == Dialogue()
    assert Guides.from_slot(nothing) == Guides()
    assert Walk.from_slot(nothing) is None


def test_what_another_version_remembered_is_left_out() -> None:
    kept = {"last_topic": "past_due", "mood": "cheerful"}
    assert Dialogue.from_slot(kept) == Dialogue(last_topic="past_due")


def test_a_walk_of_an_older_version_goes_on() -> None:
    slot = {"state": {"topic": "past_due", "position": "a"}, "at": "2026-11-21T10:00:00+00:00"}
    assert Walk.from_slot(slot) == Walk(
        GuideState("past_due", "a"), datetime(2026, 11, 21, 10, tzinfo=UTC)
    )
