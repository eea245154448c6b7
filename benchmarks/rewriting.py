"""Ways to rewrite a sentence before the intent model sees it, to measure what they add."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import yaml
from rapidfuzz import process
from rapidfuzz.distance import OSA

from balie.content import Language
from balie.nlu.sentences import Sentence

Rewrite = Callable[[Sentence, Language], Sentence]

CONCEPTS = Path(__file__).with_name("concepts.yml")
# A word of fewer letters is as near to a dozen others; a long one may have two slips.
SHORTEST, LONG = 5, 8
COMMON = 3  # of so many sentences a word must be, to be what a rarer one was meant to be


def without_lemmas(sentence: Sentence, _language: Language) -> Sentence:
    """The words as they were typed only."""
    return replace(sentence, lemmas=())


def with_concepts(sentence: Sentence, language: Language) -> Sentence:
    """Each lemma of concepts.yml replaced by the name of its concept, the same in all languages."""
    known = _lexicon()[language]
    words = zip(sentence.forms, sentence.lemmas, strict=True)
    return replace(
        sentence, lemmas=tuple(known.get(lemma, known.get(form, lemma)) for form, lemma in words)
    )


@cache
def _lexicon() -> Mapping[Language, Mapping[str, str]]:
    concepts = yaml.safe_load(CONCEPTS.read_text(encoding="utf-8"))
    return {
        language: {
            str(word): f"#{name}" for name, words in concepts.items() for word in words[language]
        }
        for language in ("nl", "en")
    }


class Spelling:
    """Puts a common word in the place of a rare one that is a slip away from it."""

    def __init__(self, sentences: Sequence[Sentence], languages: Iterable[Language]) -> None:
        """`sentences` tell which words are common in their language."""
        self._seen: dict[Language, Counter[str]] = {"nl": Counter(), "en": Counter()}
        for sentence, language in zip(sentences, languages, strict=True):
            self._seen[language].update(set(sentence.forms))
        self._common = {
            language: [word for word, times in seen.items() if times >= COMMON and word.isalpha()]
            for language, seen in self._seen.items()
        }
        self._known: dict[tuple[str, Language], str] = {}

    def rewrite(self, sentence: Sentence, language: Language) -> Sentence:
        """The sentence with its slips mended."""
        words = [self._mended(form, language) for form in sentence.forms]
        pairs = zip(sentence.forms, sentence.lemmas, words, strict=True)
        lemmas = tuple(lemma if word == form else word for form, lemma, word in pairs)
        return replace(sentence, forms=tuple(words), lemmas=lemmas)

    def _mended(self, word: str, language: Language) -> str:
        if len(word) < SHORTEST or not word.isalpha() or self._seen[language][word] > 1:
            return word
        key = (word, language)
        if key not in self._known:
            self._known[key] = self._nearest(word, language)
        return self._known[key]

    def _nearest(self, word: str, language: Language) -> str:
        most = 1 if len(word) < LONG else 2
        found = process.extract(
            word, self._common[language], scorer=OSA.distance, score_cutoff=most, limit=20
        )
        times = self._seen[language]
        ranked = [
            (distance, other[0] != word[0], -times[other], other) for other, distance, _ in found
        ]
        return min(ranked)[3] if ranked else word
