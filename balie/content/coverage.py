"""Which topic carries which fact of the list of facts: what `sources:` says, against the list."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from balie.content.facts import Fact, Kind, read_facts
from balie.content.loader import Files, read_files
from balie.content.problems import Place, Problem, problem
from balie.content.reader import Document

_FACT_NUMBER = re.compile(r"\d+\.\d+")


class Home(NamedTuple):
    """A topic that carries a fact, and where its `sources:` names the fact."""

    topic: str
    place: Place


@dataclass(frozen=True)
class Coverage:
    """Every fact of the list, its homes by number, and what is wrong."""

    facts: tuple[Fact, ...]
    homes: Mapping[str, tuple[Home, ...]]
    problems: tuple[Problem, ...]

    def homeless(self, kind: Kind) -> list[Fact]:
        """The facts of this kind that no topic carries."""
        return [fact for fact in self.facts if fact.kind == kind and fact.number not in self.homes]

    def to_dicts(self) -> list[dict[str, Any]]:
        """The facts as JSON can carry them."""
        return [_to_dict(fact, self.homes.get(fact.number, ())) for fact in self.facts]


def check_facts(data_dir: Path, facts_file: Path) -> Coverage:
    """Hold the topics under `data_dir` against the list; OSError when it cannot be opened."""
    listed = read_facts(facts_file)
    homes = _homes(read_files(data_dir))
    problems = [*listed.problems]
    if listed.facts:
        problems += _wrong_sources(homes, listed.facts)
        problems += _untold(homes, listed.facts)
    return Coverage(tuple(listed.facts.values()), homes, tuple(sorted(problems)))


def _homes(files: Files) -> dict[str, tuple[Home, ...]]:
    homes: dict[str, tuple[Home, ...]] = {}
    for topic, document in files.topics.items():
        for number, place in _named_facts(document):
            homes[number] = (*homes.get(number, ()), Home(topic, place))
    return homes


def _named_facts(document: Document) -> Iterator[tuple[str, Place]]:
    """The numbers in `sources:`; whatever is no number there is the checker's to report."""
    for path, place in document.values.items():
        if len(path) == 4 and path[0] == "sources" and path[2] == "facts":
            value = document.get(*path)
            if isinstance(value, str) and _FACT_NUMBER.fullmatch(value):
                yield value, place


def _wrong_sources(
    homes: Mapping[str, tuple[Home, ...]], facts: Mapping[str, Fact]
) -> Iterator[Problem]:
    for number, places in homes.items():
        fact = facts.get(number)
        for home in places:
            if fact is None:
                yield problem(home.place, "unknown-fact", value=number)
            elif fact.kind == "later":
                yield problem(home.place, "later-fact", value=number)


def _untold(homes: Mapping[str, tuple[Home, ...]], facts: Mapping[str, Fact]) -> Iterator[Problem]:
    for number, fact in facts.items():
        if fact.kind == "seed" and number not in homes:
            yield problem(fact.place, "untold-fact", value=number)


def _to_dict(fact: Fact, homes: tuple[Home, ...]) -> dict[str, Any]:
    return {
        "number": fact.number,
        "kind": fact.kind,
        "section": fact.section,
        "file": fact.place.file,
        "line": fact.place.line,
        "text": dict(fact.texts),
        "homes": [{"topic": home.topic, **home.place._asdict()} for home in homes],
    }
