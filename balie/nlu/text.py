"""Folding text, so that case, accents, invisible characters and digits make no difference."""

import re
import unicodedata
from itertools import takewhile

AMOUNT = "0.00"
NUMBER = "0"

_DIGIT = re.compile(r"\d")
_DECIMALS = re.compile(r"\d[.,]\d{2}$")
_SURROGATES = re.compile("[\ud800-\udfff]")
_INVISIBLE = frozenset({"Cf", "Cs", "Cc"})  # zero-width, broken, control
_DROPPED = _INVISIBLE | {"Mn"}  # accents


def fold(text: str) -> str:
    """The text in lower case without accents and invisible characters."""
    if text.isascii() and text.isprintable():  # as most are: nothing to look for
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return "".join(char for char in decomposed if unicodedata.category(char) not in _DROPPED)


def fold_token(token: str) -> str:
    """A folded token; a number becomes one of two words, whatever its digits."""
    folded = fold(token)
    if not _DIGIT.search(folded) or any(char.isalpha() for char in folded):
        return folded
    return AMOUNT if _DECIMALS.search(folded) else NUMBER


def well_formed(text: str) -> str:
    """The text, of the same length, without what no library takes or what hides its first word."""
    whole = _SURROGATES.sub("\N{REPLACEMENT CHARACTER}", text)
    hidden = len(list(takewhile(_invisible, whole)))
    return " " * hidden + whole[hidden:]


def _invisible(char: str) -> bool:
    return unicodedata.category(char) in _INVISIBLE


def has_word(text: str) -> bool:
    """Whether there is a letter or a digit in the text."""
    return any(char.isalnum() for char in text)
