"""One way to compare what people type: case, punctuation and diacritics do not count."""

import re
import unicodedata
from collections.abc import Iterable

_APOSTROPHES = re.compile(r"['’‘`´]")
_NOT_WORD = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """`text` in lower case without diacritics; one space between words.

    Apostrophes vanish ("it's" and "its" are the same), other punctuation separates words.
    """
    plain = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text)).casefold()
    letters = "".join(char for char in plain if not unicodedata.combining(char))
    return _NOT_WORD.sub(" ", letters).strip()


def alternatives(phrases: Iterable[str]) -> str:
    """A regular expression for any of the phrases in a folded text, the longest first."""
    folded = {re.escape(fold(phrase)) for phrase in phrases}
    return "|".join(sorted(folded, key=len, reverse=True))


def whole_words(phrases: Iterable[str]) -> re.Pattern[str]:
    """Finds any of the phrases, as whole words, in a folded text."""
    return re.compile(rf"\b(?:{alternatives(phrases)})\b")
