"""Words about a guide itself: its steps by number, and answers to its questions that are none."""

from collections.abc import Callable
from typing import Any

import pytest

from balie.billing.client import BillingClient
from tests.actions.conftest import StartTalk, Talk

LANGUAGES = pytest.mark.parametrize("language", ["en", "nl"])


async def _at_second_step(talk: StartTalk, language: str = "en") -> tuple[Talk, str]:
    chat = talk(language=language)
    await chat.ask("change_billing_frequency")
    await chat.press(chat.text("button_start"))
    await chat.press(chat.text("button_next"))
    assert chat.step is not None
    return chat, chat.step


async def _at_question(talk: StartTalk, language: str = "en") -> Talk:
    chat = talk(language=language)
    await chat.ask("past_due")
    await chat.press(chat.text("button_start"))
    await chat.press(chat.text("button_next"))
    await chat.press(chat.text("button_next"))
    assert {button["intent"] for button in chat.buttons} == {"choose_option"}
    return chat


@LANGUAGES
async def test_how_many_steps_are_left(talk: StartTalk, language: str) -> None:
    chat, here = await _at_second_step(talk, language)
    number, of = (chat.replies[-1]["custom"]["step"][key] for key in ("number", "of"))
    words = {"en": "how many steps are left?", "nl": "hoeveel stappen nog?"}
    await chat.say(words[language], "stop", decision="offer")
    expected = chat.text("steps_left", number=str(number), left=str(of - number))
    assert chat.texts[0] == expected
    assert chat.step == here

    while number < of:
        await chat.press(chat.text("button_next"))
        number += 1
    await chat.say(words[language], "stop", decision="offer")
    assert chat.texts[0] == chat.text("steps_left_none", number=str(of))


@LANGUAGES
async def test_an_earlier_step_is_said_again_or_gone_back_to(
    talk: StartTalk, language: str
) -> None:
    chat, here = await _at_second_step(talk, language)
    first = chat.content.topics["change_billing_frequency"].guide[0]
    words = {"en": "what was step 1?", "nl": "wat was stap 1?"}
    await chat.say(words[language], "repeat_step")
    assert chat.texts[0] == chat.text("step_recalled", number="1", step=first[language])
    assert chat.step == here

    words = {"en": "go to step 1", "nl": "ga naar stap 1"}
    await chat.say(words[language], "previous_step")
    assert chat.step == first.id


@LANGUAGES
async def test_a_later_step_has_to_wait_but_the_next_one_is_only_the_next(
    talk: StartTalk, language: str
) -> None:
    chat, here = await _at_second_step(talk, language)
    of = chat.replies[-1]["custom"]["step"]["of"]
    word = {"en": "step", "nl": "stap"}[language]
    await chat.say(f"{word} 9", "next_step")
    assert chat.texts[0] == chat.text("step_not_reached", number="2", of=str(of))
    assert chat.step == here
    await chat.say(f"{word} 3", "next_step")
    assert chat.replies[-1]["custom"]["step"]["number"] == 3


async def test_a_question_is_not_passed_over(talk: StartTalk) -> None:
    chat = await _at_question(talk)
    question = chat.texts[-1]
    await chat.say("step 4", "next_step")
    assert chat.texts == [chat.text("step_behind_question"), question]
    await chat.say("how many steps are left?", "stop")
    assert chat.texts == [chat.text("steps_left_after_question"), question]


@LANGUAGES
async def test_to_the_beginning(talk: StartTalk, language: str) -> None:
    chat = await _at_question(talk, language)
    words = {"en": "back to the beginning", "nl": "terug naar het begin"}
    await chat.say(words[language], "affirm", decision="offer")
    assert chat.step == chat.content.topics["past_due"].guide[0].id


@LANGUAGES
async def test_a_second_answer_that_is_none_offers_a_person_and_so_does_every_later_one(
    talk: StartTalk, language: str
) -> None:
    chat = await _at_question(talk, language)
    question = chat.texts[-1]
    await chat.say("purple", "out_of_scope", decision="out_of_scope")
    assert chat.texts == [chat.text("guide_choose"), question]
    for intent in ("next_step", "out_of_scope", "next_step"):
        await chat.say("purple", intent)
        assert chat.texts == [chat.text("guide_choose_or_person"), question]
        assert chat.text("button_person") in chat.titles
        assert chat.text("button_stop") in chat.titles
    await chat.press(chat.text("button_person"))
    assert chat.handoff is not None


async def test_topics_that_are_offered_at_a_question_come_with_a_person(talk: StartTalk) -> None:
    chat = await _at_question(talk)
    await chat.say("hmm", "past_due", decision="offer")
    await chat.say("hmm", "past_due", decision="offer")
    assert chat.texts[0] == chat.text("offer_topics")
    assert chat.text("button_person") in chat.titles


