"""Reads the files under ``data/`` and makes the typed content of them."""

import difflib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from balie.content import model
from balie.content.languages import LANGUAGES
from balie.content.model import (
    AccountText,
    Content,
    Form,
    FormFile,
    Group,
    Label,
    Link,
    Name,
    Section,
    Text,
    Topic,
    TopicFile,
)
from balie.content.problems import Problem, problem
from balie.content.reader import Document, Path_, read_document

T = TypeVar("T")
D = TypeVar("D")

TOPIC_FILE = "topic.yml"
FORM_FILE = "form.yml"

_NAME = TypeAdapter(Name)
_TOPIC = TypeAdapter(TopicFile)
_FORM = TypeAdapter(FormFile)
_VARIANTS = TypeAdapter(dict[Name, model.Variant])
_LINKS = TypeAdapter(dict[Name, Link])
_LABELS = TypeAdapter(list[Label])
_TEXTS = TypeAdapter(dict[Name, Text])
_GROUPS = TypeAdapter(list[Group])
_SECTIONS = TypeAdapter(list[Section])
_MAIL: TypeAdapter[Any] = TypeAdapter(model.MailFile)
_SIGNALS: TypeAdapter[Any] = TypeAdapter(model.SignalsFile)
PAGE: TypeAdapter[Any] = TypeAdapter(dict[str, Text])

_KEYS = sorted(
    {
        name
        for kind in vars(model).values()
        if isinstance(kind, type) and issubclass(kind, BaseModel)
        for name in kind.model_fields
    }
)
# What pydantic finds, and how we say it.
_CODES = {
    "extra_forbidden": "unknown-key",
    "string_too_short": "empty-text",
    "string_type": "not-text",
    "model_type": "not-keys",
    "dict_type": "not-keys",
    "list_type": "not-list",
    "too_short": "too-few",
    "bad_date": "bad-date",
    "date_type": "bad-date",
    "bad_url": "bad-url",
    "bool_parsing": "bad-yes-no",
    "bool_type": "bad-yes-no",
}


@dataclass(frozen=True)
class Files:
    """The content as read, before anything is checked."""

    topics: Mapping[str, Document]
    forms: Mapping[str, Document]
    account: Mapping[str, Document]
    links: Document
    labels: Document
    texts: Document
    desk: Document
    help: Document
    groups: Document
    privacy: Document
    page: Document
    # Read by the processes themselves; here only looked at.
    mail: Document
    signals: Document

    def documents(self) -> Iterator[Document]:
        """All of them."""
        yield from self.topics.values()
        yield from self.forms.values()
        yield from self.account.values()
        yield from (self.links, self.labels, self.texts, self.desk)
        yield from (self.help, self.groups, self.privacy)

    def word_lists(self) -> Iterator[Document]:
        """Those whose texts do not follow the rules for what customers read in a conversation."""
        yield from (self.page, self.mail, self.signals)


def content_files(data_dir: Path) -> list[Path]:
    """The files that make up the content (not the training examples), sorted."""
    return sorted(Path(entry) for entry in content_entries(data_dir))


def content_entries(data_dir: Path) -> Iterator[os.DirEntry[str]]:
    """The same as directory entries, in no order: looked at every second, so made to be quick."""
    for folder in ("", "account", "conversation", "help"):
        yield from (each for each in _entries(data_dir / folder) if each.name.endswith(".yml"))
    for topic in _entries(data_dir / "topics"):
        yield from (each for each in _entries(topic) if each.name in (TOPIC_FILE, FORM_FILE))


def _entries(folder: str | os.PathLike[str]) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            yield from found
    except (FileNotFoundError, NotADirectoryError):  # or removed meanwhile
        return


def shown_name(data_dir: Path, path: Path) -> str:
    """How problems name the file: from the data folder on."""
    return f"{data_dir.name}/{path.relative_to(data_dir).as_posix()}"


def read_files(data_dir: Path) -> Files:
    """Read everything; a file that is not there counts as one with nothing in it."""

    def read(path: Path) -> Document:
        name = shown_name(data_dir, path)
        return read_document(path, name) if path.exists() else Document(name)

    def of_topics(file: str) -> dict[str, Document]:
        found = sorted(data_dir.glob(f"topics/*/{file}"))
        return {path.parent.name: _of_folder(read(path), path.parent.name) for path in found}

    return Files(
        topics=of_topics(TOPIC_FILE),
        forms=of_topics(FORM_FILE),
        account={path.stem: read(path) for path in sorted(data_dir.glob("account/*.yml"))},
        links=read(data_dir / "links.yml"),
        labels=read(data_dir / "labels.yml"),
        texts=read(data_dir / "conversation" / "texts.yml"),
        desk=read(data_dir / "conversation" / "desk.yml"),
        help=read(data_dir / "help" / "texts.yml"),
        groups=read(data_dir / "help" / "groups.yml"),
        privacy=read(data_dir / "help" / "privacy.yml"),
        page=read(data_dir / "conversation" / "page.yml"),
        mail=read(data_dir / "conversation" / "mail.yml"),
        signals=read(data_dir / "conversation" / "signals.yml"),
    )


