"""Finds the field of a form that somebody names: by its number, its label or what it is called."""

from collections.abc import Iterator
from typing import NamedTuple

from balie.content import LANGUAGES, Form, FormField, fold
from balie.content.form import FormState, field_by_number, summary

# "No", "ok" or "in" may begin a label by chance.
_SHORTEST_PART = 3


class _Name(NamedTuple):
    words: str
    field: FormField


def named_field(form: Form, state: FormState, text: str) -> FormField | None:
    """The field that `text` (folded) is the number, the name or a part of the label of."""
    if text.isdecimal():
        return field_by_number(form, int(text))
    names = list(_names(form, state))
    exact = {name.field.id: name.field for name in names if name.words == text}
    begun = f" {text}" if len(text) >= _SHORTEST_PART else "\n"  # no name has a line's end
    partly = {name.field.id: name.field for name in names if begun in f" {name.words}"}
    return _only(exact) or _only(partly)


def field_in(form: Form, state: FormState, text: str) -> FormField | None:
    """The one field that is named somewhere in `text` (folded), by number or by name."""
    numbers = {int(word) for word in text.split() if word.isdecimal()}
    if numbers:
        return field_by_number(form, numbers.pop()) if len(numbers) == 1 else None
    within = [name for name in _names(form, state) if f" {name.words} " in f" {text} "]
    # "Email address of the contact person" names no other field by "contact person".
    longest = [each for each in within if not any(_is_part(each, other) for other in within)]
    return _only({name.field.id: name.field for name in longest})


def _names(form: Form, state: FormState) -> Iterator[_Name]:
    for line in summary(form, state):
        for language in LANGUAGES:
            for name in (line.field.label[language], *line.field.says[language]):
                yield _Name(fold(name), line.field)


def _is_part(name: _Name, other: _Name) -> bool:
    return name.words != other.words and f" {name.words} " in f" {other.words} "


def _only(found: dict[str, FormField]) -> FormField | None:
    return next(iter(found.values())) if len(found) == 1 else None
