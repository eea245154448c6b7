"""Walking through guides: whatever happens, people are at a place that exists."""

import json
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balie.content.guide import (
    GuideState,
    advance,
    all_paths,
    answer,
    back,
    earlier_step,
    has_open_question,
    item,
    locate,
    progress,
    restart,
    start,
)
from balie.content.model import Question, Step, Topic

OPTIONS = ("a", "b", "c")
TEXT = {"en": "Text.", "nl": "Tekst."}


def make_topic(items: list[dict]) -> Topic:
    """A topic with the given guide; texts are filled in."""
    guide = [{**TEXT, **each} for each in items]
    day = "2026-01-01"
    return Topic.model_validate(
        {"id": "t", "title": TEXT, "answer": TEXT, "guide": guide, "as_of": day, "review_by": day}
    )


def step(name: str, **when: str | list[str]) -> dict:
    return {"id": name, "when": when}


def question(name: str, from_account: str | None = None, **when: str | list[str]) -> dict:
    asked = {"ask": name, "when": when, "options": dict.fromkeys(OPTIONS[:2], TEXT)}
    return {**asked, "from_account": from_account} if from_account else asked


CARD = make_topic(
    [
        step("open"),
        step("settle"),
        question("owner", from_account="owner"),
        step("own_card", owner="a"),
        step("other_card", owner="b"),
        step("save"),
    ]
)


def at(topic: Topic, position: str, **answers: str) -> GuideState:
    """The state that a customer has who walked to `position`."""
    state: GuideState | None = start(topic, {})
    while state is not None and state.position != position:
        here = item(topic, state)
        if isinstance(here, Question):
            state = answer(topic, state, here.id, answers[here.id])
        else:
            state = advance(topic, state)
    assert state is not None, f"{position} is not on the way"
    return state


# One guide -----------------------------------------------------------------------------------


def test_guide_begins_with_its_first_item():
    assert start(CARD, {}) == GuideState(topic="t", position="open")


def test_topic_without_guide_cannot_be_started():
    with pytest.raises(ValueError, match="no guide"):
        start(make_topic([]), {})


def test_question_waits_for_its_answer():
    asked = at(CARD, "owner")

    assert advance(CARD, asked) == asked


@pytest.mark.parametrize(("option", "leads_to"), [("a", "own_card"), ("b", "other_card")])
def test_answer_decides_which_steps_apply(option, leads_to):
    state = answer(CARD, at(CARD, "owner"), "owner", option)

    assert state is not None
    assert state.position == leads_to
    assert state.answers == {"owner": option}


def test_guide_ends_after_its_last_step():
    assert advance(CARD, at(CARD, "save", owner="a")) is None


def test_back_to_a_question_asks_it_again():
    state = back(CARD, at(CARD, "own_card", owner="a"))

    assert state.position == "owner"
    assert state.answers == {}


def test_back_at_the_beginning_stays():
    state = start(CARD, {})

    assert back(CARD, state) == state


def test_earlier_question_can_be_answered_anew():
    state = answer(CARD, at(CARD, "save", owner="a"), "owner", "b")

    assert state is not None
    assert state.position == "other_card"
    assert state.answers == {"owner": "b"}


@pytest.mark.parametrize(("asked", "option"), [("owner", "c"), ("nothing", "a"), ("open", "a")])
def test_answer_that_is_none_is_refused(asked, option):
    with pytest.raises(LookupError):
        answer(CARD, at(CARD, "owner"), asked, option)


def test_account_answers_are_not_asked_for():
    state = start(CARD, {"owner": "b"})
    walked = [state.position]
    while (state := advance(CARD, state)) is not None:
        walked.append(state.position)

    assert walked == ["open", "settle", "other_card", "save"]


def test_account_answers_are_passed_over_backwards():
    state = advance(CARD, advance(CARD, start(CARD, {"owner": "b"})))
    assert state is not None
    assert state.position == "other_card"

    assert back(CARD, state).position == "settle"


def test_account_answer_that_is_no_option_is_asked():
    assert start(CARD, {"owner": "unknown"}) == start(CARD, {})


def test_first_question_that_the_account_answers_is_not_shown():
    topic = make_topic([question("who", from_account="who"), step("one", who="a"), step("two")])

    assert start(topic, {"who": "b"}).position == "two"


