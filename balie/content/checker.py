"""Checks content: all problems at once, in the order of the files."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from balie.content.loader import Files, build_content, read_files, shown_name
from balie.content.model import Content
from balie.content.problems import ContentErrors, Place, Problem, problem
from balie.content.rules.forms import check_form
from balie.content.rules.guides import check_guide, check_topic
from balie.content.rules.product import check_product
from balie.content.rules.references import check_references
from balie.content.rules.texts import check_lengths, check_texts
from balie.content.rules.training import check_training, missing_topic_files
from balie.content.vocabulary import ESSENTIAL_TOPICS

REQUIRED = ("links.yml", "labels.yml", "conversation/texts.yml", "conversation/desk.yml")


@dataclass(frozen=True)
class Usable:
    """What can be used of the content: all of it, or all but some topics, and why."""

    content: Content
    left_out: Mapping[str, list[Problem]]


def load_content(data_dir: Path) -> Content:
    """The content under `data_dir`; raises `ContentErrors` with every error.

    Training examples are not looked at: an assistant that runs has no use for them.
    """
    content, errors = _load(data_dir)
    if errors:
        raise ContentErrors(errors)
    return content


def load_usable(data_dir: Path) -> Usable:
    """The content without the topics that have errors; raises `ContentErrors` where there is none.

    A mistake in a file that all topics share cannot be left out, nor can the way to a person.
    """
    content, errors = _load(data_dir)
    left_out: dict[str, list[Problem]] = {}
    for error in errors:
        left_out.setdefault(_topic_of(data_dir, error) or "", []).append(error)
    rest = content.topics.keys() - left_out.keys()
    if "" in left_out or (errors and not rest) or left_out.keys() & ESSENTIAL_TOPICS:
        raise ContentErrors(errors)
    return Usable(content.without(left_out.keys()) if left_out else content, left_out)


def _load(data_dir: Path) -> tuple[Content, list[Problem]]:
    files = read_files(data_dir)
    content = build_content(files)
    problems = [*_text_problems(files, content, date.today()), *_missing_files(data_dir)]
    return content, [each for each in problems if each.severity == "error"]


def _topic_of(data_dir: Path, error: Problem) -> str | None:
    """The topic in whose folder the error is."""
    parts = error.file.split("/")
    in_topic = len(parts) == 4 and parts[:2] == [data_dir.name, "topics"]
    return parts[2] if in_topic else None


def check_everything(data_dir: Path, today: date | None = None) -> list[Problem]:
    """What `check_content` finds, and whatever else the product needs under `data_dir`."""
    return sorted({*check_content(data_dir, today), *check_product(data_dir)})


def check_content(data_dir: Path, today: date | None = None) -> list[Problem]:
    """Every problem under `data_dir`, training examples included, sorted by place."""
    files = read_files(data_dir)
    content = build_content(files)
    problems = {
        *_text_problems(files, content, today or date.today()),
        *_missing_files(data_dir),
        *missing_topic_files(data_dir),
        *check_training(data_dir),
    }
    return sorted(problems)


def _text_problems(files: Files, content: Content, today: date) -> Iterator[Problem]:
    for document in files.documents():
        yield from document.problems
        if document is not files.labels:
            yield from check_texts(document, content)
    for document in files.word_lists():
        yield from document.problems
    for name, document in files.topics.items():
        yield from check_guide(document)
        yield from check_lengths(document)
        if name in content.topics:
            yield from check_topic(document, content.topics[name], today)
    for name, document in files.forms.items():
        yield from check_form(document, files.topics.get(name))
        yield from check_lengths(document)
    yield from check_references(files)


def _missing_files(data_dir: Path) -> Iterator[Problem]:
    for name in REQUIRED:
        if not (data_dir / name).exists():
            yield problem(Place(shown_name(data_dir, data_dir / name)), "missing-file")
