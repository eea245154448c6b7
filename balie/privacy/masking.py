"""Replacing the numbers that nobody should read back."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from balie.privacy.finders import (
    Find,
    Kind,
    find_bsns,
    find_cards,
    find_codes,
    find_expiries,
    find_ibans,
)
from balie.privacy.text import fold

_DOT = "•"
_HIDDEN = _DOT * 4
# An IBAN holds digits that a card number could be seen in, and both could hide a BSN.
_FINDERS: tuple[Callable[[str, list[Find]], Iterator[Find]], ...] = (
    lambda folded, _: find_ibans(folded),
    lambda folded, _: find_cards(folded),
    lambda folded, found: find_expiries(folded, [each for each in found if each.kind == "card"]),
    lambda folded, _: find_codes(folded),
    lambda folded, _: find_bsns(folded),
)


@dataclass(frozen=True)
class Masked:
    """A text without card numbers, IBANs and BSNs, and the kinds that were hidden in it."""

    text: str
    kinds: tuple[Kind, ...]


def mask(text: str) -> Masked:
    """Hide card numbers with their codes and expiry dates, IBANs and citizen service numbers, and
    no other numbers.

    The last four digits of a card or bank account stay, so that people can tell which is meant,
    unless other digits stand directly beside it. Takes any text and time in step with its length.
    """
    folded = fold(text)
    finds: list[Find] = []
    for find in _FINDERS:
        for found in list(find(folded, finds)):
            if _DOT not in folded[found.start : found.end]:  # two names may claim one number
                finds.append(found)
                folded = _blank(folded, found)
    if not finds:
        return Masked(text, ())
    finds.sort(key=lambda found: found.start)
    return Masked(_replace(text, finds), tuple(dict.fromkeys(found.kind for found in finds)))


def _blank(folded: str, found: Find) -> str:
    return folded[: found.start] + _DOT * (found.end - found.start) + folded[found.end :]


def _replace(text: str, finds: list[Find]) -> str:
    parts = []
    position = 0
    for found in finds:
        parts += [text[position : found.start], _hidden(found)]
        position = found.end
    return "".join([*parts, text[position:]])


def _hidden(found: Find) -> str:
    """What stands in a number's place; long enough that digits around it are never joined."""
    if found.kind in ("code", "expiry"):
        return _HIDDEN
    if found.kind == "bsn":
        return f"{_DOT * 9}"
    first = f"{found.number[:2]}{_DOT * 2}" if found.kind == "iban" else _HIDDEN
    last = found.number[-4:] if found.alone else _HIDDEN
    return f"{first} {_HIDDEN} {_HIDDEN} {last}"
