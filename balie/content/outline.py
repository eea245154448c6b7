"""A guide as a whole, to be read: steps, a question, and what follows each of its answers.

Numbers are those that the walk through the guide shows, whichever way somebody takes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from balie.content.guide import GuidePath, all_paths
from balie.content.model import Question, Step, Topic


@dataclass(frozen=True)
class NumberedStep:
    """A step and its number on the way."""

    number: int
    step: Step


@dataclass(frozen=True)
class Outline:
    """Steps, and where they end in a question, what follows each of its options."""

    steps: Sequence[NumberedStep]
    question: Question | None
    branches: Mapping[str, "Outline"]


def outline(topic: Topic) -> Outline | None:
    """The topic's whole guide, or None where it has none."""
    return _outline(list(all_paths(topic)), 0, 1) if topic.guide else None


def _outline(paths: Sequence[GuidePath], at: int, number: int) -> Outline:
    """What follows from the item `at` on, where all `paths` have been the same so far."""
    steps: list[NumberedStep] = []
    for item in paths[0].items[at:]:
        at += 1
        if isinstance(item, Question):
            return Outline(steps, item, _branches(paths, item, at, number))
        steps.append(NumberedStep(number, item))
        number += 1
    return Outline(steps, None, {})


def _branches(
    paths: Sequence[GuidePath], question: Question, at: int, number: int
) -> dict[str, Outline]:
    return {
        option: _outline(
            [each for each in paths if each.answers[question.id] == option], at, number
        )
        for option in question.options
    }
