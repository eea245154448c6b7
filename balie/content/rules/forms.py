"""Forms: names are known and stand once, and conditions refer to what was asked before."""

from collections.abc import Iterator

from balie.content import vocabulary
from balie.content.problems import Problem, problem
from balie.content.reader import Data, Document
from balie.content.rules.guides import check_conditions, check_options, keys_of
from balie.content.rules.texts import suggestion


def check_form(document: Document, topic: Document | None) -> Iterator[Problem]:
    """Problems with the names in a form of `topic`, also where its form is not right elsewhere."""
    yield from _case(document, topic)
    options = {
        str(field.get("id")): keys_of(field.get("options")) for _, field in _fields(document)
    }
    asked: dict[str, set[str]] = {}
    for index, field in _fields(document):
        place = ("fields", index)
        yield from check_conditions(document, place, field, asked, options)
        name = str(field.get("id", ""))
        if name in asked:
            yield problem(document.place((*place, "id")), "duplicate-id", value=name)
        asked[name] = options.get(name, set())
        values = vocabulary.FORM_VALUES.get(str(field.get("from_account", "")), frozenset())
        yield from check_options(document, place, field, values)


def _case(document: Document, topic: Document | None) -> Iterator[Problem]:
    """The case in which the form is offered, against those of the topic's account fact."""
    fact = topic.get("account") if topic else None
    cases = vocabulary.ACCOUNT_FACTS.get(str(fact), {})
    value = document.get("offered_for")
    if isinstance(value, str) and value and value not in cases:
        hint, known = suggestion(value, cases), ", ".join(sorted(cases)) or "none"
        place = document.place(("offered_for",))
        yield problem(place, "unknown-case", value=value, hint=hint, known=known)


def _fields(document: Document) -> Iterator[tuple[int, dict[str, Data]]]:
    fields = document.get("fields")
    for index, field in enumerate(fields if isinstance(fields, list) else []):
        if isinstance(field, dict):
            yield index, field
