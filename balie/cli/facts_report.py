"""The report of `balie check --facts`: where each fact is told, and which are told nowhere."""

from collections.abc import Iterator
from itertools import groupby

from balie.content.coverage import Coverage
from balie.content.facts import Fact, Kind

_TITLES: dict[Kind, str] = {
    "seed": "From the help pages that the assistant follows: each of these needs a topic",
    "beyond": "From other pages of the same time: a topic may carry them",
    "later": "From newer pages: no topic may carry them, a `review_note:` can name them",
}
_SHORT: dict[Kind, str] = {
    "seed": "[seed]",
    "beyond": "[beyond the seeds]",
    "later": "(later)",
}
_LONGEST_TEXT = 90


def report(coverage: Coverage) -> Iterator[str]:
    """The lines of the report: facts with a topic, facts without one, and the count."""
    yield "FACTS THAT A TOPIC CARRIES"
    told = [fact for fact in coverage.facts if fact.number in coverage.homes]
    for section, facts in groupby(told, key=lambda fact: fact.section):
        yield f"\n{section}"
        for fact in facts:
            yield from _homes(fact, coverage)
    yield "\nFACTS THAT NO TOPIC CARRIES"
    for kind, title in _TITLES.items():
        yield from _homeless(title, coverage.homeless(kind))
    yield f"\n{_count(coverage)}"


def _homes(fact: Fact, coverage: Coverage) -> Iterator[str]:
    for index, home in enumerate(coverage.homes[fact.number]):
        number = "" if index else fact.number
        yield f"  {number:<6}{home.place.file}:{home.place.line} {home.topic}"


def _homeless(title: str, facts: list[Fact]) -> Iterator[str]:
    yield f"\n{title}"
    if not facts:
        yield "  none"
    for fact in facts:
        yield f"  {fact.number:<6}{_shortened(fact.texts.get('en', ''))}"


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_TEXT else f"{text[: _LONGEST_TEXT - 1].rstrip()}…"


def _count(coverage: Coverage) -> str:
    counts = []
    for kind, name in _SHORT.items():
        every = sum(fact.kind == kind for fact in coverage.facts)
        counts.append(f"{name} {every - len(coverage.homeless(kind))} of {every}")
    return f"Carried by a topic: {', '.join(counts)}."
