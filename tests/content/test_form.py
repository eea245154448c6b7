"""Filling forms in: in any order, every field that applies is asked for, and nothing is lost."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balie.content.form import (
    FormState,
    answer,
    back,
    change,
    current,
    depends_on,
    field_by_number,
    keep,
    progress,
    skip,
    start,
    summary,
    value,
)
from balie.content.model import Form

TEXT = {"en": "Text.", "nl": "Tekst."}


def make_form(*fields: dict) -> Form:
    """A form with these fields; texts are filled in."""
    base = {**TEXT, "label": TEXT}
    return Form.model_validate(
        {
            "topic": "t",
            "request": "billing",
            "offered_for": "eligible",
            **dict.fromkeys(("offer", "subject", "filed"), TEXT),
            "fields": [{**base, **field} for field in fields],
        }
    )


FORM = make_form(
    {"id": "kind", "portal": TEXT, "from_account": "kind", "options": {"old": TEXT, "new": TEXT}},
    {"id": "method", "portal": TEXT, "when": {"kind": "old"}},
    {"id": "order", "portal": TEXT, "optional": "yes"},
    {"id": "name", "portal": TEXT, "from_account": "name"},
    {"id": "more", "options": {"none": TEXT, "cores": TEXT}},
    {"id": "cores", "portal": TEXT, "when": {"more": "cores"}},
)


def asked(state: FormState) -> str | None:
    field = current(FORM, state)
    return field.id if field else None


def filled(**answers: str) -> FormState:
    return FormState("t", {}, answers)


def test_only_what_the_account_does_not_know_is_asked():
    state = start(FORM, {"kind": "old", "name": "Contoso"})

    assert asked(state) == "method"
    state = skip(FORM, answer(FORM, state, "card"))
    assert asked(state) == "more"
    assert asked(answer(FORM, state, "none")) is None


def test_account_value_that_is_no_option_is_asked():
    assert asked(start(FORM, {"kind": "other"})) == "kind"


def test_fields_depend_on_answers():
    state = answer(FORM, start(FORM, {"name": "Contoso"}), "new")
    assert asked(state) == "order"

    state = answer(FORM, skip(FORM, state), "cores")
    assert asked(state) == "cores"


def test_a_changed_answer_brings_its_fields_back():
    state = filled(kind="new", order="", name="A", more="none")
    assert asked(state) is None

    state = answer(FORM, change(FORM, state, "more"), "cores")

    assert asked(state) == "cores"


def test_an_answer_that_no_longer_applies_is_not_in_the_summary():
    state = filled(kind="new", method="card", order="", name="A", more="none")

    assert "method" not in [line.field.id for line in summary(FORM, state)]


def test_a_field_that_is_changed_and_left_keeps_its_value():
    state = change(FORM, filled(kind="old", method="card", name="A"), "method")

    assert asked(state) == "method"
    assert value(state, "method") == "card"


def test_a_field_can_be_left_as_it_is():
    state = filled(kind="new", order="", name="A", more="none")

    assert asked(keep(FORM, change(FORM, state, "name"))) is None
    assert asked(keep(FORM, change(FORM, state, "order"))) is None
    with pytest.raises(ValueError, match="kind"):
        keep(FORM, start(FORM, {}))


def test_back_passes_over_what_the_account_knows():
    state = answer(FORM, start(FORM, {"kind": "old", "name": "A"}), "card")
    state = skip(FORM, state)
    assert asked(state) == "more"

    assert asked(back(FORM, state)) == "order"
    assert asked(back(FORM, back(FORM, state))) == "method"


def test_back_at_the_first_field_stays():
    state = start(FORM, {})

    assert back(FORM, state) == state


def test_what_is_needed_cannot_be_skipped():
    with pytest.raises(ValueError, match="kind"):
        skip(FORM, start(FORM, {}))


@pytest.mark.parametrize("wrong", ["", "  ", "other"])
def test_a_choice_takes_its_options_only(wrong):
    with pytest.raises(ValueError, match="kind"):
        answer(FORM, start(FORM, {}), wrong)


def test_nothing_is_answered_when_all_is_filled_in():
    with pytest.raises(LookupError):
        answer(FORM, filled(kind="new", order="1", name="A", more="none"), "x")


@pytest.mark.parametrize("name", ["cores", "nothing"])
def test_a_field_that_does_not_apply_cannot_be_changed(name):
    with pytest.raises(LookupError):
        change(FORM, start(FORM, {}), name)


def test_numbers_are_the_portal_s_and_skip_what_it_has_not():
    state = filled(kind="new", more="cores")

    numbers = {line.field.id: line.number for line in summary(FORM, state)}

    assert numbers == {"kind": 1, "order": 3, "name": 4, "more": None, "cores": 5}
    found = field_by_number(FORM, 5)
    assert found is not None
    assert found.id == "cores"
    assert field_by_number(FORM, 6) is None


def test_a_field_that_does_not_apply_depends_on_another_s_answer():
    state = filled(kind="new", more="none")

    decides = depends_on(FORM, state, "cores")
    assert decides is not None
    assert decides.id == "more"
    assert depends_on(FORM, state, "order") is None
    assert depends_on(FORM, state, "unknown") is None


def test_summary_tells_what_comes_from_the_account():
    state = start(FORM, {"kind": "old", "name": "Contoso"})
    state = answer(FORM, change(FORM, state, "name"), "Fabrikam")

    sources = {line.field.id: (line.value, line.from_account) for line in summary(FORM, state)}

    assert sources["kind"] == ("old", True)
    assert sources["name"] == ("Fabrikam", False)


def test_progress_counts_the_fields_that_are_asked():
    state = start(FORM, {"kind": "old", "name": "A"})
    assert progress(FORM, state) == (1, 3)

    state = answer(FORM, state, "card")
    assert progress(FORM, state) == (2, 3)


def test_a_field_that_an_edit_removed_does_no_harm():
    state = FormState("t", {"gone": "x"}, {"gone_too": "y"}, position="gone")

    assert asked(state) == "kind"


MOVES = st.one_of(
    st.tuples(st.just("answer"), st.sampled_from(["old", "new", "none", "cores", "text", ""])),
    st.tuples(st.just("change"), st.sampled_from([field.id for field in FORM.fields])),
    st.tuples(st.sampled_from(["skip", "back"]), st.just("")),
)
ACCOUNT = st.dictionaries(st.sampled_from(["kind", "name"]), st.sampled_from(["old", "x", ""]))


def move(state: FormState, kind: str, text: str) -> FormState:
    try:
        match kind:
            case "answer":
                return answer(FORM, state, text)
            case "change":
                return change(FORM, state, text)
            case "skip":
                return skip(FORM, state)
        return back(FORM, state)
    except (LookupError, ValueError):
        return state


@given(ACCOUNT, st.lists(MOVES, max_size=20))
def test_whatever_is_done_the_form_can_be_completed(account, moves):
    state = start(FORM, account)
    for kind, text in moves:
        state = move(state, kind, text)
        assert FormState.from_dict(json.loads(json.dumps(state.to_dict()))) == state

    for _ in FORM.fields:
        if field := current(FORM, state):
            state = answer(FORM, state, next(iter(field.options), "text"))
    state = state if current(FORM, state) is None else answer(FORM, state, "text")

    assert current(FORM, state) is None
    for line in summary(FORM, state):
        assert line.value or line.field.optional
        assert not line.field.options or line.value in line.field.options


@given(ACCOUNT, st.lists(MOVES, max_size=20))
def test_an_account_value_stands_until_it_is_answered(account, moves):
    state = first = start(FORM, account)
    for kind, text in moves:
        state = move(state, kind, text)

    for line in summary(FORM, state):
        name = line.field.id
        if name in first.known and name not in state.answers:
            assert (line.value, line.from_account) == (first.known[name], True)


@given(ACCOUNT, st.lists(MOVES, max_size=20))
def test_back_goes_to_an_earlier_answered_field_and_loses_nothing(account, moves):
    state = start(FORM, account)
    for kind, text in moves:
        state = move(state, kind, text)

    before = back(FORM, state)

    assert before.answers == state.answers
    here, there = current(FORM, state), current(FORM, before)
    assert there is not None or before == state
    if before != state and here is not None and there is not None:
        ids = [field.id for field in FORM.fields]
        assert ids.index(there.id) < ids.index(here.id)