@pytest.mark.parametrize(
    ("position", "answers", "expected"),
    [
        ("open", {}, (1, 3)),
        ("settle", {}, (2, 3)),
        ("owner", {}, (2, 3)),
        ("own_card", {"owner": "a"}, (3, 4)),
        ("save", {"owner": "b"}, (4, 4)),
    ],
)
def test_progress_counts_the_steps_of_the_known_branch(position, answers, expected):
    assert progress(CARD, at(CARD, position, **answers)) == expected


def test_step_that_depends_on_an_open_question_does_not_count_yet():
    topic = make_topic([question("q"), step("s", q=["a", "b"])])

    assert progress(topic, start(topic, {})) == (0, 0)


def test_skipped_question_decides_nothing():
    topic = make_topic(
        [question("q"), question("r", q="a"), step("r_a", r="a"), step("r_b", r="b"), step("end")]
    )

    assert at(topic, "end", q="b").trail == ("q",)


def test_all_paths_are_the_branches():
    paths = [[each.id for each in path.items] for path in all_paths(CARD)]

    assert paths == [
        ["open", "settle", "owner", "own_card", "save"],
        ["open", "settle", "owner", "other_card", "save"],
    ]


# A guide that is edited meanwhile ------------------------------------------------------------


def without(topic: Topic, *names: str) -> Topic:
    return topic.model_copy(update={"guide": [i for i in topic.guide if i.id not in names]})


def test_step_that_vanished_resumes_at_the_nearest_before():
    state = at(CARD, "own_card", owner="a")

    assert locate(without(CARD, "own_card"), state).position == "owner"
    assert locate(without(CARD, "own_card", "owner"), state).position == "settle"


def test_first_step_that_vanished_resumes_at_the_new_first():
    assert locate(without(CARD, "open"), start(CARD, {})).position == "settle"


def test_place_is_kept_when_a_step_is_put_in_before_it():
    edited = make_topic([step("open"), step("new"), step("settle"), step("save")])

    assert locate(edited, at(CARD, "settle")).position == "settle"
    assert progress(edited, at(CARD, "settle")) == (3, 4)


def test_option_that_vanished_is_asked_again():
    narrow = {"ask": "owner", "options": {"b": TEXT, "c": TEXT}}
    edited = make_topic([step("open"), narrow, step("other_card", owner="b"), step("save")])

    state = locate(edited, at(CARD, "save", owner="a"))

    assert state.position == "owner"
    assert state.answers == {}


def test_account_answer_that_is_no_option_any_more_is_asked():
    narrow = {"ask": "owner", "from_account": "owner", "options": {"b": TEXT, "c": TEXT}}
    edited = make_topic([step("open"), narrow, step("save")])
    state = advance(edited, start(CARD, {"owner": "a"}))

    assert state is not None
    assert state.position == "owner"
    answered = answer(edited, state, "owner", "b")
    assert answered is not None
    assert (answered.position, answered.from_account) == ("save", ())


def test_state_of_an_older_version_is_read():
    state = GuideState.from_dict({"topic": "t", "position": "settle"})

    assert locate(CARD, state) == at(CARD, "settle")


# Any guide -----------------------------------------------------------------------------------


@st.composite
def topics(draw: st.DrawFn) -> Topic:
    """Any guide that the checker lets through: it ends with a step for everybody."""
    items: list[dict] = []
    asked: dict[str, list[str]] = {}
    for number in range(draw(st.integers(0, 9))):
        name = f"i{number}"
        conditions = st.fixed_dictionaries(
            {}, optional={q: st.lists(st.sampled_from(o), min_size=1) for q, o in asked.items()}
        )
        each = {"when": draw(conditions)}
        if draw(st.booleans()):
            asked[name] = [*OPTIONS[: draw(st.integers(2, 3))]]
            each |= {"ask": name, "options": dict.fromkeys(asked[name], TEXT)}
            each |= {"from_account": name} if draw(st.booleans()) else {}
        else:
            each |= {"id": name}
        items.append(each)
    return make_topic([*items, step("end")])


def account_of(topic: Topic) -> st.SearchStrategy[dict[str, str]]:
    """What an account may know; some of it is no option."""
    names = [each.id for each in topic.guide if isinstance(each, Question)]
    return st.dictionaries(st.sampled_from(names or ["x"]), st.sampled_from([*OPTIONS, "?"]))


@st.composite
def walks(draw: st.DrawFn) -> tuple[Topic, list[GuideState]]:
    """A topic, and all places of somebody who walks it to its end."""
    topic = draw(topics())
    return topic, list(walk(topic, start(topic, draw(account_of(topic))), draw))


