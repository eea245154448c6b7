"""What is said while a request waits for a person: that it does, and nothing is asked twice."""

from typing import Any

import pytest

from tests.actions.conftest import StartTalk

LANGUAGES = pytest.mark.parametrize("language", ["en", "nl"])


def _waiting(talk: StartTalk, customer: str | None = None, language: str = "en") -> Any:
    chat = talk(customer, language)
    chat.waiting = True
    return chat


@LANGUAGES
@pytest.mark.parametrize(
    ("intent", "text", "ticket"),
    [
        ("greet", "waiting_greeting", {"email": None}),
        ("contact_support", "waiting_asked", {"email": None}),
        ("out_of_scope", "waiting_noted", {"email": None}),
        # Here the reference need not be said again.
        ("thank_you", "waiting_thanks", None),
        ("goodbye", "waiting_goodbye", None),
    ],
)
async def test_the_open_request_is_known(
    talk: StartTalk, intent: str, text: str, ticket: object, language: str
) -> None:
    chat = _waiting(talk, language=language)
    await chat.say("...", intent)
    assert chat.texts == [chat.text(text)]
    assert chat.ticket == ticket
    assert chat.handoff is None


async def test_whoever_asks_about_the_request_amid_a_guide_can_go_on_with_it(
    talk: StartTalk,
) -> None:
    chat = talk("C-1001", "en")
    await chat.ask("past_due")
    await chat.press("Yes, show me the steps")
    chat.waiting = True
    await chat.say("when will they get back to me?", "out_of_scope", decision="out_of_scope")
    assert chat.texts == [chat.text("waiting_status")]
    assert chat.titles == ["Go on"]


@LANGUAGES
async def test_an_address_is_taken_for_the_person(talk: StartTalk, language: str) -> None:
    chat = _waiting(talk, language=language)
    await chat.say("eva@contoso.example", "out_of_scope", decision="out_of_scope")
    assert chat.texts == [chat.text("waiting_email")]
    assert chat.ticket == {"email": "eva@contoso.example"}


async def test_a_billing_question_is_answered_as_ever(talk: StartTalk) -> None:
    chat = _waiting(talk, "C-1001")
    await chat.ask("payment_declined")
    assert chat.content.topics["payment_declined"].answer["en"] in chat.texts
    assert chat.ticket is None


@LANGUAGES
async def test_what_may_be_a_topic_is_offered_beside_the_request(
    talk: StartTalk, language: str
) -> None:
    chat = _waiting(talk, "C-1005", language)
    words = {"en": "how is my request doing?", "nl": "hoe staat het met mijn aanvraag?"}
    await chat.say(words[language], "credit_check")
    title = chat.content.topics["credit_check"].title[language]
    assert chat.texts == [
        chat.text("waiting_status"),
        chat.text("waiting_other_topic", topic=title),
    ]
    await chat.say("ja", "affirm")
    assert chat.content.topics["credit_check"].answer[language] in chat.texts


async def test_no_person_is_offered_to_whoever_waits_for_one(talk: StartTalk) -> None:
    chat = _waiting(talk, "C-1001")
    await chat.ask("past_due")
    await chat.press(chat.text("button_start"))
    await chat.press(chat.text("button_stuck"))
    assert chat.text("button_person") not in chat.titles
    await chat.press(chat.text("button_stuck"))
    assert chat.texts == [chat.text("waiting_stuck")]
    assert chat.ticket is not None
    assert chat.text("button_next") in chat.titles, "the steps go on"
    await chat.say("yes", "affirm")
    assert chat.handoff is None


async def test_a_form_asks_its_question_again_after_the_request_was_told_of(
    talk: StartTalk,
) -> None:
    chat = _waiting(talk, "C-1003")
    await chat.ask("pay_by_invoice")
    await chat.press(chat.text("button_form"))
    question = chat.texts[-1]
    await chat.say("when do I hear from you?", "out_of_scope")
    assert chat.texts == [chat.text("waiting_status"), question]
