"""What a message says about the steps of a guide as such: how many, which one, the beginning.

The words stand in ``data/conversation/signals.yml`` below ``steps:``.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from balie.content import LANGUAGES, fold
from balie.content.folding import alternatives, whole_words

Wish = Literal["how_many", "beginning", "go_to", "recall"]


@dataclass(frozen=True)
class StepWish:
    """What is wanted; `number` is the step's, counted from 1, where one is named."""

    wish: Wish
    number: int = 1


@dataclass(frozen=True)
class StepTalk:
    """The word lists, as writers typed them."""

    words: Mapping[str, Any]

    def wish(self, text: str) -> StepWish | None:
        """What the text asks of the steps, if it is about nothing else.

        "Step 3 please" and "what was step 1?" are; "step 3 does not work" is not, since it has
        words that stand in none of the lists.
        """
        folded = fold(text)
        if self._how_many.search(folded):
            return StepWish("how_many")
        if self._beginning.search(folded) and not self._bare(self._beginning.sub(" ", folded)):
            return StepWish("beginning")
        named = self._named.search(folded)
        if named is None:
            return None
        rest = f"{folded[: named.start()]} {folded[named.end() :]}"
        if self._bare(self._recall.sub(" ", rest)):
            return None
        wish: Wish = "recall" if self._recall.search(rest) else "go_to"
        return StepWish(wish, self._number(named))

    def _number(self, named: re.Match[str]) -> int:
        word = named["after"] or named["before"]
        return int(word) if word.isdecimal() else self._numbers[word]

    def _bare(self, folded: str) -> str:
        """The text without the words that say nothing more."""
        return " ".join(self._around.sub(" ", folded).split())

    @cached_property
    def _numbers(self) -> Mapping[str, int]:
        """Numbers by their words, cardinal and ordinal ("three", "third")."""
        return {
            fold(word): number
            for name in ("numbers", "ordinals")
            for language in LANGUAGES
            for number, word in enumerate(self.words[name][language], start=1)
        }

    @cached_property
    def _named(self) -> re.Pattern[str]:
        step = alternatives(self._listed("step"))
        after = alternatives(self._listed("numbers"))
        before = alternatives(self._listed("ordinals"))
        return re.compile(
            rf"\b(?:(?P<before>{before}) (?:{step})|(?:{step}) (?P<after>\d{{1,2}}|{after}))\b"
        )

    @cached_property
    def _how_many(self) -> re.Pattern[str]:
        return whole_words(self._listed("how_many"))

    @cached_property
    def _beginning(self) -> re.Pattern[str]:
        return whole_words(self._listed("beginning"))

    @cached_property
    def _recall(self) -> re.Pattern[str]:
        return whole_words(self._listed("recall"))

    @cached_property
    def _around(self) -> re.Pattern[str]:
        return whole_words(self._listed("around"))

    def _listed(self, name: str) -> list[str]:
        """The phrases of a list in both languages."""
        return [phrase for language in LANGUAGES for phrase in self.words[name][language]]
