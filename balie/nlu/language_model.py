"""Dutch or English, told from words and characters, with the conversation's language as prior."""

import json
import re
from collections.abc import Sequence
from math import log
from pathlib import Path

import numpy as np

from balie.content import LANGUAGES
from balie.nlu.features import Blocks, Counts, NgramCounter, character_ngrams
from balie.nlu.linear_model import LinearModel
from balie.nlu.text import fold

# A message of one or two words ("ok", "ja", "yes please") never changes the language.
WORDS_TO_CHANGE = 3
# Turns a score into log odds; the scores of held-out texts are steeper than this on average.
STEEPNESS = 4.0

_PLAIN_WORD = re.compile(r"""["'(*«“‘]*[^\W\d_]+(?:['’-][^\W\d_]+)*["')*.,;:!?»”’…]*""")


class NoLanguage(Exception):
    """No training example tells its language."""


class LanguageModel:
    """Tells the language of a text."""

    def __init__(self, prior: float) -> None:
        """`prior` is the probability that a customer goes on in the conversation's language."""
        self._prior = log(prior / (1 - prior))
        self._counter = NgramCounter({"words": _words, "characters": _characters})
        self._model = LinearModel()

    def fit(self, texts: Sequence[str], languages: Sequence[str]) -> "LanguageModel":
        """Learn from texts of known language; raises `NoLanguage` unless both occur."""
        missing = set(LANGUAGES) - set(languages)
        if missing:
            raise NoLanguage(
                f"no example is in {', '.join(sorted(missing))}: "
                "a file's name tells its language, as in nlu.nl.yml"
            )
        self._model.fit(_blocks(self._counter.fit(texts)), languages)
        return self

    def detect(self, text: str, expected: str | None = None) -> str:
        """The text's language; `expected` is the conversation's, where there is one."""
        expected = expected if expected in LANGUAGES else None
        if expected and len(_plain_words(text)) < WORDS_TO_CHANGE:
            return expected
        odds = STEEPNESS * self._model.scores(_blocks(self._counter.count([text])))[0]
        if expected:
            odds[self._model.labels.index(expected)] += self._prior
        return self._model.labels[int(np.argmax(odds))]

    def save(self, folder: Path) -> None:
        """Write the model into a folder."""
        self._model.save(folder / "weights.npz")
        text = json.dumps(self._counter.vocabularies)
        (folder / "vocabularies.json").write_text(text, encoding="utf-8")

    def load(self, folder: Path) -> "LanguageModel":
        """Read what `save` wrote."""
        self._model.load(folder / "weights.npz")
        text = (folder / "vocabularies.json").read_text(encoding="utf-8")
        self._counter.vocabularies = json.loads(text)
        return self


def _blocks(counts: dict[str, Counts]) -> Blocks:
    rows = len(next(iter(counts.values())).starts) - 1
    return Blocks(counts, np.zeros((rows, 0), np.float32))


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", fold(text))


def _plain_words(text: str) -> list[str]:
    """The words of a language; addresses, markup and commands belong to none."""
    return [word for word in text.split() if _PLAIN_WORD.fullmatch(fold(word))]


def _characters(text: str) -> list[str]:
    return character_ngrams(_words(text), 1, 4)
