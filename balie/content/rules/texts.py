"""What texts may say: names on the screen, placeholders, plain text, both languages alike."""

import difflib
import re
from collections.abc import Iterable, Iterator
from functools import partial

from balie.content.languages import LANGUAGES, Language
from balie.content.model import Content, Label
from balie.content.problems import Problem, problem
from balie.content.reader import Data, Document, Path_
from balie.content.rendering import PLACEHOLDER

LANGUAGE_NAMES: dict[Language, str] = {"en": "English", "nl": "Dutch"}
LONGEST_TITLE = 60
MOST_SENTENCES = 2

_BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
_NUMBER = re.compile(r"\d+")
_MARKUP = re.compile(
    r"\[[^\]]*\]\([^)]*\)|`|</?\w+[^>]*>|^#{1,6} |(?:https?://|www\.)\S+|__|[{}]|\*", re.MULTILINE
)
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|\n{2,}")
_ABBREVIATION = re.compile(
    r"\b(?:bijv|bv|evt|nr|resp|etc|enz|incl|excl|approx|No|B\.V|N\.V|o\.a|t\.a\.v|e\.g|i\.e|Ltd|Inc)\."
)

BothTexts = dict[Language, str]
_OTHER: dict[Language, Language] = {"en": "nl", "nl": "en"}


def check_texts(document: Document, content: Content) -> Iterator[Problem]:
    """Every problem with the texts of one document."""
    for path, texts in texts_of(document):
        at = partial(_at, document, path)
        yield from _plain(at, texts)
        yield from _labels(at, texts, content.labels)
        yield from _placeholders(at, texts)
        yield from _numbers(at, texts)


def check_lengths(document: Document) -> Iterator[Problem]:
    """Steps with too many sentences, and titles that fit no button, of one topic."""
    for path, texts in texts_of(document):
        at = partial(_at, document, path)
        if path[:1] == ("guide",) and len(path) == 2:
            yield from _sentences(at, texts)
        if path == ("title",) or path[-2:-1] == ("options",):
            yield from _title(at, texts)


def texts_of(document: Document) -> Iterator[tuple[Path_, BothTexts]]:
    """Every text that stands in both languages, and where."""
    return _texts_below(document.data, ())


def named_labels(text: str) -> list[str]:
    """The names on the screen that a text puts in bold, one by one."""
    bold = (part.strip() for part in _BOLD.findall(text))
    return [
        name.strip()
        for part in bold
        if not PLACEHOLDER.fullmatch(part)
        for name in part.split(" > ")
    ]


def placeholders(text: str) -> set[str]:
    """The names in braces of a text."""
    return set(PLACEHOLDER.findall(text))


def sentences(text: str) -> int:
    """How many sentences a text has; names in bold may hold any sign."""
    plain = _ABBREVIATION.sub("x", _BOLD.sub("x", text)).strip()
    return len(_SENTENCE_END.split(plain))


def suggestion(value: str, known: Iterable[str]) -> str:
    """A hint at the name that was probably meant, or nothing."""
    close = difflib.get_close_matches(value, sorted(known), n=1)
    return f"Did you mean `{close[0]}`?" if close else ""


def _texts_below(value: Data | None, path: Path_) -> Iterator[tuple[Path_, BothTexts]]:
    if isinstance(value, list):
        for index, each in enumerate(value):
            yield from _texts_below(each, (*path, index))
    if isinstance(value, dict):
        texts = {each: text for each in LANGUAGES if isinstance(text := value.get(each), str)}
        if len(texts) == len(LANGUAGES) and path[-1:] != ("url",):
            yield path, texts
        for key, each in value.items():
            yield from _texts_below(each, (*path, key))


def _at(
    document: Document, path: Path_, language: Language, code: str, **details: object
) -> Problem:
    return problem(
        document.place((*path, language)), code, language=LANGUAGE_NAMES[language], **details
    )


def _plain(at: "partial[Problem]", texts: BothTexts) -> Iterator[Problem]:
    for language, text in texts.items():
        if text.count("**") % 2:
            yield at(language, "open-bold")
        rest = PLACEHOLDER.sub("", text.replace("**", ""))
        if found := _MARKUP.search(rest):
            yield at(language, "markup", found=found[0])


def _labels(
    at: "partial[Problem]", texts: BothTexts, labels: tuple[Label, ...]
) -> Iterator[Problem]:
    named = {language: set(named_labels(text)) for language, text in texts.items()}
    pairs = {(label["en"], label["nl"]) for label in labels}
    for index, language in enumerate(LANGUAGES):
        known = {pair[index] for pair in pairs}
        for name in sorted(named[language] - known):
            hint = suggestion(name, known)
            yield at(language, "unknown-label", label=name, hint=hint)
        for name in sorted(named[language] & known):
            partners = {pair[1 - index] for pair in pairs if pair[index] == name}
            if not partners & named[_OTHER[language]]:
                yield at(language, "labels-differ", label=name)


def _placeholders(at: "partial[Problem]", texts: BothTexts) -> Iterator[Problem]:
    for language, text in texts.items():
        for name in sorted(placeholders(text) - placeholders(texts[_OTHER[language]])):
            yield at(language, "placeholders-differ", name=name)


def _numbers(at: "partial[Problem]", texts: BothTexts) -> Iterator[Problem]:
    for language, text in texts.items():
        numbers, others = (set(_NUMBER.findall(each)) for each in (text, texts[_OTHER[language]]))
        for number in sorted(numbers - others):
            yield at(language, "numbers-differ", number=number)


def _sentences(at: "partial[Problem]", texts: BothTexts) -> Iterator[Problem]:
    for language, text in texts.items():
        if (count := sentences(text)) > MOST_SENTENCES:
            yield at(language, "too-many-sentences", count=count)


def _title(at: "partial[Problem]", texts: BothTexts) -> Iterator[Problem]:
    for language, text in texts.items():
        if len(text) > LONGEST_TITLE:
            yield at(language, "too-long", count=len(text), most=LONGEST_TITLE)
