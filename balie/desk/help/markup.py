"""Writers' texts as parts for the templates: paragraphs, lists, names in bold. Never HTML."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

_BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
_ITEM = "- "


@dataclass(frozen=True)
class Run:
    """A piece of text, in bold or not."""

    text: str
    bold: bool = False


@dataclass(frozen=True)
class Block:
    """A paragraph (one line), or a list with a line for each of its items."""

    lines: Sequence[Sequence[Run]]
    is_list: bool = False


def blocks(text: str) -> list[Block]:
    """The paragraphs and lists of a text."""
    return [block for part in re.split(r"\n{2,}", text.strip()) for block in _part(part)]


def runs(text: str) -> list[Run]:
    """The text of one line, cut where it becomes bold and back."""
    pieces = _BOLD.split(text)  # every second one stood between bold marks
    return [Run(piece, at % 2 == 1) for at, piece in enumerate(pieces) if piece]


def plain(text: str) -> str:
    """The text without its bold marks, on one line."""
    return " ".join(_BOLD.sub(r"\1", text).split())


def first_sentence(text: str) -> str:
    """The beginning of a text, for lists and descriptions."""
    return re.split(r"(?<=[.!?])\s", plain(text), maxsplit=1)[0]


def _part(part: str) -> Iterator[Block]:
    lines = part.splitlines()
    for is_list, found in groupby(lines, lambda line: line.startswith(_ITEM)):
        if is_list:
            yield Block([runs(line.removeprefix(_ITEM)) for line in found], is_list=True)
        else:
            yield Block([runs(" ".join(found))])