def _of_folder(document: Document, name: str) -> Document:
    """The document; nothing of it where its folder's name is not that of a topic."""
    try:
        _NAME.validate_python(name)
    except ValidationError:
        note = problem(document.place(()), "bad-folder", value=name)
        return replace(document, data=None, problems=[*document.problems, note])
    return document


def build_content(files: Files) -> Content:
    """The content of all files that are right; what is wrong is added to the documents."""
    links = validated(files.links, _LINKS, {})
    labels = validated(files.labels, _LABELS, [])
    texts, desk, help_ = (
        validated(each, _TEXTS, {}) for each in (files.texts, files.desk, files.help)
    )
    groups = validated(files.groups, _GROUPS, [])
    privacy = validated(files.privacy, _SECTIONS, [])
    page: dict[str, Text] = validated(files.page, PAGE, {})
    for document, form in ((files.mail, _MAIL), (files.signals, _SIGNALS)):
        validated(document, form, None)
    return Content(
        topics=dict(_topics(files)),
        links=links,
        labels=tuple(labels),
        account=dict(_account_texts(files)),
        texts=texts,
        desk=desk,
        page=page,
        forms=dict(_forms(files)),
        help=help_,
        groups=tuple(groups),
        privacy=tuple(privacy),
    )


def _topics(files: Files) -> Iterator[tuple[str, Topic]]:
    for name, document in files.topics.items():
        read = validated(document, _TOPIC, None)
        if read:
            fields = {key: getattr(read, key) for key in TopicFile.model_fields}
            yield name, Topic(id=name, **fields)


def _forms(files: Files) -> Iterator[tuple[str, Form]]:
    for name, document in files.forms.items():
        read = validated(document, _FORM, None)
        if read:
            fields = {key: getattr(read, key) for key in FormFile.model_fields}
            yield name, Form(topic=name, **fields)


def _account_texts(files: Files) -> Iterator[tuple[str, AccountText]]:
    for name, document in files.account.items():
        variants = validated(document, _VARIANTS, None)
        if variants:
            yield name, AccountText(id=name, variants=variants)


def validated(document: Document, form: TypeAdapter[T], default: D) -> T | D:
    """The document's value as `form`, or `default` after its problems were noted."""
    if document.data is None:
        return default
    try:
        return form.validate_python(document.data)
    except ValidationError as error:
        document.problems += [_as_problem(document, each) for each in error.errors()]
        return default


def _as_problem(document: Document, error: ErrorDetails) -> Problem:
    path = _written_path(document, error["loc"])
    code = _CODES.get(error["type"]) or _special_code(path, error)
    place = document.key_place(path) if code == "unknown-key" else document.place(path)
    return problem(place, code, **_details(error, str(_last(error))))


def _last(error: ErrorDetails) -> int | str:
    """The key that is wrong; nothing where it is the whole file."""
    return error["loc"][-1] if error["loc"] else ""


def _special_code(path: Path_, error: ErrorDetails) -> str:
    kind, last = error["type"], _last(error)
    if kind == "missing":
        if "step" in error["loc"] and last == "id":
            return "not-step"
        return "missing-language" if last in LANGUAGES else "missing-key"
    if kind == "string_pattern_mismatch":
        return "bad-fact" if "facts" in path else "bad-name"
    return "wrong-value"


def _written_path(document: Document, location: Path_) -> Path_:
    """Pydantic's location without the parts that no file holds (names of types)."""
    path: Path_ = ()
    for part in location:
        if (*path, part) in document.values:
            path = (*path, part)
    return path


def _details(error: ErrorDetails, last: str) -> dict[str, Any]:
    close = difflib.get_close_matches(last, _KEYS, n=1)
    return {
        "key": last,
        "value": error["input"],
        "language": {"en": "English", "nl": "Dutch"}.get(last, ""),
        "hint": f"Did you mean `{close[0]}`?" if close else "Remove it.",
        "least": error.get("ctx", {}).get("min_length"),
        "detail": error["msg"],
    }
