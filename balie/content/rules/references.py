"""Names that refer to something else must exist: links, topics, account facts, checks."""

from collections.abc import Iterator, Mapping, Set
from typing import NamedTuple

from balie.content import vocabulary
from balie.content.loader import Files
from balie.content.problems import Place, Problem, problem
from balie.content.reader import Document, Path_
from balie.content.rules.texts import placeholders, suggestion, texts_of

_ANY = "*"


class Reference(NamedTuple):
    """Where names stand in a file, what they may be, and what it is called when they are not."""

    pattern: tuple[str, ...]
    known: Set[str]
    code: str


def check_references(files: Files) -> Iterator[Problem]:
    """Every name that refers to nothing."""
    topics = files.topics.keys()
    links = files.links.data.keys() if isinstance(files.links.data, dict) else set()
    in_topics = [
        Reference(("links", _ANY), links, "unknown-link"),
        Reference(("guide", _ANY, "link"), links, "unknown-link"),
        Reference(("related", _ANY), topics, "unknown-topic"),
        Reference(("account",), vocabulary.ACCOUNT_FACTS.keys(), "unknown-account-fact"),
        Reference(("check",), vocabulary.ACCOUNT_CHECKS.keys(), "unknown-check"),
        Reference(
            ("guide", _ANY, "from_account"),
            vocabulary.ACCOUNT_ANSWERS.keys(),
            "unknown-account-answer",
        ),
    ]
    for document in files.topics.values():
        yield from _unknown_names(document, in_topics)
        yield from _missing_texts(document, files)
        yield from _fillable(document, {("offer",): {"steps"}})
    in_forms = [
        Reference(("request",), vocabulary.REQUEST_KINDS, "unknown-request"),
        Reference(("fields", _ANY, "link"), links, "unknown-link"),
        Reference(("fields", _ANY, "check"), vocabulary.FIELD_CHECKS, "unknown-check"),
        Reference(
            ("fields", _ANY, "from_account"),
            vocabulary.FORM_VALUES.keys(),
            "unknown-account-answer",
        ),
    ]
    for document in files.forms.values():
        yield from _unknown_names(document, in_forms)
        yield from _fillable(document, {("filed",): {"number"}})
    yield from _unknown_names(
        files.groups, [Reference((_ANY, "topics", _ANY), topics, "unknown-topic")]
    )
    in_account = [Reference((_ANY, "topics", _ANY), topics, "unknown-topic")]
    for name, document in files.account.items():
        yield from _unknown_names(document, in_account)
        yield from _account_file(name, document)


def _unknown_names(document: Document, references: list[Reference]) -> Iterator[Problem]:
    for path, place in document.values.items():
        value = document.get(*path)
        for reference in references:
            if isinstance(value, str) and _matches(path, reference.pattern):
                yield from _unknown_name(place, value, reference)


def _unknown_name(place: Place, value: str, reference: Reference) -> Iterator[Problem]:
    if value and value not in reference.known:
        hint, known = suggestion(value, reference.known), ", ".join(sorted(reference.known))
        yield problem(place, reference.code, value=value, hint=hint, known=known)


def _matches(path: Path_, pattern: tuple[str, ...]) -> bool:
    return len(path) == len(pattern) and all(
        wanted in (_ANY, part) for part, wanted in zip(path, pattern, strict=True)
    )


def _missing_texts(document: Document, files: Files) -> Iterator[Problem]:
    """Account facts and checks that exist, and for which nobody has written a text."""
    named = vocabulary.ACCOUNT_FACTS.keys() | vocabulary.ACCOUNT_CHECKS.keys()
    for key in ("account", "check"):
        value = document.get(key)
        if isinstance(value, str) and value in named - files.account.keys():
            yield problem(document.place((key,)), "missing-account-text", value=value)


def _fillable(document: Document, allowed: Mapping[Path_, Set[str]]) -> Iterator[Problem]:
    """Placeholders other than those that are `allowed` for a text."""
    for path, texts in texts_of(document):
        for language, text in texts.items():
            place = document.place((*path, language))
            yield from _unfillable(place, text, allowed.get(path, set()))


def _account_file(name: str, document: Document) -> Iterator[Problem]:
    """The cases of an account fact, against those that Python code distinguishes."""
    known = {**vocabulary.ACCOUNT_FACTS, **vocabulary.ACCOUNT_CHECKS}
    reference = Reference((), known.keys(), "unknown-account-fact")
    yield from _unknown_name(Place(document.file), name, reference)
    if name in known and isinstance(document.data, dict):
        yield from _cases(document, document.data.keys(), known[name])
        yield from _case_placeholders(document, known[name])


def _cases(document: Document, written: Set[str], known: vocabulary.Cases) -> Iterator[Problem]:
    cases = {case for case in known if not case.endswith(".item")}
    for case in sorted(written):
        reference = Reference((), cases, "unknown-variant")
        yield from _unknown_name(document.key_place((case,)), case, reference)
    for case in sorted(cases - written):
        yield problem(Place(document.file), "missing-variant", value=case)


def _case_placeholders(document: Document, known: vocabulary.Cases) -> Iterator[Problem]:
    for path, texts in texts_of(document):
        if path[0] not in known:
            continue
        allowed = known.get(".".join(map(str, path)), frozenset())
        for language, text in texts.items():
            yield from _unfillable(document.place((*path, language)), text, allowed)
        if "items" in placeholders(texts["en"]) and document.get(*path, "item") is None:
            yield problem(document.place(path), "missing-key", key="item")


def _unfillable(place: Place, text: str, allowed: Set[str]) -> Iterator[Problem]:
    for name in sorted(placeholders(text) - allowed):
        known = ", ".join(f"{{{each}}}" for each in sorted(allowed)) or "none"
        yield problem(place, "unknown-placeholder", name=name, known=known)