async def test_another_question_is_not_blamed_for_the_one_before(talk: StartTalk) -> None:
    chat = await _at_question(talk)
    await chat.say("purple", "out_of_scope", decision="out_of_scope")
    await chat.say("back", "previous_step")
    await chat.press(chat.text("button_next"))
    await chat.say("purple", "out_of_scope", decision="out_of_scope")
    assert chat.texts[0] == chat.text("guide_choose")


async def test_whoever_asks_for_a_person_may_go_on_meanwhile(talk: StartTalk) -> None:
    chat, here = await _at_second_step(talk)
    await chat.ask("contact_support")
    assert chat.titles == [chat.text("button_resume")]
    await chat.press(chat.text("button_resume"))
    assert chat.step == here


@LANGUAGES
async def test_going_on_with_the_steps_after_a_person_was_asked_for_is_the_same_step(
    talk: StartTalk, language: str
) -> None:
    chat, here = await _at_second_step(talk, language)
    await chat.ask("contact_support")
    words = {"en": "continue with the steps", "nl": "doorgaan met de stappen"}
    await chat.say(words[language], "next_step")
    assert chat.step == here
    await chat.ask("contact_support")
    chat.waiting = True
    await chat.ask("contact_support")
    await chat.say(words[language], "next_step")
    assert chat.step == here
    await chat.say("done", "next_step")
    assert chat.step != here


async def test_a_person_who_is_asked_for_beside_a_question_comes_at_once(talk: StartTalk) -> None:
    chat = talk("C-1001")
    await chat.ask("payment_declined", second_topic="contact_support")
    assert chat.handoff == {"reason": "asked", "topic": "payment_declined", "step": None}
    assert chat.texts == [chat.text("hand_over")]


async def test_what_was_asked_before_the_person_is_what_the_ticket_is_about(
    talk: StartTalk,
) -> None:
    chat = talk()
    await chat.ask("unused_licenses")
    await chat.ask("contact_support")
    assert chat.handoff == {"reason": "asked", "topic": "unused_licenses", "step": None}


@LANGUAGES
async def test_three_questions_are_all_heard(talk: StartTalk, language: str) -> None:
    chat = talk(language=language)
    asked = ["view_invoice", "check_balance", "azure_credits"]
    titles = [chat.content.topics[name].title[language] for name in asked]
    await chat.ask("azure_credits", questions=asked)
    assert chat.content.topics["view_invoice"].answer[language] in chat.texts
    assert chat.titles[-2:] == titles[1:]
    assert all(title in chat.texts[-1] for title in titles[1:])

    await chat.say("second", "out_of_scope", decision="offer")
    assert chat.content.topics["check_balance"].answer[language] in chat.texts
    await chat.say("second", "out_of_scope", decision="offer")
    assert chat.content.topics["azure_credits"].answer[language] in chat.texts
    assert "asked_too" not in chat.slots["dialogue"]


@LANGUAGES
async def test_a_yes_to_the_greeting_of_a_page_starts_its_steps(
    talk: StartTalk, language: str
) -> None:
    chat = talk(language=language)
    chat.page = "past_due"
    await chat.say("ja", "affirm")
    assert chat.step == chat.content.topics["past_due"].guide[0].id

    plain = talk(language=language)
    plain.page = "check_balance"
    await plain.say("ja", "affirm")
    assert plain.content.topics["check_balance"].answer[language] in plain.texts


@LANGUAGES
async def test_a_cry_for_help_is_answered_with_a_helpline_and_nothing_else(
    talk: StartTalk, language: str
) -> None:
    chat, here = await _at_second_step(talk, language)
    words = {"en": "I want to end my life", "nl": "ik wil niet meer leven"}
    await chat.say(words[language], "stop")
    assert chat.texts == [chat.text("care")]
    assert chat.buttons == []
    (link,) = chat.replies[0]["custom"]["links"]
    assert {"en": "findahelpline.com", "nl": "113.nl"}[language] in link["url"]
    await chat.say("go on", "repeat_step")
    assert chat.step == here


@LANGUAGES
async def test_an_invoice_that_was_refused_is_not_called_due_later(
    talk: StartTalk, language: str
) -> None:
    chat = talk("C-1001", language)
    await chat.ask("understand_invoice")
    fact = chat.texts[0]
    said = {"en": ("past due", "to be paid by"), "nl": ("achterstallig", "te betalen")}[language]
    assert said[0] in fact
    assert said[1] not in fact
    assert ("Tax" in fact, "Btw" in fact) == {"en": (True, False), "nl": (False, True)}[language]


async def test_R5_care_needs_no_billing_system(
    talk_with: Callable[[BillingClient], Any], dead_billing: BillingClient
) -> None:
    chat = talk_with(dead_billing)("C-1001")
    await chat.say("I want to kill myself", "out_of_scope", decision="out_of_scope")
    assert chat.texts == [chat.text("care")]
