"""Walks people through a topic's guide. Pure: no clock, no account, no text of its own.

A place in a guide is the id of an item, never a number, and is looked up again on every move:
somebody may edit the guide while people are in the middle of it. Which items apply follows from
the answers alone: `_path` is the guide up to the first question that nobody has answered.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from itertools import takewhile
from typing import Any, NamedTuple

from balie.content.matching import match_option
from balie.content.model import Question, Step, Topic

__all__ = [
    "GuidePath",
    "GuideState",
    "advance",
    "all_paths",
    "answer",
    "back",
    "earlier_step",
    "has_open_question",
    "item",
    "locate",
    "match_option",
    "progress",
    "restart",
    "start",
]


@dataclass(frozen=True)
class GuideState:
    """Where somebody is in a guide.

    `answers` holds an option id for every question answered before `position`; those in
    `from_account` were answered by the billing system. `trail` lists the ids before `position`,
    so that a place that an edit removed can be found again nearby.
    """

    topic: str
    position: str
    answers: Mapping[str, str] = field(default_factory=dict)
    from_account: tuple[str, ...] = ()
    trail: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The state as JSON can carry it."""
        return {**asdict(self), "from_account": [*self.from_account], "trail": [*self.trail]}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "GuideState":
        """The state that `to_dict` gave; raises KeyError without topic or position."""
        return cls(
            topic=data["topic"],
            position=data["position"],
            answers=dict(data.get("answers", {})),
            from_account=tuple(data.get("from_account", ())),
            trail=tuple(data.get("trail", ())),
        )


class GuidePath(NamedTuple):
    """One way through a guide, and the answers that lead along it."""

    items: list[Step | Question]
    answers: Mapping[str, str]


def start(topic: Topic, known_answers: Mapping[str, str]) -> GuideState:
    """The beginning of the guide.

    `known_answers` are the account's: a name as in `from_account` and the option it means. What
    is no option of the question is asked. Raises ValueError when the topic has no guide.
    """
    if not topic.guide:
        raise ValueError(f"topic {topic.id} has no guide")
    answers = dict(_answered_by_account(topic, known_answers))
    state = GuideState(topic.id, topic.guide[0].id, answers, tuple(answers))
    return _place(topic, state, _visible(topic, state)[0].id)


def item(topic: Topic, state: GuideState) -> Step | Question:
    """The step or question to show."""
    position = locate(topic, state).position
    return next(each for each in topic.guide if each.id == position)


def advance(topic: Topic, state: GuideState) -> GuideState | None:
    """The next place, or None at the end; a question that waits for its answer stays."""
    state = locate(topic, state)
    here = item(topic, state)
    return state if isinstance(here, Question) else _next(topic, state)


def back(topic: Topic, state: GuideState) -> GuideState:
    """The place before; at the first one itself.

    A question that the customer answered is asked again, one that the account answered is
    passed over.
    """
    state = locate(topic, state)
    return _place(topic, state, state.trail[-1]) if state.trail else state


def restart(topic: Topic, state: GuideState) -> GuideState:
    """The beginning of the guide; what the account answered is not asked again."""
    state = locate(topic, state)
    return _place(topic, state, _visible(topic, state)[0].id)


def earlier_step(topic: Topic, state: GuideState, number: int) -> GuideState | None:
    """The place of the step with this number; None for one that has not been reached."""
    state = locate(topic, state)
    walked = [*state.trail, state.position]
    steps = {each.id for each in topic.guide if isinstance(each, Step)}
    reached = [name for name in walked if name in steps]
    return _place(topic, state, reached[number - 1]) if 0 < number <= len(reached) else None


def has_open_question(topic: Topic, state: GuideState) -> bool:
    """Whether a question that is still to be answered decides how many steps there are."""
    last = _path(topic, locate(topic, state).answers)[-1]
    return isinstance(last, Question) and not _is_answered(last, state.answers)


