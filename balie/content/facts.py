"""The list of facts, a Markdown file that writers take their texts from.

Each fact has a number and a kind, and the same text in both languages:

    ## 2 Past due
    **2.1** [seed] Source: past-due.nl.md
    - EN: A bill that is past due is paid again with **Settle balance**.
    - NL: Een achterstallige rekening betaalt u opnieuw met **Saldo vereffenen**.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from balie.content.languages import Language
from balie.content.problems import Place, Problem, problem

# "seed": from the help pages that the assistant follows. "beyond": from other pages of their time.
# "later": from newer pages, which contradict them.
Kind = Literal["seed", "beyond", "later"]

_SECTION = re.compile(r"## +(?P<title>.+)")
_NUMBER = re.compile(r"\*\*(?P<number>\d+\.\d+)\*\*(?P<rest>.*)")
_TEXT = re.compile(r"- (?P<language>EN|NL):\s*(?P<text>.*)")
_KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("seed", re.compile(r"\[seed\]")),
    ("later", re.compile(r"\[beyond the seeds\] \(later\)")),
    ("beyond", re.compile(r"\[beyond the seeds\] \(\d{4}(-\d{2,4})?\)")),
)
_LANGUAGES: Mapping[str, Language] = {"EN": "en", "NL": "nl"}


@dataclass(frozen=True)
class Fact:
    """One fact: its number, kind and texts, and where it stands in the list."""

    number: str
    kind: Kind
    section: str
    place: Place
    texts: Mapping[Language, str]


@dataclass(frozen=True)
class FactList:
    """All facts by number, in the order of the file, and what is wrong with the file."""

    facts: Mapping[str, Fact]
    problems: tuple[Problem, ...]


@dataclass
class _Entry:
    """The lines of one fact, as they are met."""

    number: str
    rest: str
    section: str
    place: Place
    texts: list[tuple[Language, str]] = field(default_factory=list)


def read_facts(path: Path) -> FactList:
    """The list at `path`; OSError when it cannot be opened."""
    file = path.as_posix()
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        return FactList({}, (problem(Place(file), "not-utf8"),))
    facts: dict[str, Fact] = {}
    problems: list[Problem] = []
    for entry in _entries(file, lines):
        problems += _problems(entry, facts)
        facts.setdefault(entry.number, _fact(entry))
    if not facts:
        problems.append(problem(Place(file), "no-facts"))
    return FactList(facts, tuple(problems))


def _entries(file: str, lines: Iterable[str]) -> Iterator[_Entry]:
    section, entry = "", None
    for line_number, line in enumerate(lines, start=1):
        if found := _NUMBER.match(line):
            if entry:
                yield entry
            entry = _Entry(
                found["number"], found["rest"].strip(), section, Place(file, line_number)
            )
        elif found := _TEXT.match(line):
            if entry:
                entry.texts.append((_LANGUAGES[found["language"]], found["text"].strip()))
        elif found := _SECTION.match(line):
            section = found["title"].strip()
    if entry:
        yield entry


def _kind(entry: _Entry) -> Kind | None:
    return next((kind for kind, pattern in _KINDS if pattern.match(entry.rest)), None)


def _fact(entry: _Entry) -> Fact:
    """The fact; one of no known kind counts as one that needs no topic."""
    kind = _kind(entry) or "beyond"
    return Fact(entry.number, kind, entry.section, entry.place, dict(entry.texts))


def _problems(entry: _Entry, earlier: Mapping[str, Fact]) -> Iterator[Problem]:
    def bad(detail: str) -> Problem:
        return problem(entry.place, "bad-fact-entry", number=entry.number, detail=detail)

    if entry.number in earlier:
        yield bad(f"line {earlier[entry.number].place.line} has the same number")
    if _kind(entry) is None:
        yield bad("neither [seed] nor [beyond the seeds] with (2019-21) or (later) follows")
    for name, language in _LANGUAGES.items():
        texts = [text for each, text in entry.texts if each == language]
        if not any(texts):
            yield bad(f"there is no text `- {name}:` below it")
        elif len(texts) > 1:
            yield bad(f"there are several texts `- {name}:` below it")
