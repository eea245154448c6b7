"""Compares a reply with what was expected of it; each failure is one sentence."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from balie.cli.conversations.form import Expected, ExpectedStep
from balie.cli.conversations.named_texts import NamedTexts, plain
from balie.cli.conversations.talk import Reply
from balie.content import Language, render

# What is promised to customers: an answer, or the honest word that it takes longer.
LONGEST_WAIT = 8.0

_DAY = re.compile(r"\{today(?P<days>[+-]\d+)?\}")
_PLACEHOLDER_LEFT = re.compile(r"\{\w*\}")


@dataclass(frozen=True)
class Judge:
    """Judges replies in one language, on one day; `find_ticket` looks whether there is a ticket."""

    texts: NamedTexts
    language: Language
    today: date
    find_ticket: Callable[[], Mapping[str, Any] | None]

    def failures(self, expected: Expected, reply: Reply) -> list[str]:
        """What is wrong with the reply, an empty list if nothing is."""
        if reply.problem or expected.refused:
            return list(_refusal(expected, reply))
        return [*self._always(reply), *self._as_expected(expected, reply)]

    def _always(self, reply: Reply) -> Iterator[str]:
        """What holds of every reply of the assistant, whatever was said."""
        if reply.seconds > LONGEST_WAIT:
            yield f"the answer took {reply.seconds:.1f} seconds"
        if not reply.messages and reply.status in ("bot", "waiting"):
            yield "there was no answer"
        for message in reply.messages:
            yield from self._always_of(message)
        texts = [message["text"] for message in reply.messages]
        yield from (f"said twice: {text!r}" for text in set(texts) if texts.count(text) > 1)

    def _always_of(self, message: Mapping[str, Any]) -> Iterator[str]:
        text = message["text"]
        if not text.strip():
            yield "a message is empty"
        if message["language"] != self.language:
            yield f"a message is in {message['language']!r}, not {self.language!r}: {text!r}"
        if _PLACEHOLDER_LEFT.search(text):
            yield f"a placeholder was not filled in: {text!r}"
        if text.count("**") % 2:
            yield f"bold does not end: {text!r}"
        titles = [button["title"] for button in message["buttons"]]
        yield from (f"two buttons {title!r}" for title in set(titles) if titles.count(title) > 1)

    def _as_expected(self, expected: Expected, reply: Reply) -> Iterator[str]:
        yield from _words(self._dated(expected.says), self._dated(expected.not_says), reply)
        yield from self._named_texts(expected, reply)
        yield from _place(expected.step, reply)
        yield from _missing("button", expected.buttons, reply.buttons)
        yield from (
            f"there is a button {each!r}" for each in expected.not_buttons if each in reply.buttons
        )
        yield from _missing_links(expected.links, reply.links)
        if expected.status is not None and expected.status != reply.status:
            yield f"status is {reply.status!r}, not {expected.status!r}"
        if expected.handoff is not None:
            yield from _ticket(expected.handoff, self.find_ticket(), reply)

    def _named_texts(self, expected: Expected, reply: Reply) -> Iterator[str]:
        answers = [f"{expected.topic}.answer"] if expected.topic else []
        try:
            wanted = [*expected.texts, *answers]
            yield from (f"not said: {name}" for name in wanted if not self._is_said(name, reply))
            unwanted = expected.not_texts
            yield from (f"said: {name}" for name in unwanted if self._is_said(name, reply))
            question = expected.question
            if question and not self.texts.question(question, self.language, reply.text):
                yield f"the question {question} is not put"
        except LookupError as error:
            yield str(error.args[0])

    def _dated(self, texts: Iterable[str]) -> list[str]:
        """The texts with `{today-4}` and the like as the day they stand for."""
        return [_DAY.sub(lambda found: self._day(int(found["days"] or 0)), each) for each in texts]

    def _day(self, days: int) -> str:
        return render("{day}", {"day": self.today + timedelta(days)}, self.language)

    def _is_said(self, name: str, reply: Reply) -> bool:
        return self.texts.is_said(name, self.language, reply.text)


def _refusal(expected: Expected, reply: Reply) -> Iterator[str]:
    if reply.problem != expected.refused:
        yield f"refused with {reply.problem!r}, not {expected.refused!r} ({reply.title})"
    elif not reply.title:
        yield "the refusal says nothing to the customer"


def _words(wanted: Iterable[str], unwanted: Iterable[str], reply: Reply) -> Iterator[str]:
    said = plain(reply.text).casefold()
    yield from (f"not said: {each!r}" for each in wanted if plain(each).casefold() not in said)
    yield from (f"said: {each!r}" for each in unwanted if plain(each).casefold() in said)


def _place(expected: ExpectedStep | None, reply: Reply) -> Iterator[str]:
    if expected is None:
        return
    here = reply.step
    if expected.id == "none":
        if here:
            yield f"shows step {_shown(here)}, and should show none"
        return
    if here is None or not _is_at(expected, here):
        yield f"shows step {_shown(here) if here else 'none'}, not {_written(expected)}"


def _is_at(expected: ExpectedStep, here: Mapping[str, Any]) -> bool:
    return all(value is None or here[name] == value for name, value in expected._asdict().items())


def _shown(step: Mapping[str, Any]) -> str:
    return f"{step['topic']}.{step['id']} {step['number']}/{step['of']}"


def _written(step: ExpectedStep) -> str:
    name = f"{step.topic}.{step.id}" if step.topic else step.id
    return f"{name} {step.number or '?'}/{step.of or '?'}" if step.number else name


def _missing(what: str, wanted: Iterable[str], there: Iterable[str]) -> Iterator[str]:
    shown = list(there)
    yield from (f"no {what} {each!r}; there are {shown}" for each in wanted if each not in shown)


def _missing_links(wanted: Iterable[str], there: Iterable[str]) -> Iterator[str]:
    shown = list(there)
    for each in wanted:
        if not any(each in link for link in shown):
            yield f"no link {each!r}; there are {shown}"


def _ticket(expected: bool, ticket: Mapping[str, Any] | None, reply: Reply) -> Iterator[str]:
    if expected != (ticket is not None):
        yield "no ticket was opened" if expected else "a ticket was opened"
    elif ticket is not None and ticket["reference"] not in reply.text:
        yield f"the customer is not told the reference {ticket['reference']}"
