"""One way to compare what people type: case, punctuation and diacritics do not count."""

import re
import unicodedata

_APOSTROPHES = re.compile(r"['’‘`´]")
_NOT_WORD = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """`text` in lower case without diacritics; one space between words.

    Apostrophes vanish ("it's" and "its" are the same), other punctuation separates words.
    """
    plain = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text)).casefold()
    letters = "".join(char for char in plain if not unicodedata.combining(char))
    return _NOT_WORD.sub(" ", letters).strip()
