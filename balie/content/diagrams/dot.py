"""Text in the language of Graphviz's `dot`: nodes, edges, and cards with bold names in them."""

import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from itertools import groupby

_BREAK = '<br align="left"/>'


class Markup(str):
    """A label in Graphviz's HTML-like form; any other text is shown as it stands."""

    __slots__ = ()


def digraph(name: str, remark: str, statements: Iterable[str]) -> str:
    """A whole file, with a remark as its first line."""
    body = (f"  {statement}" for statement in statements)
    return "\n".join([f"// {remark}", f"digraph {_quoted(name)} {{", *body, "}", ""])


def defaults(of: str, **values: str) -> str:
    """Attributes of `graph`, or of each `node` or `edge` that follows."""
    return f"{of}{_listed(values)};"


def node(name: str, label: str, **values: str) -> str:
    """A node; only its label is seen."""
    return f"{_quoted(name)}{_listed({'label': label, **values})};"


def edge(tail: str, head: str, **values: str) -> str:
    """An arrow from `tail` to `head`."""
    return f"{_quoted(tail)} -> {_quoted(head)}{_listed(values)};"


def lines(text: str, width: int) -> Markup:
    """`text` in left-aligned lines of about `width` characters, its **names** in bold."""
    return Markup(_BREAK.join([*_lines(text, width), ""]))


def bold(text: Markup) -> Markup:
    """The whole text in bold."""
    return Markup(f"<b>{text}</b>")


def font(text: Markup, color: str, size: str = "") -> Markup:
    """The text in a color and, where one is given, a size (points)."""
    points = f' point-size="{size}"' if size else ""
    return Markup(f'<font color="{color}"{points}>{text}</font>')


def cell(content: Markup, **values: str) -> Markup:
    """One cell of a table."""
    return Markup(f"<td{_as_html(values)}>{content}</td>")


def table(rows: Iterable[Iterable[Markup]], **values: str) -> Markup:
    """Rows of cells."""
    body = "".join(f"<tr>{''.join(row)}</tr>" for row in rows)
    return Markup(f"<table{_as_html(values)}>{body}</table>")


def card(rows: Iterable[Iterable[Markup]], border: str, ground: str) -> Markup:
    """Rows of cells on a card with round corners, in the two colors."""
    look = {"border": "1", "cellborder": "0", "cellspacing": "0", "style": "rounded"}
    return table(rows, **look, color=border, bgcolor=ground)


def plain(text: str) -> Markup:
    """The text as it stands, in one line."""
    return Markup(escape(text, quote=False))


def _lines(text: str, width: int) -> Iterator[str]:
    for paragraph in filter(None, (part.strip() for part in text.splitlines())):
        runs = re.sub(r"[ \t]+", " ", paragraph).split("**")  # every second one is bold
        shown = "".join(runs)
        weights = [index % 2 == 1 for index, run in enumerate(runs) for _ in run]
        start = 0
        for line in textwrap.wrap(shown, width, break_long_words=False, break_on_hyphens=False):
            start = shown.index(line, start)
            yield _marked(line, weights[start : start + len(line)])
            start += len(line)


def _marked(line: str, weights: list[bool]) -> str:
    """One line; a space where bold begins or ends must not break, or viewers leave it out."""
    parts = []
    for is_bold, run in groupby(zip(line, weights, strict=True), key=lambda pair: pair[1]):
        text = escape("".join(char for char, _ in run), quote=False)
        text = re.sub(r"^ | $", "&#160;", text)
        parts.append(f"<b>{text}</b>" if is_bold else text)
    return "".join(parts)


def _as_html(values: Mapping[str, str]) -> str:
    return "".join(f' {name}="{escape(value)}"' for name, value in values.items())


def _listed(values: Mapping[str, str]) -> str:
    given = ", ".join(f"{name}={_value(value)}" for name, value in values.items())
    return f" [{given}]" if given else ""


def _value(value: str) -> str:
    return f"<{value}>" if isinstance(value, Markup) else _quoted(value)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
