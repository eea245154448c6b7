"""Fills a topic's form in, one field at a time and in any order. Pure: no clock, no account.

Fields are known by id and looked up again on every move, because somebody may edit the form while
people are in the middle of it. The values that the account gave stand apart from what the customer
answered, so that the summary can say where each comes from.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, NamedTuple

from balie.content.model import Form, FormField


@dataclass(frozen=True)
class FormState:
    """How far somebody is with a form.

    `known` holds the account's values and `answers` the customer's, both by field id; an answer
    goes before a known value, and an empty one says that the field was skipped. `position` is the
    field that was asked for out of turn.
    """

    topic: str
    known: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    position: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The state as JSON can carry it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "FormState":
        """The state that `to_dict` gave; raises KeyError without a topic."""
        return cls(
            topic=data["topic"],
            known=dict(data.get("known", {})),
            answers=dict(data.get("answers", {})),
            position=data.get("position"),
        )


class Line(NamedTuple):
    """One field of the summary; without a number if the portal has no such field."""

    number: int | None
    field: FormField
    value: str
    from_account: bool


def start(form: Form, account: Mapping[str, str]) -> FormState:
    """The form with what the account knows; `account` holds values as in `from_account`."""
    known = {
        each.id: account[each.from_account]
        for each in form.fields
        if each.from_account and _is_possible(each, account.get(each.from_account, ""))
    }
    return FormState(form.topic, known)


def current(form: Form, state: FormState) -> FormField | None:
    """The field to ask for, or None when only the customer's yes is missing."""
    fields = _visible(form, state)
    named = (each for each in fields if each.id == state.position)
    return next(named, None) or next((each for each in fields if _is_open(each, state)), None)


def answer(form: Form, state: FormState, value: str) -> FormState:
    """The state after `value` was given for the current field; it goes on with the next open one.

    An option is given by its id. Raises LookupError when no field is asked for, and ValueError for
    a value that the field cannot have.
    """
    here = _asked(form, state)
    if not _is_possible(here, value):
        raise ValueError(f"{here.id} cannot be {value!r}")
    return replace(state, answers={**state.answers, here.id: value}, position=None)


def skip(form: Form, state: FormState) -> FormState:
    """Leave the current field empty; raises ValueError where it is needed."""
    here = _asked(form, state)
    if not here.optional:
        raise ValueError(f"{here.id} cannot be skipped")
    return replace(state, answers={**state.answers, here.id: ""}, position=None)


def keep(form: Form, state: FormState) -> FormState:
    """Leave the current field as it is; raises ValueError where it has no value yet."""
    here = _asked(form, state)
    if _is_open(here, state):
        raise ValueError(f"{here.id} has no value")
    return replace(state, position=None)


def back(form: Form, state: FormState) -> FormState:
    """Ask for the field before the current one again; at the first itself.

    Fields that the account filled in are passed over.
    """
    here = current(form, state)
    before: list[FormField] = []
    for each in _visible(form, state):
        if here is not None and each.id == here.id:
            break
        if each.id in state.answers:
            before.append(each)
    return replace(state, position=before[-1].id) if before else state


def change(form: Form, state: FormState, name: str) -> FormState:
    """Ask for the field `name`, filled in or not; raises LookupError if it does not apply."""
    if name not in {each.id for each in _visible(form, state)}:
        raise LookupError(f"no field {name} here")
    return replace(state, position=name)


def value(state: FormState, name: str) -> str:
    """The value of a field; empty if it has none."""
    return state.answers.get(name, state.known.get(name, ""))


def progress(form: Form, state: FormState) -> tuple[int, int]:
    """Number of the current field, and of how many: among those that the account does not know."""
    here = current(form, state)
    asked = [e.id for e in _visible(form, state) if e.id not in state.known or e is here]
    return (asked.index(here.id) + 1 if here else len(asked)), len(asked)


def summary(form: Form, state: FormState) -> list[Line]:
    """Every field that applies, with its number on the portal, its value and where that is from."""
    visible = _visible(form, state)
    return [
        Line(number, each, value(state, each.id), _is_from_account(each, state))
        for number, each in _numbered(form)
        if each in visible
    ]


def field_by_number(form: Form, number: int) -> FormField | None:
    """The field with this number on the portal, whether or not it applies; None without one."""
    return next((each for its_number, each in _numbered(form) if its_number == number), None)


def depends_on(form: Form, state: FormState, name: str) -> FormField | None:
    """The field whose answer decides that the field `name` does not apply; None if it does."""
    visible = {each.id: each for each in _visible(form, state)}
    wanted = next((each for each in form.fields if each.id == name), None)
    if wanted is None or name in visible:
        return None
    return next((visible[other] for other in wanted.when if other in visible), None)


def _numbered(form: Form) -> Iterator[tuple[int | None, FormField]]:
    number = 0
    for each in form.fields:
        number += each.portal is not None
        yield (number if each.portal else None), each


def _asked(form: Form, state: FormState) -> FormField:
    here = current(form, state)
    if here is None:
        raise LookupError("every field is filled in")
    return here


def _visible(form: Form, state: FormState) -> list[FormField]:
    """The fields that apply with the answers so far."""
    given: dict[str, str] = {}
    visible = []
    for each in form.fields:
        if all(given.get(name) in options for name, options in each.when.items()):
            visible.append(each)
            given[each.id] = value(state, each.id)
    return visible


def _is_possible(each: FormField, text: str) -> bool:
    return text in each.options if each.options else bool(text.strip())


def _is_open(each: FormField, state: FormState) -> bool:
    given = value(state, each.id)
    skipped = each.optional and state.answers.get(each.id) == ""
    return not skipped and not _is_possible(each, given)


def _is_from_account(each: FormField, state: FormState) -> bool:
    known = state.known.get(each.id)
    return known is not None and value(state, each.id) == known
