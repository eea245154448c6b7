"""The questions of a message that asks several: each of its parts is understood by itself."""

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

# Fewer parts hold at most two questions, and those the understanding of the whole finds.
FEWEST_PARTS = 3
MOST_PARTS = 6
SHORTEST_PART = 2  # words
# A part has little around it to tell what it means, so it must be surer than a whole message.
SURE = 0.85
_BETWEEN = re.compile(
    r"[.?!;,\n]+|\b(?:and|also|plus|en|ook|daarnaast|verder|besides)\b", re.IGNORECASE
)

Parse = Callable[[str], Awaitable[Mapping[str, Any]]]


def parts(text: str) -> list[str]:
    """What stands between pauses and adding words, without what is too short to ask anything."""
    found = (part.strip() for part in _BETWEEN.split(text))
    return [part for part in found if len(part.split()) >= SHORTEST_PART]


async def questions(text: str, parse: Parse) -> list[str]:
    """The intents that the parts of a message surely have, in their order; few parts give none."""
    found = parts(text)
    if not FEWEST_PARTS <= len(found) <= MOST_PARTS:
        return []
    understood = [await parse(part) for part in found]
    return list(dict.fromkeys(each["intent"]["name"] for each in understood if _is_sure(each)))


def _is_sure(understood: Mapping[str, Any]) -> bool:
    sure = float(understood["intent"].get("confidence") or 0) >= SURE
    return sure and understood.get("decision") == "answer"
