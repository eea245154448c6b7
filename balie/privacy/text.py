"""Folding text, so that one pattern finds a number however it was typed."""

import unicodedata
from functools import lru_cache

# Cyrillic and Greek letters that look like a Latin one: "АBNА" is ABNA to every reader.
_LOOK_ALIKES = dict(
    zip(
        "АВЕЅІЈКМНОРСТУХԌԚԜаеѕіјкмнорстухѵԁԛԝ" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαβεικνορτυχ",
        "abesijkmhopctyxgqwaesijkmhopctyxvdqw" + "abezhikmnoptyxabeikvoptux",
        strict=True,
    )
)


def fold(text: str) -> str:
    """`text` in lower case with ASCII digits and letters for their look-alikes, of equal length.

    Equal length matters: a position in the folded text is the same position in the original.
    """
    if text.isascii():
        return text.lower()
    return "".join(map(_fold_character, text))


@lru_cache(maxsize=4096)
def _fold_character(character: str) -> str:
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    plain = unicodedata.normalize("NFKC", character)
    folded = _LOOK_ALIKES.get(plain) or plain.lower()
    return folded if len(folded) == 1 else character
