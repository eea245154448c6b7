"""Guides: conditions refer to what was asked before, and every answer leads somewhere."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from balie.content import vocabulary
from balie.content.folding import fold
from balie.content.guide import all_paths
from balie.content.languages import LANGUAGES
from balie.content.model import Question, Topic
from balie.content.problems import Problem, problem
from balie.content.reader import Data, Document, Path_
from balie.content.rules.texts import suggestion

_GUIDE_KEYS = ("offer", "done", "check")


def check_guide(document: Document) -> Iterator[Problem]:
    """Problems with names and conditions, also in a file whose form is not right elsewhere."""
    questions = _questions(document)
    asked: dict[str, set[str]] = {}
    seen: set[str] = set()
    for index, item in _items(document):
        yield from check_conditions(document, ("guide", index), item, asked, questions)
        key = "ask" if "ask" in item else "id"
        name = str(item.get(key, ""))
        if name in seen:
            yield problem(document.place(("guide", index, key)), "duplicate-id", value=name)
        seen.add(name)
        if key == "ask":
            asked[name] = questions[name]
            answers = vocabulary.ACCOUNT_ANSWERS.get(str(item.get("from_account", "")), frozenset())
            yield from check_options(document, ("guide", index), item, answers)


def check_topic(document: Document, topic: Topic, today: date) -> Iterator[Problem]:
    """Problems that only show when the topic's form is right."""
    if not topic.guide:
        for key in _GUIDE_KEYS:
            if getattr(topic, key):
                yield problem(document.key_place((key,)), "needs-guide", key=key)
    yield from _dead_ends(document, topic)
    if topic.review_by < today:
        yield problem(document.place(("review_by",)), "review-due", value=topic.review_by)


def _items(document: Document) -> Iterator[tuple[int, dict[str, Data]]]:
    guide = document.get("guide")
    for index, item in enumerate(guide if isinstance(guide, list) else []):
        if isinstance(item, dict):
            yield index, item


def _questions(document: Document) -> dict[str, set[str]]:
    """The options of every question."""
    return {
        str(item["ask"]): keys_of(item.get("options"))
        for _, item in _items(document)
        if "ask" in item
    }


def keys_of(value: Data | None) -> set[str]:
    """The keys of a value that has any."""
    return set(value) if isinstance(value, dict) else set()


def check_conditions(
    document: Document,
    place: Path_,
    item: dict[str, Data],
    asked: dict[str, set[str]],
    questions: dict[str, set[str]],
) -> Iterator[Problem]:
    """Conditions at `place` that name no question, a later one, or no option of it."""
    when = item.get("when")
    for question, options in (when if isinstance(when, dict) else {}).items():
        path = (*place, "when", question)
        if question not in questions:
            hint = suggestion(question, questions) or "Ask it first, or remove the condition."
            yield problem(document.key_place(path), "unknown-question", value=question, hint=hint)
        elif question not in asked:
            yield problem(document.key_place(path), "later-question", value=question)
        else:
            yield from _unknown_options(document, path, options, question, asked[question])


def _unknown_options(
    document: Document, path: tuple[str | int, ...], options: Data, question: str, known: set[str]
) -> Iterator[Problem]:
    for option in options if isinstance(options, list) else [options]:
        if isinstance(option, str) and option not in known:
            yield problem(
                document.place(path),
                "unknown-option",
                value=option,
                question=question,
                known=", ".join(sorted(known)),
            )


def check_options(
    document: Document, place: Path_, item: dict[str, Data], answers: frozenset[str]
) -> Iterator[Problem]:
    """Options that the account's `answers` lack, and words that belong to two options."""
    options = item.get("options")
    for answer in sorted(answers - keys_of(options)):
        yield problem(document.place((*place, "options")), "missing-option", value=answer)
    for language in LANGUAGES:
        words = Counter(
            word
            for option in (options if isinstance(options, dict) else {}).values()
            for word in _words(option, language)
        )
        for word in sorted(word for word, count in words.items() if count > 1):
            yield problem(document.place((*place, "options")), "ambiguous-option", value=word)


def _words(option: Data, language: str) -> set[str]:
    if not isinstance(option, dict):
        return set()
    says = option.get("says")
    phrases = says.get(language, []) if isinstance(says, dict) else []
    return {
        fold(str(each))
        for each in (option.get(language, ""), *(phrases if isinstance(phrases, list) else []))
    } - {""}


def _dead_ends(document: Document, topic: Topic) -> Iterator[Problem]:
    reported = set()
    for path in all_paths(topic):
        last = path.items[-1] if path.items else None
        if isinstance(last, Question):
            reported.add((last.id, path.answers[last.id]))
    for index, item in enumerate(topic.guide):
        for question, option in sorted(reported):
            if item.id == question:
                place = document.place(("guide", index, "options", option))
                yield problem(place, "dead-end", question=question, option=option)
