"""Digits that belong together: groups of digits with nothing but separators between them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

# Wide enough for " - " with zero-width marks around it; letters always end a run.
SEPARATORS = r"[\W_]{0,8}"
_RUN = re.compile(rf"[0-9](?:{SEPARATORS}[0-9])*")
_GROUP = re.compile(r"[0-9]+")


@dataclass(frozen=True)
class Group:
    """Digits that stand side by side, and where they stand in the text."""

    digits: str
    start: int
    end: int


def runs(folded: str) -> Iterator[list[Group]]:
    """The runs of digit groups in a folded text, from left to right."""
    for run in _RUN.finditer(folded):
        yield [
            Group(found.group(), found.start(), found.end())
            for found in _GROUP.finditer(folded, run.start(), run.end())
        ]


def windows(groups: Sequence[Group], start: int, shortest: int, longest: int) -> Iterator[int]:
    """Ends (exclusive) such that groups `start` to end hold `shortest` to `longest` digits."""
    length = 0
    for end in range(start, len(groups)):
        length += len(groups[end].digits)
        if length > longest:
            return
        if length >= shortest:
            yield end + 1


def joined(groups: Sequence[Group]) -> str:
    """The digits of several groups as one number."""
    return "".join(group.digits for group in groups)
