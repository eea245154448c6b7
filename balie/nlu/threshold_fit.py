"""Fitting the thresholds on rankings of examples that the model had not seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

from balie.nlu.intents import OUT_OF_SCOPE, is_topic
from balie.nlu.thresholds import (
    Ranking,
    SplitRanking,
    Thresholds,
    best_pair,
    doubt,
    pair_confidence,
)

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

STEPS: list[float] = np.linspace(0.0, 0.995, 200).tolist()
# Nobody is turned away while it is as likely that the question is one of ours.
LEAST_OUT_OF_SCOPE = 0.5
DOUBTS = [0.005, 0.01, 0.02, 0.03, 0.05, 0.08, 0.12, 0.2, 0.3, 1.0]


@dataclass(frozen=True)
class Targets:
    """Rates to keep while as many messages as possible are answered."""

    wrong: float = 0.02  # messages in scope answered with another topic
    out_of_scope_answered: float = 0.05  # messages out of scope answered with a topic
    called_out_of_scope: float = 0.03  # messages in scope called out of scope
    conversation_right: float = 0.9  # of the messages taken as "yes", "next" and the like
    second_topic: float = 0.01  # messages about one topic that are given a second


def fit_thresholds(
    labels: Sequence[str],
    rankings: Sequence[Ranking],
    splits: Sequence[Sequence[SplitRanking]],
    targets: Targets,
) -> Thresholds:
    """The thresholds that answer most within the targets.

    `splits` are those of messages about one topic; they may be a sample of the others.
    """
    cases = _Cases.of(labels, rankings)
    topic, most_doubt = _fit_topic(cases, targets)
    return Thresholds(
        topic=topic,
        doubt=most_doubt,
        conversation=_fit_conversation(cases, targets),
        out_of_scope=_fit_out_of_scope(cases, targets),
        second_topic=_fit_second_topic(splits, targets),
    )


@dataclass(frozen=True)
class _Cases:
    """What the fit needs to know of each example."""

    in_scope: Flags
    best_is_topic: Flags
    best_is_out_of_scope: Flags
    right: Flags
    confidence: Floats
    doubt: Floats

    @classmethod
    def of(cls, labels: Sequence[str], rankings: Sequence[Ranking]) -> "_Cases":
        best = [ranking[0]["name"] for ranking in rankings]
        return cls(
            in_scope=np.array([label != OUT_OF_SCOPE for label in labels]),
            best_is_topic=np.array([is_topic(name) for name in best]),
            best_is_out_of_scope=np.array([name == OUT_OF_SCOPE for name in best]),
            right=np.array([name == label for name, label in zip(best, labels, strict=True)]),
            confidence=np.array([ranking[0]["confidence"] for ranking in rankings]),
            doubt=np.array([doubt(ranking) for ranking in rankings]),
        )


def _fit_topic(cases: _Cases, targets: Targets) -> tuple[float, float]:
    """The pair of thresholds that answers most topics within the targets, else the strictest."""
    found, most = (STEPS[-1], DOUBTS[0]), -1.0
    for topic, most_doubt in product(STEPS, DOUBTS):
        answered = cases.best_is_topic & (cases.confidence >= topic) & (cases.doubt <= most_doubt)
        if (
            _share(answered & ~cases.right, cases.in_scope) <= targets.wrong
            and _share(answered, ~cases.in_scope) <= targets.out_of_scope_answered
        ):
            right = _share(answered & cases.right, cases.in_scope)
            if right > most:
                found, most = (topic, most_doubt), right
    return found


def _fit_conversation(cases: _Cases, targets: Targets) -> float:
    """The smallest threshold from which enough of what is taken as conversation is right."""
    conversation = ~cases.best_is_topic & ~cases.best_is_out_of_scope
    for step in STEPS:
        taken = conversation & (cases.confidence >= step)
        if _share(cases.right, taken) >= targets.conversation_right:
            return step
    return STEPS[-1]


def _fit_out_of_scope(cases: _Cases, targets: Targets) -> float:
    """The smallest threshold, from one half on, that turns few enough messages in scope away."""
    for step in (step for step in STEPS if step >= LEAST_OUT_OF_SCOPE):
        called = cases.best_is_out_of_scope & (cases.confidence >= step)
        if _share(called, cases.in_scope) <= targets.called_out_of_scope:
            return step
    return STEPS[-1]


def _fit_second_topic(splits: Sequence[Sequence[SplitRanking]], targets: Targets) -> float:
    """The smallest threshold that gives few enough messages a second topic."""
    pairs = [best_pair(of_message) for of_message in splits]
    confidence = np.array([pair_confidence(pair) if pair else -1.0 for pair in pairs])
    for step in STEPS:
        if np.count_nonzero(confidence >= step) <= targets.second_topic * len(splits):
            return step
    return STEPS[-1]


def _share(part: Flags, whole: Flags) -> float:
    """Which share of `whole` is also in `part`; 0 of nothing."""
    size = np.count_nonzero(whole)
    return float(np.count_nonzero(part & whole) / size) if size else 0.0
