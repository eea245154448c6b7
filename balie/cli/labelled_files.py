"""Files of labelled messages for `balie evaluate`, with the place of every mistake."""

import difflib
import warnings
from collections.abc import Iterator
from pathlib import Path

from rasa.shared.exceptions import RasaException

from balie.cli.file_problems import FileProblem
from balie.cli.records import read_file, read_record, text_of
from balie.content import LANGUAGES
from balie.content.reader import Document, read_document
from balie.content.rules.training import examples_in
from balie.nlu.intents import CONVERSATION, OUT_OF_SCOPE
from balie.nlu.messages import Labelled, UnreadableFile, read_labelled
from balie.privacy import mask
from balie.rasa_plugins.importer import language_of

Found = tuple[list[Labelled], list[str]]


def known_intents(data_dir: Path) -> frozenset[str]:
    """The intents that a message can be labelled with: topics, conversation and none of ours."""
    topics = {folder.name for folder in data_dir.glob("topics/*") if folder.is_dir()}
    return frozenset({*topics, *CONVERSATION, OUT_OF_SCOPE})


def read_labelled_file(file: Path, intents: frozenset[str]) -> Found:
    """The messages of a file that are right, and a line for everything that is wrong.

    ``.yml`` files are Rasa's, and their names tell the language (``development.nl.yml``); any
    other file has JSON lines with `text`, `lang` and `intent`.
    """
    try:
        data = read_file(file)
        if file.suffix in {".yml", ".yaml"}:
            found, problems = _read_yaml(file, intents)
        else:
            found, problems = _read_json_lines(data, str(file), intents)
        if not found and not problems:
            raise FileProblem("no-messages")
    except FileProblem as problem:
        return [], [problem.of(str(file))]
    return found, problems


def _read_json_lines(data: bytes, name: str, intents: frozenset[str]) -> Found:
    messages, problems = [], []
    for number, line in enumerate(data.splitlines(), start=1):
        try:
            if line.strip():
                messages.append(_labelled(line, number, intents))
        except FileProblem as problem:
            problems.append(problem.of(name))
    return messages, problems


def _labelled(line: bytes, number: int, intents: frozenset[str]) -> Labelled:
    record = read_record(line, number)
    text, language, intent = (text_of(record, key, number) for key in ("text", "lang", "intent"))
    if language not in LANGUAGES:
        raise FileProblem("unknown-language", number, known=", ".join(LANGUAGES))
    if intent not in intents:
        raise _unknown_intent(intent, intents, number, 1)
    return Labelled(text, language, intent)


def _read_yaml(file: Path, intents: frozenset[str]) -> Found:
    if language_of(file) is None:
        raise FileProblem("no-language", name=f"{file.stem}.nl.yml")
    document = read_document(file, str(file))
    list(examples_in(document))  # adds the lines that are no example
    wrong = [*_wrong_form(document)]
    problems = [*map(str, document.problems), *(each.of(str(file)) for each in wrong)]
    if document.data is None or wrong:
        return [], problems
    try:
        with warnings.catch_warnings():  # Rasa's would show what customers wrote
            warnings.simplefilter("ignore")
            messages, _ = read_labelled(file)
    except (UnreadableFile, RasaException, AttributeError, TypeError, KeyError) as error:
        raise FileProblem("unreadable", reason=type(error).__name__) from error
    problems += [each.of(str(file)) for each in _unknown_intents(document, intents)]
    return [each for each in messages if each.intent in intents], problems


def _wrong_form(document: Document) -> Iterator[FileProblem]:
    """What keeps the file from being one of Rasa's."""
    if document.data is None:
        return
    nlu = document.get("nlu")
    if nlu is None:
        yield FileProblem("missing-key", key="nlu")
    elif not isinstance(nlu, list):
        yield FileProblem("not-list", *document.key_place(("nlu",))[1:])
    else:
        for index, entry in enumerate(nlu):
            place = document.place(("nlu", index))[1:]
            keys = set(entry) if isinstance(entry, dict) else set()
            if not keys & {"intent", "synonym", "regex", "lookup"}:
                yield FileProblem("missing-key", *place, key="intent")
            elif "examples" not in keys:
                yield FileProblem("missing-key", *place, key="examples")


def _unknown_intents(document: Document, intents: frozenset[str]) -> Iterator[FileProblem]:
    nlu = document.get("nlu")
    for index in range(len(nlu) if isinstance(nlu, list) else 0):
        intent = document.get("nlu", index, "intent")
        if isinstance(intent, str) and intent not in intents:
            _, line, column = document.place(("nlu", index, "intent"))
            yield _unknown_intent(intent, intents, line, column)


def _unknown_intent(intent: str, intents: frozenset[str], line: int, column: int) -> FileProblem:
    close = difflib.get_close_matches(intent, sorted(intents), n=1) or sorted(intents)
    value = mask(intent[:60]).text
    return FileProblem("unknown-intent", line, column, value=value, likely=close[0])
