"""Checks content: all problems at once, in the order of the files."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from balie.content.loader import Files, build_content, read_files, shown_name
from balie.content.model import Content
from balie.content.problems import ContentErrors, Place, Problem, problem
from balie.content.rules.forms import check_form
from balie.content.rules.guides import check_guide, check_topic
from balie.content.rules.references import check_references
from balie.content.rules.texts import check_lengths, check_texts
from balie.content.rules.training import check_training, missing_topic_files

REQUIRED = ("links.yml", "labels.yml", "conversation/texts.yml", "conversation/desk.yml")


def load_content(data_dir: Path) -> Content:
    """The content under `data_dir`; raises `ContentErrors` with every error.

    Training examples are not looked at: an assistant that runs has no use for them.
    """
    files = read_files(data_dir)
    content = build_content(files)
    problems = _text_problems(files, content, date.today())
    if errors := [each for each in problems if each.severity == "error"]:
        raise ContentErrors(errors)
    return content


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
