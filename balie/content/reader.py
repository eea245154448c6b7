"""Reads YAML as its writer typed it.

YAML guesses types (`No` is false, `2.10` is 2.1, `12:30` is 750) and drops what it takes for its
own signs. So only the composed nodes are used: every value stays text, every place is known, and
what was dropped is reported. Nothing is ever constructed from a tag.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from balie.content.languages import LANGUAGES
from balie.content.problems import Place, Problem, problem

Path_ = tuple[str | int, ...]
Data = str | list["Data"] | dict[str, "Data"]

_Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
# PyYAML composes by recursion, and its C part at no limit: thousands of brackets end the process.
_DEEPEST = 50
_REMARK = re.compile(r"[ \t]*#")
_VALUE = re.compile(r"^\s*(?:-\s+)*(?:[\w-]+:\s+)?(?P<sign>[*&!@`%{\[\"'|>])")
_SIGNS = frozenset("*&!@`%|>")


@dataclass
class Document:
    """One file: its values as text, lists and mappings, and where each stands.

    `data` is None when there is no file, or none that can be read.
    """

    file: str
    data: Data | None = None
    values: dict[Path_, Place] = field(default_factory=dict)
    keys: dict[Path_, Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def place(self, path: Path_) -> Place:
        """Where the value at `path` stands; where it is missing, what it would belong to."""
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path, Place(self.file))

    def key_place(self, path: Path_) -> Place:
        """Where the key of the value at `path` stands."""
        return self.keys.get(path) or self.place(path)

    def report(self, path: Path_, code: str, **details: object) -> None:
        """Add the problem `code` with the value at `path`."""
        self.problems.append(problem(self.place(path), code, **details))

    def get(self, *path: str | int) -> Data | None:
        """The value at `path`, or None."""
        value: Any = self.data
        for step in path:
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError):
                return None
        return value  # type: ignore[no-any-return]


def read_document(path: Path, file: str) -> Document:
    """The file at `path`, named `file` in problems; what is wrong stands in `problems`."""
    document = Document(file)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        document.report((), "not-utf8")
        return document
    except OSError as error:  # a folder of that name, or nobody may read it
        document.report((), "unreadable", detail=error.strerror or type(error).__name__)
        return document
    try:
        deep = _too_deep(file, text)
        if deep is not None:
            document.problems.append(problem(deep, "too-deep", most=_DEEPEST))
            return document
        node = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        document.problems.append(_syntax_problem(file, text, error))
        return document
    if node is None:
        document.report((), "empty-file")
        return document
    document.data = _NodeReader(document, text.splitlines()).read(node, (), _place(file, node))
    return document


def _too_deep(file: str, text: str) -> Place | None:
    """Where lists and keys stand deeper within each other than anything of ours does."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _DEEPEST:
                return _place(file, event)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    return None


class _NodeReader:
    """Turns the nodes of one document into plain values and notes where each stands."""

    def __init__(self, document: Document, lines: list[str]) -> None:
        self.document = document
        self.lines = lines
        self.seen: set[int] = set()

    def read(self, node: yaml.Node, path: Path_, place: Place) -> Data:
        self.document.values[path] = place
        if id(node) in self.seen:
            self.document.report(path, "alias")
            return ""
        self.seen.add(id(node))
        self._look_at_start(node, path)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [
                self.read(each, (*path, i), self._at(each)) for i, each in enumerate(node.value)
            ]
        return self._text(node, path)

    def _mapping(self, node: yaml.MappingNode, path: Path_) -> dict[str, Data]:
        values: dict[str, Data] = {}
        for key_node, value_node in node.value:
            key_place = self._at(key_node)
            if not isinstance(key_node, yaml.ScalarNode):
                self.document.problems.append(problem(key_place, "bad-key"))
                continue
            key = str(key_node.value)
            if key in values:
                first = self.document.keys[(*path, key)].line
                self.document.problems.append(
                    problem(key_place, "duplicate-key", key=key, line=first)
                )
                continue
            self.document.keys[(*path, key)] = key_place
            # A copy (*name) is the very node it copies: all that is known is where its key stands.
            is_text = isinstance(value_node, yaml.ScalarNode) and id(value_node) not in self.seen
            place = self._at(value_node) if is_text else key_place
            values[key] = self.read(value_node, (*path, key), place)
        return values

    def _look_at_start(self, node: yaml.Node, path: Path_) -> None:
        # A tag (!word) or an anchor (&word) in front of a text is dropped without a word.
        sign = self._source(node.start_mark)[:1]
        if sign in ("!", "&"):
            self.document.report(path, "starts-with-sign", sign=sign)

    def _text(self, node: yaml.Node, path: Path_) -> str:
        is_prose = not set(LANGUAGES).isdisjoint(map(str, path[-2:]))
        if (
            is_prose
            and not getattr(node, "style", None)
            and _REMARK.match(self._source(node.end_mark))
        ):
            self.document.report(path, "text-cut")
        return str(node.value)

    def _source(self, mark: yaml.Mark) -> str:
        return self.lines[mark.line][mark.column :] if mark.line < len(self.lines) else ""

    def _at(self, node: yaml.Node) -> Place:
        return _place(self.document.file, node)


def _place(file: str, node: yaml.Node | yaml.Event) -> Place:
    mark: Any = node.start_mark
    return Place(file, mark.line + 1, mark.column + 1)


def _syntax_problem(file: str, text: str, error: yaml.YAMLError) -> Problem:
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        before = text[: getattr(error, "position", 0)]
        line = before.count("\n") + 1
        return problem(Place(file, line), "syntax", detail=getattr(error, "reason", error))
    mark = error.problem_mark
    if (error.context or "").startswith("while scanning a") and error.context_mark:
        mark = error.context_mark
    place = Place(file, mark.line + 1, mark.column + 1)
    code, details = _diagnosis(_line(text, mark.line), mark.column, error)
    return problem(place, code, **details)


def _line(text: str, number: int) -> str:
    lines = text.splitlines()
    return lines[number] if number < len(lines) else ""


def _diagnosis(
    line: str, column: int, error: yaml.MarkedYAMLError
) -> tuple[str, Mapping[str, object]]:
    """What the writer probably did, from the line where YAML lost track."""
    value = _VALUE.match(line)
    first = value["sign"] if value else ""
    sign = line[column : column + 1] if line[column : column + 1] in _SIGNS else first
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return "tab", {}
    if "end of stream" in (error.problem or "") and sign in ("'", '"'):
        return "open-quotes", {}
    if sign in _SIGNS:
        return "starts-with-sign", {"sign": sign}
    if sign:
        return "text-after-quotes", {"sign": sign}
    if "mapping values" in (error.problem or ""):
        return "colon-in-text", {}
    return "syntax", {"detail": error.problem}
