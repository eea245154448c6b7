"""When to answer, to offer topics, or to say that it is out of scope."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from balie.nlu.intents import OUT_OF_SCOPE, is_topic

Decision = Literal["answer", "offer", "out_of_scope"]
Ranking = Sequence[dict[str, Any]]  # {"name", "confidence"}, likeliest first
SplitRanking = tuple[Ranking, Ranking]  # of the two parts of a message

FILE = "thresholds.json"


@dataclass(frozen=True)
class Thresholds:
    """Probabilities from which, or up to which, something is done."""

    topic: float  # from here a billing topic is answered,
    doubt: float  # unless being out of scope is likelier than this
    conversation: float  # from here "yes", "next" and the like are taken as such
    out_of_scope: float  # from here nothing is offered
    second_topic: float  # from here two parts of a message are two questions

    def save(self, folder: Path) -> None:
        """Write the thresholds into a folder."""
        (folder / FILE).write_text(json.dumps(asdict(self)), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> "Thresholds":
        """Read what `save` wrote."""
        return cls(**json.loads((folder / FILE).read_text(encoding="utf-8")))


# Before it is trained, nothing is sure enough to be answered.
UNTRAINED = Thresholds(topic=1.0, doubt=0.0, conversation=1.0, out_of_scope=1.0, second_topic=1.0)


def decide(ranking: Ranking, thresholds: Thresholds) -> Decision:
    """What to do with a message that has this ranking."""
    intent, confidence = ranking[0]["name"], ranking[0]["confidence"]
    if intent == OUT_OF_SCOPE:
        return "out_of_scope" if confidence >= thresholds.out_of_scope else "offer"
    if is_topic(intent):
        sure = confidence >= thresholds.topic and doubt(ranking) <= thresholds.doubt
    else:
        sure = confidence >= thresholds.conversation
    return "answer" if sure else "offer"


def doubt(ranking: Ranking) -> float:
    """The probability of being out of scope."""
    return next((entry["confidence"] for entry in ranking if entry["name"] == OUT_OF_SCOPE), 0.0)


def best_pair(splits: Sequence[SplitRanking]) -> SplitRanking | None:
    """The split whose parts are surest to be about two topics, if any is."""
    pairs = [split for split in splits if _two_topics(*split)]
    return max(pairs, key=pair_confidence, default=None)


def pair_confidence(pair: SplitRanking) -> float:
    """How sure the less sure of the two parts is."""
    return float(min(part[0]["confidence"] for part in pair))


def _two_topics(left: Ranking, right: Ranking) -> bool:
    names = {left[0]["name"], right[0]["name"]}
    return len(names) == 2 and all(map(is_topic, names))
