"""Sentences as the intent model sees them, and where a message may ask two things."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rasa.nlu.tokenizers.tokenizer import Token

from balie.nlu.text import fold_token, has_word

# What begins an addition; a part without one of these near its start goes on with the same thing.
ADDING_EN = frozenset({"also", "and", "another", "besides", "but", "plus"})
ADDING_NL = frozenset({"daarnaast", "en", "maar", "nog", "ook", "verder"})
ADDING = ADDING_EN | ADDING_NL
# Who "still" has trouble goes on with the same thing.
CONTINUING = frozenset({"nogsteeds", "steeds", "still"})
CONTINUING_WITHIN = 5  # words
ADDING_WITHIN = 4  # words
PAUSES = frozenset(".,;:?!")
SHORTEST_PART = 3  # words
MOST_SPLITS = 4


@dataclass(frozen=True)
class Sentence:
    """A text with its folded words and their lemmas; punctuation is left out."""

    text: str
    forms: tuple[str, ...]
    lemmas: tuple[str, ...]


Split = tuple[Sentence, Sentence]


def sentence(tokens: Sequence[Token]) -> Sentence:
    """The words of some tokens."""
    words = [token for token in tokens if has_word(token.text)]
    return Sentence(
        text=_text(tokens),
        forms=tuple(fold_token(token.text) for token in words),
        lemmas=tuple(fold_token(token.lemma) for token in words),
    )


def splits(tokens: Sequence[Token]) -> list[Split]:
    """The ways to cut a message into two parts of which the second may ask something else.

    The second begins after a question mark, or has an adding word ("also", "en") near its start,
    and none that goes on with the same thing ("still").
    """
    found: dict[tuple[str, ...], Split] = {}
    for cut in _cuts(tokens):
        left, right = sentence(tokens[:cut]), sentence(tokens[cut:])
        if (
            _adds(tokens[cut - 1], right)
            and min(len(left.forms), len(right.forms)) >= SHORTEST_PART
        ):
            found.setdefault(right.forms, (left, right))
    return list(found.values())[:MOST_SPLITS]


def _adds(before: Token, part: Sentence) -> bool:
    adds = before.text == "?" or not ADDING.isdisjoint(part.forms[:ADDING_WITHIN])
    return adds and CONTINUING.isdisjoint(part.forms[:CONTINUING_WITHIN])


def _cuts(tokens: Sequence[Token]) -> Iterator[int]:
    """Where a part may begin: after a pause and before an adding word."""
    for number, token in enumerate(tokens):
        if token.text in PAUSES:
            yield number + 1
        elif number and fold_token(token.text) in ADDING:
            yield number


def _text(tokens: Sequence[Token]) -> str:
    """The tokens as they were typed, white space between them as one space, shouting lowered."""
    gaps = [" " * (after.start > before.end) for before, after in pairwise(tokens)]
    text = "".join(gap + token.text for gap, token in zip(["", *gaps], tokens, strict=False))
    return text.lower() if _is_shouted(text) else text


def _is_shouted(text: str) -> bool:
    """Whether most letters are capitals; encoders know few words in capitals."""
    letters = [character for character in text if character.isalpha()]
    return 2 * sum(map(str.isupper, letters)) > len(letters) > 0
