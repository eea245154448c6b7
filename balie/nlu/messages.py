"""Files of messages: JSON lines with a `text`, and labelled ones also as Rasa's YAML."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rasa.shared.exceptions import RasaException
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.loading import load_data

from balie.content import LANGUAGES
from balie.rasa_plugins.importer import language_of

Record = dict[str, Any]


class BadLine(ValueError):
    """A line that is no message; the text says why."""


class UnreadableFile(Exception):
    """A file that cannot be read as labelled messages."""


@dataclass(frozen=True)
class Labelled:
    """A message with what it should be understood as."""

    text: str
    language: str
    intent: str


def read_record(line: bytes) -> Record:
    """One JSON line; raises `BadLine` unless it is an object with a text."""
    try:
        record = json.loads(line)
    except ValueError as error:  # wrong JSON, or bytes that are no UTF-8
        raise BadLine(f"not JSON: {error}") from error
    if not isinstance(record, dict):
        raise BadLine("not a JSON object")
    _text_of(record, "text")
    return record


def read_labelled(path: Path) -> tuple[list[Labelled], list[str]]:
    """The messages of a file, and its bad lines as ``path:line: reason``.

    ``.yml`` files are Rasa's, and their names tell the language (``development.nl.yml``); any
    other file has JSON lines with `text`, `lang` and `intent`. Raises `UnreadableFile`.
    """
    try:
        if path.suffix in {".yml", ".yaml"}:
            return _read_yaml(path), []
        return _read_json_lines(path.read_bytes().splitlines(), path)
    except (OSError, ValueError, RasaException) as error:
        raise UnreadableFile(f"{path}: {error}") from error


def _read_yaml(path: Path) -> list[Labelled]:
    language = language_of(path)
    if language is None:
        raise UnreadableFile(f"{path}: the name must tell the language, as in {path.stem}.nl.yml")
    examples = load_data(str(path)).intent_examples
    return [Labelled(each.get(TEXT), language, each.get(INTENT)) for each in examples]


def _read_json_lines(lines: Iterable[bytes], path: Path) -> tuple[list[Labelled], list[str]]:
    messages, problems = [], []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            messages.append(_labelled(read_record(line)))
        except BadLine as error:
            problems.append(f"{path}:{number}: {error}")
    return messages, problems


def _labelled(record: Record) -> Labelled:
    language = _text_of(record, "lang")
    if language not in LANGUAGES:
        raise BadLine(f'"lang" must be one of {", ".join(LANGUAGES)}')
    return Labelled(record["text"], language, _text_of(record, "intent"))


def _text_of(record: Record, key: str) -> str:
    value = record.get(key)
    if not isinstance(value, str):
        raise BadLine(f'"{key}" must be a text')
    return value
