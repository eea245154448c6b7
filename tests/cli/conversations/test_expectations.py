"""Each expectation fails when it should: a test tool that is always content is worth nothing."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from balie.cli.conversations.expectations import Judge
from balie.cli.conversations.form import Turn
from balie.cli.conversations.named_texts import NamedTexts
from balie.cli.conversations.talk import Reply

STEP = {"topic": "past_due", "id": "save", "number": 4, "of": 4}
TICKET = {"reference": "H4C-7RM-2XW"}


def _message(**changes: Any) -> dict[str, Any]:
    message = {
        "author": "assistant",
        "language": "en",
        "text": "Choose **Save** to pay.",
        "buttons": [{"id": "1", "title": "Done"}],
        "links": [{"title": "Help", "url": "https://example.org/help"}],
        "step": STEP,
    }
    return {**message, **changes}


def _failures(
    texts: NamedTexts,
    expected: Mapping[str, Any],
    *messages: Mapping[str, Any],
    ticket: Mapping[str, Any] | None = None,
    **reply: Any,
) -> list[str]:
    judge = Judge(texts, "en", date(2026, 11, 21), lambda: ticket)
    said = Reply(messages or (_message(),), reply.pop("status", "bot"), **reply)
    return judge.failures(Turn.model_validate({"user": "x", **expected}), said)


@pytest.mark.parametrize(
    "expected",
    [
        {"says": ["choose save"]},
        {"not_says": ["Settle"]},
        {"texts": ["past_due.save"]},
        {"not_texts": ["hand_over"]},
        {"step": "save"},
        {"step": "past_due.save 4/4"},
        {"buttons": ["Done"]},
        {"not_buttons": ["Back"]},
        {"links": ["example.org"]},
        {"status": "bot"},
        {"handoff": "no"},
    ],
)
def test_nothing_is_wrong_with_a_reply_as_expected(
    texts: NamedTexts, expected: Mapping[str, Any]
) -> None:
    assert _failures(texts, expected) == []


@pytest.mark.parametrize(
    "expected",
    [
        {"says": ["settle"]},
        {"not_says": ["save"]},
        {"texts": ["hand_over"]},
        {"texts": ["a_text_that_does_not_exist"]},
        {"not_texts": ["past_due.save"]},
        {"topic": "past_due"},
        {"question": "card_owner"},
        {"step": "own_card"},
        {"step": "payment_declined.save"},
        {"step": "save 3/4"},
        {"step": "none"},
        {"buttons": ["Back"]},
        {"not_buttons": ["Done"]},
        {"links": ["microsoft.com"]},
        {"status": "waiting"},
        {"handoff": "yes"},
        {"refused": "too-long"},
    ],
)
def test_what_is_not_as_expected_is_one_failure(
    texts: NamedTexts, expected: Mapping[str, Any]
) -> None:
    assert len(_failures(texts, expected)) == 1


@pytest.mark.parametrize(
    "message",
    [
        _message(text=" "),
        _message(language="nl"),
        _message(text="You owe {amount}."),
        _message(text="Choose **Save."),
        _message(buttons=[{"id": "1", "title": "Done"}, {"id": "2", "title": "Done"}]),
    ],
    ids=["empty", "language", "placeholder", "bold", "buttons"],
)
def test_some_things_are_wrong_whatever_was_expected(
    texts: NamedTexts, message: Mapping[str, Any]
) -> None:
    assert len(_failures(texts, {}, message)) == 1


def test_the_same_said_twice_is_a_failure(texts: NamedTexts) -> None:
    assert _failures(texts, {}, _message(step=None), _message(step=None)) != []


def test_no_answer_or_a_late_one_is_a_failure(texts: NamedTexts) -> None:
    judge = Judge(texts, "en", date(2026, 11, 21), lambda: None)
    assert judge.failures(Turn(user="x"), Reply(status="bot")) == ["there was no answer"]
    assert judge.failures(Turn(user="x"), Reply(status="agent")) == []
    assert _failures(texts, {}, seconds=8.1) == ["the answer took 8.1 seconds"]


def test_a_refusal_that_nobody_expected_is_a_failure(texts: NamedTexts) -> None:
    refused = Reply(problem="too-long", title="Your message is too long.")
    judge = Judge(texts, "en", date(2026, 11, 21), lambda: None)
    assert judge.failures(Turn(user="x"), refused) != []
    assert judge.failures(Turn(user="x", refused="empty-message"), refused) != []
    assert judge.failures(Turn(user="x", refused="too-long"), refused) == []
    silent = Reply(problem="too-long")
    assert judge.failures(Turn(user="x", refused="too-long"), silent) != []


def test_a_ticket_must_be_told_to_the_customer(texts: NamedTexts) -> None:
    told = _message(text="Your reference is H4C-7RM-2XW.")
    assert _failures(texts, {"handoff": "yes"}, told, ticket=TICKET) == []
    assert len(_failures(texts, {"handoff": "yes"}, ticket=TICKET)) == 1
    assert len(_failures(texts, {"handoff": "no"}, told, ticket=TICKET)) == 1


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("{today}", "November 21, 2026"),
        ("{today+10}", "December 1, 2026"),
        ("until {today-4}", "until November 17, 2026"),
    ],
)
def test_days_are_relative_to_today(texts: NamedTexts, written: str, said: str) -> None:
    assert _failures(texts, {"says": [written]}, _message(text=f"It is {said}.")) == []
    assert _failures(texts, {"says": [written]}, _message(text="It is some day.")) != []