def answer(topic: Topic, state: GuideState, question: str, option: str) -> GuideState | None:
    """The place after the answer, or None when the guide ends there.

    An earlier question may be answered anew (an old button); answers given after it are
    forgotten. Raises LookupError when the question is not on the way, or has no such option.
    """
    state = locate(topic, state)
    asked = next((each for each in _visible(topic, state) if each.id == question), None)
    if not isinstance(asked, Question) or option not in asked.options:
        raise LookupError(f"{question}: {option} cannot be answered here")
    state = _place(topic, state, question)
    others = tuple(name for name in state.from_account if name != question)
    answers = {**state.answers, question: option}
    return _next(topic, replace(state, answers=answers, from_account=others))


def locate(topic: Topic, state: GuideState) -> GuideState:
    """The state at its place in today's guide: the same, or the nearest one before it."""
    items = _visible(topic, state)
    ids = {each.id for each in items}
    candidates = (state.position, *reversed(state.trail), items[0].id)
    return _place(topic, state, next(each for each in candidates if each in ids))


def progress(topic: Topic, state: GuideState) -> tuple[int, int]:
    """Number of the current step, and of how many; at a question, of the steps so far.

    Counts the steps of the branch as far as it is known: those on the way and the later ones
    that apply whatever the open questions' answers will be.
    """
    state = locate(topic, state)
    walked = {*state.trail, state.position}
    given = _given(topic, state.answers)
    steps = [each for each in topic.guide if isinstance(each, Step) and _applies(each, given)]
    return sum(step.id in walked for step in steps), len(steps)


def all_paths(topic: Topic) -> Iterator[GuidePath]:
    """Every way through the guide, one for each combination of answers."""
    return _paths(topic, {})


def _paths(topic: Topic, answers: Mapping[str, str]) -> Iterator[GuidePath]:
    path = _path(topic, answers)
    last = path[-1] if path else None
    if not isinstance(last, Question) or _is_answered(last, answers):
        yield GuidePath(path, answers)
        return
    for option in last.options:
        yield from _paths(topic, {**answers, last.id: option})


def _answered_by_account(topic: Topic, known: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for each in topic.guide:
        if isinstance(each, Question) and known.get(each.from_account or "") in each.options:
            yield each.id, known[each.from_account or ""]


def _path(topic: Topic, answers: Mapping[str, str]) -> list[Step | Question]:
    """The items that apply, up to and with the first question that has no answer."""
    path: list[Step | Question] = []
    given: dict[str, str] = {}
    for each in topic.guide:
        if not _applies(each, given):
            continue
        path.append(each)
        if isinstance(each, Question):
            if not _is_answered(each, answers):
                break
            given[each.id] = answers[each.id]
    return path


def _given(topic: Topic, answers: Mapping[str, str]) -> dict[str, str]:
    """The answers that count: those of questions on the way."""
    asked = {each.id for each in _path(topic, answers) if isinstance(each, Question)}
    return {question: option for question, option in answers.items() if question in asked}


def _visible(topic: Topic, state: GuideState) -> list[Step | Question]:
    """The way without the questions that the account has answered."""
    return [
        each
        for each in _path(topic, state.answers)
        if not (
            isinstance(each, Question)
            and each.id in state.from_account
            and _is_answered(each, state.answers)
        )
    ]


def _place(topic: Topic, state: GuideState, position: str) -> GuideState:
    """The state at `position`; the customer's answers from there on are forgotten."""
    before = takewhile(lambda each: each.id != position, _visible(topic, state))
    trail = tuple(each.id for each in before)
    kept = {
        question: option
        for question, option in state.answers.items()
        if question in trail or question in state.from_account
    }
    return replace(state, position=position, answers=kept, trail=trail)


def _next(topic: Topic, state: GuideState) -> GuideState | None:
    ids = [each.id for each in _visible(topic, state)]
    following = ids[ids.index(state.position) + 1 :]
    return _place(topic, state, following[0]) if following else None


def _applies(each: Step | Question, given: Mapping[str, str]) -> bool:
    return all(given.get(question) in options for question, options in each.when.items())


def _is_answered(question: Question, answers: Mapping[str, str]) -> bool:
    return answers.get(question.id) in question.options
