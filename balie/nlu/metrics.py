"""How well messages are understood: the figures of docs/understanding.md."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields

import numpy as np

from balie.nlu.intents import OUT_OF_SCOPE, is_topic
from balie.nlu.messages import Labelled
from balie.nlu.parser import Understood

BINS = 10
# The language of a word or two ("ok", "2") cannot be told.
WORDS_OF_A_SENTENCE = 3


@dataclass(frozen=True)
class Outcome:
    """A labelled message, what was understood, and how long that took."""

    message: Labelled
    found: Understood
    seconds: float

    @property
    def in_scope(self) -> bool:
        """Whether the message is a topic or part of a conversation."""
        return self.message.intent != OUT_OF_SCOPE

    @property
    def right(self) -> bool:
        """Whether the likeliest intent is the label."""
        return self.found["intent"] == self.message.intent

    @property
    def answered(self) -> bool:
        """Whether the assistant acts on the likeliest intent."""
        return self.found["decision"] == "answer"

    @property
    def answered_with_topic(self) -> bool:
        """Whether the assistant answers with a billing topic."""
        return self.answered and is_topic(self.found["intent"])


@dataclass(frozen=True)
class Figures:
    """Shares between 0 and 1; None where there is no such message. Times in milliseconds.

    "In scope" are the billing topics and the conversation intents.
    """

    messages: int
    in_scope: int
    accuracy: float | None  # in scope: the likeliest intent is the label
    accuracy_topics: float | None
    accuracy_conversation: float | None
    top_3: float | None  # in scope: the label is among the likeliest three
    answered_right: float | None  # in scope
    wrong_answers: float | None  # in scope: answered with another topic
    offered: float | None  # in scope: topics are offered to choose from
    called_out_of_scope: float | None  # in scope
    out_of_scope_answered: float | None  # out of scope: answered with a topic
    out_of_scope_found: float | None  # out of scope: called so
    second_topic: float | None  # all: given a second topic
    ece: float | None  # all: expected calibration error of the likeliest intent, 10 bins
    language: float | None  # messages of three words or more: the right language
    latency_p50: float | None
    latency_p95: float | None


def figures(outcomes: Sequence[Outcome]) -> Figures:
    """The figures of some messages."""
    inside = [outcome for outcome in outcomes if outcome.in_scope]
    outside = [outcome for outcome in outcomes if not outcome.in_scope]
    topics = [outcome for outcome in inside if is_topic(outcome.message.intent)]
    conversation = [outcome for outcome in inside if not is_topic(outcome.message.intent)]
    sentences = [o for o in outcomes if len(o.message.text.split()) >= WORDS_OF_A_SENTENCE]
    times = [1000 * outcome.seconds for outcome in outcomes]
    return Figures(
        messages=len(outcomes),
        in_scope=len(inside),
        accuracy=_share(inside, lambda o: o.right),
        accuracy_topics=_share(topics, lambda o: o.right),
        accuracy_conversation=_share(conversation, lambda o: o.right),
        top_3=_share(inside, _in_top_3),
        answered_right=_share(inside, lambda o: o.answered and o.right),
        wrong_answers=_share(inside, lambda o: o.answered_with_topic and not o.right),
        offered=_share(inside, lambda o: o.found["decision"] == "offer"),
        called_out_of_scope=_share(inside, _called_out_of_scope),
        out_of_scope_answered=_share(outside, lambda o: o.answered_with_topic),
        out_of_scope_found=_share(outside, _called_out_of_scope),
        second_topic=_share(outcomes, lambda o: o.found["second_topic"] is not None),
        ece=calibration_error(outcomes),
        language=_share(sentences, lambda o: o.found["language"] == o.message.language),
        latency_p50=float(np.percentile(times, 50)) if times else None,
        latency_p95=float(np.percentile(times, 95)) if times else None,
    )


@dataclass(frozen=True)
class IntentFigures:
    """How well one intent is recognized."""

    intent: str
    messages: int
    recall: float | None  # of the messages with this label, those recognized
    precision: float | None  # of the messages taken for this intent, those with this label


def by_intent(outcomes: Sequence[Outcome]) -> list[IntentFigures]:
    """The figures of each intent that was a label or was found, by name."""
    intents = {o.message.intent for o in outcomes} | {o.found["intent"] for o in outcomes}
    return [_intent_figures(intent, outcomes) for intent in sorted(intents)]


@dataclass(frozen=True)
class Confusion:
    """How often one intent was taken for another."""

    label: str
    found: str
    times: int


def confusions(outcomes: Iterable[Outcome]) -> list[Confusion]:
    """Which intents were taken for which, the most frequent first."""
    pairs = Counter((o.message.intent, o.found["intent"]) for o in outcomes if not o.right)
    ordered = sorted(pairs.items(), key=lambda item: (-item[1], item[0]))
    return [Confusion(label, found, times) for (label, found), times in ordered]


@dataclass(frozen=True)
class Bin:
    """Messages of about one confidence."""

    messages: int
    confidence: float  # mean
    accuracy: float


def reliability(outcomes: Sequence[Outcome]) -> list[Bin]:
    """Confidence and accuracy in bins of equal width; bins without messages are left out."""
    confidence = np.array([outcome.found["confidence"] for outcome in outcomes])
    right = np.array([outcome.right for outcome in outcomes])
    numbers = np.minimum((confidence * BINS).astype(int), BINS - 1)
    return [
        Bin(int(inside.sum()), float(confidence[inside].mean()), float(right[inside].mean()))
        for inside in (numbers == number for number in range(BINS))
        if inside.any()
    ]


def calibration_error(outcomes: Sequence[Outcome]) -> float | None:
    """How far confidence and accuracy are apart, on average over the messages."""
    if not outcomes:
        return None
    bins = reliability(outcomes)
    return sum(b.messages * abs(b.confidence - b.accuracy) for b in bins) / len(outcomes)


def risk_coverage(outcomes: Sequence[Outcome]) -> tuple[list[float], list[float]]:
    """The share of messages answered, and of these the share wrong, for every threshold."""
    ordered = sorted(outcomes, key=lambda outcome: -outcome.found["confidence"])
    numbers = np.arange(1, len(ordered) + 1)
    wrong = np.cumsum([not outcome.right for outcome in ordered])
    return (numbers / max(1, len(ordered))).tolist(), (wrong / numbers).tolist()


def figure_names() -> list[str]:
    """The names of the figures, in the order of the table."""
    return [field.name for field in fields(Figures)]


def _share(outcomes: Sequence[Outcome], holds: Callable[[Outcome], bool]) -> float | None:
    return sum(map(holds, outcomes)) / len(outcomes) if outcomes else None


def _in_top_3(outcome: Outcome) -> bool:
    return outcome.message.intent in [entry["intent"] for entry in outcome.found["ranking"][:3]]


def _called_out_of_scope(outcome: Outcome) -> bool:
    return outcome.found["decision"] == "out_of_scope"


def _intent_figures(intent: str, outcomes: Sequence[Outcome]) -> IntentFigures:
    labelled = [outcome for outcome in outcomes if outcome.message.intent == intent]
    found = [outcome for outcome in outcomes if outcome.found["intent"] == intent]
    return IntentFigures(
        intent,
        len(labelled),
        recall=_share(labelled, lambda o: o.right),
        precision=_share(found, lambda o: o.right),
    )
