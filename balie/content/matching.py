"""Finds the option that somebody means who types instead of pressing a button.

Careful rather than clever: what could mean two options, or the opposite of one, means none, and
the question is put again.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from balie.content.folding import fold
from balie.content.languages import LANGUAGES, Language
from balie.content.model import FormField, Option, Question

# Words around an answer that change nothing about it ("ja hoor", "yes please").
_FILLERS = re.compile(
    r"\b(?:please|thanks|thank you|ok|okay|well|um|uh|eh|sure|hoor|graag|alstublieft|alsjeblieft"
    r"|aub|svp|dank u|dank je|bedankt|zeker|inderdaad|indeed|nou)\b"
)
_NEGATIONS = frozenset(
    {"not", "never", "isnt", "dont", "doesnt", "arent", "wasnt", "cant", "without"}
    | {"niet", "geen", "nooit", "zonder"}
)
_YES_OR_NO = frozenset({"yes", "yep", "yeah", "no", "nope", "ja", "jawel", "nee"})
_ORDINAL = re.compile(
    r"(?:(?:i|ik|choose|kies|take|neem|doe|the|de|het|option|optie|number|nummer|answer|antwoord"
    r"|keuze) )*(?P<word>\w+)(?: (?:one|option|optie|keuze))?"
)
_ORDINALS = {
    word: number
    for number, words in enumerate(
        (
            "1 1st 1e 1ste first eerste",
            "2 2nd 2e 2de second tweede",
            "3 3rd 3e 3de third derde",
            "4 4th 4e 4de fourth vierde",
            "5 5th 5e 5de fifth vijfde",
        )
    )
    for word in words.split()
} | dict.fromkeys(("last", "laatste"), -1)
_CLAUSE_END = re.compile(r"[,.;:!?\n]")
# "no", "ja" or "own" inside a longer sentence say too little.
_SHORT_PHRASE = 3
_NEGATION_REACH = 3


# Whatever has options to choose from.
Asked = Question | FormField


class _Hit(NamedTuple):
    option: str
    start: int
    end: int


def match_option(question: Asked, text: str, language: Language) -> str | None:
    """The option of `question` that `text` means, or None when none or more than one fits.

    Titles and `says` of both languages count; where the languages contradict each other,
    `language` decides.
    """
    return (
        _single(_whole(question, text, LANGUAGES))
        or _single(_whole(question, text, (language,)))
        or _by_number(question, text)
        or _single(_contained(question, text, LANGUAGES))
        or _single(_contained(question, text, (language,)))
    )


def names_option(question: Asked, text: str) -> bool:
    """Whether the text names an option in words of its own: "mine", not "yes" or "yes please"."""
    said = f" {fold(text)} "
    phrases = (each for option in question.options.values() for each in _phrases(option, LANGUAGES))
    own = (each for each in phrases if each.split()[0] not in _YES_OR_NO)
    return any(len(each) > _SHORT_PHRASE and f" {each} " in said for each in own)


def mentions_option(question: Asked, text: str) -> bool:
    """Whether the text has at most single words of an option amid others.

    "Can I pay by transfer" mentions "pay"; "how do I pay, with which number" begins with all the
    words of a phrase, and so says more.
    """
    opening = _CLAUSE_END.split(text, maxsplit=1)[0]
    exact = [each for said in (text, opening) for each in _whole(question, said, LANGUAGES)]
    if exact or _by_number(question, text):
        return False
    said = f" {fold(text)} "
    phrases = (each for option in question.options.values() for each in _phrases(option, LANGUAGES))
    return not any(" " in each and f" {each} " in said for each in phrases)


def is_filler(text: str) -> bool:
    """Whether the text says nothing by itself: "ok", "thanks"."""
    return not _bare(text)


def _single(options: Iterable[str]) -> str | None:
    found = set(options)
    return found.pop() if len(found) == 1 else None


def _phrases(option: Option, languages: Iterable[Language]) -> set[str]:
    typed = (phrase for each in languages for phrase in (option[each], *option.says[each]))
    return {_folded_phrase(phrase) for phrase in typed} - {""}


# Writers' phrases only, never what a customer has typed.
_folded_phrase = lru_cache(maxsize=None)(fold)


def _bare(text: str) -> str:
    """`text` folded, without words that change nothing."""
    return " ".join(_FILLERS.sub(" ", fold(text)).split())


def _whole(question: Asked, text: str, languages: Iterable[Language]) -> Iterator[str]:
    """Options that are the whole message."""
    said = {fold(text), _bare(text)}
    for name, option in question.options.items():
        if said & _phrases(option, languages):
            yield name


def _by_number(question: Asked, text: str) -> str | None:
    """The option counted: "2", "the first one", "de laatste"."""
    counted = _ORDINAL.fullmatch(_bare(text))
    number = _ORDINALS.get(counted["word"]) if counted else None
    names = list(question.options)
    return names[number] if number is not None and number < len(names) else None


def _contained(question: Asked, text: str, languages: Iterable[Language]) -> set[str]:
    """Options that the message names or begins with; none if one of them is negated."""
    folded = fold(text)
    hits = _longest(
        hit
        for name, option in question.options.items()
        for phrase in _phrases(option, languages)
        if len(phrase) > _SHORT_PHRASE
        for hit in _occurrences(name, phrase, folded)
    )
    if any(_is_negated(folded, hit) for hit in hits):
        return set()
    opening = _CLAUSE_END.split(text, maxsplit=1)[0]
    return {hit.option for hit in hits} | set(_whole(question, opening, languages))


def _occurrences(name: str, phrase: str, folded: str) -> Iterator[_Hit]:
    for found in re.finditer(rf"\b{re.escape(phrase)}\b", folded):
        yield _Hit(name, *found.span())


def _longest(hits: Iterable[_Hit]) -> list[_Hit]:
    """The hits that lie in no longer one: "not my card" outdoes "my card"."""
    every = list(hits)
    return [hit for hit in every if not any(_is_inside(hit, other) for other in every)]


def _is_inside(hit: _Hit, other: _Hit) -> bool:
    longer = other.end - other.start > hit.end - hit.start
    return longer and other.start <= hit.start and hit.end <= other.end


def _is_negated(folded: str, hit: _Hit) -> bool:
    before = folded[: hit.start].split()[-_NEGATION_REACH:]
    return not _NEGATIONS.isdisjoint(before)
