"""Example messages: each file holds its own intent, and no message belongs to two."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from balie.content.folding import fold
from balie.content.languages import LANGUAGES, Language
from balie.content.loader import TOPIC_FILE, shown_name
from balie.content.problems import Place, Problem, problem
from balie.content.reader import Document, read_document


class Example(NamedTuple):
    """One message that customers type."""

    intent: str
    text: str
    place: Place


def check_training(data_dir: Path) -> Iterator[Problem]:
    """Every problem with the example messages of topics and of conversation intents."""
    examples: list[Example] = []
    for intent, path in _expected_files(data_dir):
        name = shown_name(data_dir, path)
        if not path.exists():
            yield problem(Place(name), "missing-file")
            continue
        document = read_document(path, name)
        found = list(examples_in(document))
        yield from document.problems
        if not found and not document.problems:
            yield problem(Place(name), "no-examples")
        examples += found
        yield from _wrong_intents(document, intent)
    yield from _shared(examples)


def topic_examples(data_dir: Path, topic: str, language: Language) -> list[str]:
    """How customers put a topic's question, in their own words; nothing without the file."""
    path = data_dir / "topics" / topic / f"nlu.{language}.yml"
    if not path.exists():
        return []
    return [example.text for example in examples_in(read_document(path, path.name))]


def _expected_files(data_dir: Path) -> Iterator[tuple[str, Path]]:
    """Each intent with each file that it must have."""
    for folder in sorted(path for path in data_dir.glob("topics/*") if path.is_dir()):
        for language in LANGUAGES:
            yield folder.name, folder / f"nlu.{language}.yml"
    folder = data_dir / "conversation" / "nlu"
    for intent in sorted({path.name.split(".")[0] for path in folder.glob("*.yml")}):
        for language in LANGUAGES:
            yield intent, folder / f"{intent}.{language}.yml"


def _entries(document: Document) -> Iterator[tuple[int, object, object]]:
    """Position, intent and examples of each entry under `nlu:`."""
    nlu = document.get("nlu")
    for index in range(len(nlu) if isinstance(nlu, list) else 0):
        yield index, document.get("nlu", index, "intent"), document.get("nlu", index, "examples")


def _wrong_intents(document: Document, expected: str) -> Iterator[Problem]:
    for index, intent, _ in _entries(document):
        if isinstance(intent, str) and intent != expected:
            place = document.place(("nlu", index, "intent"))
            yield problem(place, "wrong-intent", value=intent, expected=expected)


def examples_in(document: Document) -> Iterator[Example]:
    """The examples of one file; a line that is none is added to the document's problems."""
    for index, intent, block in _entries(document):
        if not isinstance(intent, str) or not isinstance(block, str):
            continue
        start = document.place(("nlu", index, "examples"))
        # The block's text begins on the line below its |.
        for number, line in enumerate(block.splitlines(), start=start.line + 1):
            place = Place(document.file, number)
            if line.startswith("- ") and line[2:].strip():
                yield Example(intent, line[2:].strip(), place)
            elif line.strip():
                document.problems.append(problem(place, "bad-example"))


def _shared(examples: list[Example]) -> Iterator[Problem]:
    """Messages that are examples of two intents, however they are written."""
    first: dict[str, Example] = {}
    for example in examples:
        folded = fold(example.text)
        other = first.setdefault(folded, example) if folded else example
        if other.intent != example.intent:
            where = f"{other.place.file}:{other.place.line}"
            yield problem(example.place, "same-example", other=other.intent, place=where)


def missing_topic_files(data_dir: Path) -> Iterator[Problem]:
    """Topic folders without a topic."""
    for folder in sorted(path for path in data_dir.glob("topics/*") if path.is_dir()):
        if not (folder / TOPIC_FILE).exists():
            yield problem(Place(shown_name(data_dir, folder / TOPIC_FILE)), "missing-file")