def walk(topic: Topic, state: GuideState | None, draw: st.DrawFn) -> Iterator[GuideState]:
    while state is not None:
        yield state
        here = item(topic, state)
        if isinstance(here, Question):
            state = answer(topic, state, here.id, draw(st.sampled_from(sorted(here.options))))
        else:
            state = advance(topic, state)


@given(walks())
def test_back_undoes_next_and_answers(walked):
    topic, states = walked

    for before, after in pairwise(states):
        assert back(topic, after) == before


@given(walks())
def test_every_path_ends_at_the_last_step(walked):
    topic, states = walked
    positions = [state.position for state in states]

    assert positions[-1] == "end"
    assert len(positions) == len(set(positions)) <= len(topic.guide)


@given(walks())
def test_no_answer_leads_nowhere(walked):
    topic, states = walked

    for state in states:
        here = item(topic, state)
        for option in here.options if isinstance(here, Question) else ():
            after = answer(topic, state, here.id, option)
            assert after is not None
            assert after.position not in (state.position, *state.trail)


@given(walks())
def test_progress_goes_up_and_never_exceeds_of(walked):
    topic, states = walked
    steps = [state for state in states if isinstance(item(topic, state), Step)]
    counted = [progress(topic, state) for state in states]

    assert all(number <= of for number, of in counted)
    assert [progress(topic, state)[0] for state in steps] == list(range(1, len(steps) + 1))
    assert counted[-1][0] == counted[-1][1]


@given(walks())
def test_of_never_goes_down(walked):
    topic, states = walked
    totals = [progress(topic, state)[1] for state in states]

    assert totals == sorted(totals)


@given(walks())
def test_walk_without_account_is_one_of_all_paths(walked):
    topic, states = walked
    paths = [[each.id for each in path.items] for path in all_paths(topic)]
    by_account = set(states[0].from_account)

    positions = [state.position for state in states]
    assert positions in [[name for name in path if name not in by_account] for path in paths]


@given(walks(), st.data())
def test_place_survives_any_removed_steps(walked, data):
    topic, states = walked
    state = data.draw(st.sampled_from(states))
    steps = [each.id for each in topic.guide if isinstance(each, Step) and each.id != "end"]
    removed = data.draw(st.sets(st.sampled_from(steps))) if steps else set()

    found = locate(without(topic, *removed), state)

    kept = [name for name in (*state.trail, state.position) if name not in removed]
    first = start(without(topic, *removed), dict(state.answers)).position
    assert found.position == (kept[-1] if kept else first)


@given(walks())
def test_state_survives_json(walked):
    _, states = walked

    for state in states:
        assert GuideState.from_dict(json.loads(json.dumps(state.to_dict()))) == state


@given(walks())
def test_account_questions_are_never_shown(walked):
    _, states = walked

    assert not {state.position for state in states} & set(states[0].from_account)


# Steps by their number ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "position"), [(0, None), (1, "open"), (2, "settle"), (3, "own_card"), (4, None)]
)
def test_a_step_that_was_reached_is_found_by_its_number(number: int, position: str | None) -> None:
    found = earlier_step(CARD, at(CARD, "own_card", owner="a"), number)
    assert (found.position if found else None) == position


def test_at_a_question_the_steps_before_it_are_numbered() -> None:
    asked = at(CARD, "owner")
    found = [earlier_step(CARD, asked, number) for number in (1, 2, 3)]
    assert [each and each.position for each in found] == ["open", "settle", None]


def test_going_back_by_number_forgets_the_answers_given_since() -> None:
    found = earlier_step(CARD, at(CARD, "save", owner="b"), 2)
    assert found == at(CARD, "settle")


def test_the_beginning_keeps_what_the_account_knows_and_nothing_else() -> None:
    assert restart(CARD, at(CARD, "save", owner="b")) == start(CARD, {})
    known = start(CARD, {"owner": "a"})
    assert restart(CARD, known).answers == {"owner": "a"}


def test_the_number_of_steps_is_open_until_the_question_is_answered() -> None:
    assert has_open_question(CARD, at(CARD, "open"))
    assert has_open_question(CARD, at(CARD, "owner"))
    assert not has_open_question(CARD, at(CARD, "own_card", owner="a"))
    assert not has_open_question(CARD, start(CARD, {"owner": "a"}))
