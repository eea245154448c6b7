"""Whole turns: real content, real billing stub, what is remembered going through JSON."""

from collections.abc import Callable
from typing import Any

import pytest

from balie.billing.client import BillingClient
from balie.content import Content
from tests.actions.conftest import Clock, StartTalk

LANGUAGES = pytest.mark.parametrize("language", ["en", "nl"])


# Answers ----------------------------------------------------------------------------------------


@LANGUAGES
async def test_signed_out_the_answer_comes_first_then_what_signing_in_gives(
    talk: StartTalk, language: str
) -> None:
    chat = talk(language=language)
    await chat.ask("past_due")
    topic = chat.content.topics["past_due"]
    assert chat.texts[:2] == [topic.answer[language], chat.text("sign_in_hint")]
    assert chat.buttons[-1]["intent"] == "start_guide"
    assert {reply["custom"]["language"] for reply in chat.replies} == {language}


@LANGUAGES
async def test_signed_in_the_own_facts_come_before_the_answer(
    talk: StartTalk, language: str
) -> None:
    chat = talk("C-1001", language)
    await chat.ask("payment_declined")
    assert "4242" in chat.texts[0]
    assert chat.texts[1] == chat.content.topics["payment_declined"].answer[language]
    assert chat.text("sign_in_hint") not in chat.texts


async def test_a_guide_that_does_not_fit_the_customer_is_not_offered(talk: StartTalk) -> None:
    chat = talk("C-1006")
    await chat.ask("pay_by_invoice")
    assert not [button for button in chat.buttons if button["intent"] == "start_guide"]


@LANGUAGES
async def test_R5_with_billing_down_the_answer_is_honest_and_the_guide_is_offered(
    talk_with: Callable[[BillingClient], StartTalk], dead_billing: BillingClient, language: str
) -> None:
    chat = talk_with(dead_billing)("C-1001", language)
    await chat.ask("payment_declined")
    topic = chat.content.topics["payment_declined"]
    assert chat.texts[:2] == [chat.text("account_unavailable"), topic.answer[language]]
    await chat.press(chat.text("button_start"))
    assert chat.texts == [topic.guide[0][language]]


async def test_R5_a_guide_ends_honestly_while_billing_is_down(
    talk_with: Callable[[BillingClient], StartTalk],
    billing: BillingClient,
    dead_billing: BillingClient,
) -> None:
    chat = talk_with(billing)("C-1003")
    await chat.ask("change_billing_frequency")
    await chat.press(chat.text("button_start"))
    talk_with(dead_billing)
    await _walk_to_the_end(chat)
    topic = chat.content.topics["change_billing_frequency"]
    assert chat.texts == [topic.done["en"], chat.text("anything_else")]


async def test_a_guide_that_began_without_billing_claims_nothing_at_its_end(
    talk_with: Callable[[BillingClient], StartTalk],
    billing: BillingClient,
    dead_billing: BillingClient,
) -> None:
    chat = talk_with(dead_billing)("C-1003")
    await chat.ask("change_billing_frequency")
    await chat.press(chat.text("button_start"))
    talk_with(billing)
    await _walk_to_the_end(chat)
    assert len(chat.texts) == 2
    assert "look" not in chat.texts[0]


async def test_a_customer_whom_billing_does_not_know_gets_the_general_answer(
    talk: StartTalk,
) -> None:
    chat = talk("C-9999")
    await chat.ask("past_due")
    assert chat.texts[0] == chat.text("account_unavailable")


@LANGUAGES
async def test_a_second_topic_is_offered_and_remembered_until_it_is_dealt_with(
    talk: StartTalk, language: str
) -> None:
    chat = talk(language=language)
    second = chat.content.topics["view_invoice"].title[language]
    await chat.ask("change_billing_frequency", second_topic="view_invoice")
    assert chat.texts[-1] == chat.text("second_topic", topic=second)
    assert chat.titles[-1] == second

    await chat.press(chat.text("button_start"))
    await chat.ask("azure_credits")  # something else in between
    await chat.press(chat.text("button_resume"))
    await _walk_to_the_end(chat)
    assert chat.texts[-1] == chat.text("second_topic_reminder", topic=second)

    await chat.say("yes", "affirm")
    assert chat.content.topics["view_invoice"].answer[language] in chat.texts
    assert "asked_too" not in chat.slots["dialogue"]


# Guides -----------------------------------------------------------------------------------------


@LANGUAGES
async def test_a_guide_is_walked_step_by_step_back_and_to_its_check(
    talk: StartTalk, happen: Callable[[str, str], Any], language: str
) -> None:
    chat = talk("C-1003", language)
    await chat.ask("unused_licenses")
    await chat.press(chat.text("button_start"))
    first = chat.step
    assert chat.titles[0] == chat.text("button_next")
    assert chat.text("button_back") not in chat.titles

    await chat.press(chat.text("button_next"))
    assert chat.step != first
    await chat.press(chat.text("button_back"))
    assert chat.step == first
    await chat.say("back", "previous_step")
    assert chat.texts[0] == chat.text("guide_first_step")
    assert chat.step == first

    await happen("C-1003", "licenses_removed")
    await _walk_to_the_end(chat)
    assert chat.texts[0] == chat.content.topics["unused_licenses"].done[language]
    assert "28" in chat.texts[1]
    assert chat.texts[2] == chat.text("anything_else")
    assert "walk" not in chat.slots["guide"]


async def test_what_the_account_knows_is_not_asked(talk: StartTalk) -> None:
    chat = talk("C-1003")
    await chat.ask("unused_licenses")
    await chat.press(chat.text("button_start"))
    assert chat.step is not None, "a step, and not the question"

    stranger = talk()
    await stranger.ask("unused_licenses")
    await stranger.press(stranger.text("button_start"))
    assert stranger.step is None
    assert {button["intent"] for button in stranger.buttons} == {"choose_option"}


@LANGUAGES
async def test_a_question_is_answered_in_words_and_its_answer_chooses_the_steps(
    talk: StartTalk, language: str
) -> None:
    chat = talk(language=language)
    question = next(i for i in chat.content.topics["past_due"].guide if hasattr(i, "ask"))
    await chat.ask("past_due")
    await chat.press(chat.text("button_start"))
    await chat.press(chat.text("button_next"))
    await chat.press(chat.text("button_next"))
    assert chat.texts == [question[language]]

    await chat.say("hmm", "past_due", decision="offer")
    assert chat.texts == [chat.text("guide_choose"), question[language]]
    await chat.say("hmm", "past_due", decision="offer")
    assert chat.texts[0] == chat.text("offer_topics"), "it may well be about something else"
    await chat.say(question.options["other"][language], "out_of_scope")
    assert chat.step == "other_card"


async def test_an_old_buttons_answer_to_a_question_out_of_reach_changes_nothing(
    talk: StartTalk,
) -> None:
    chat = talk()
    await chat.ask("past_due")
    await chat.press(chat.text("button_start"))
    here = chat.step
    await chat.choose(
        {
            "intent": "choose_option",
            "entities": [
                {"entity": "question", "value": "card_state"},
                {"entity": "option", "value": "other"},
            ],
        }
    )
    assert chat.step == here


async def test_help_is_given_once_and_then_a_person_is_offered(talk: StartTalk) -> None:
    chat = talk("C-1001")
    await chat.ask("past_due")
    await chat.press(chat.text("button_start"))
    here = chat.step
    await chat.press(chat.text("button_stuck"))
    step = next(i for i in chat.content.topics["past_due"].guide if i.id == here)
    assert step.help is not None
    assert step.help["en"] in chat.texts[0]
    await chat.say("it still fails", "stuck")
    assert chat.texts == [chat.text("stuck_again")]
    await chat.say("yes please", "affirm")
    assert chat.handoff == {"reason": "asked", "topic": "past_due", "step": here}
    assert chat.texts == [chat.text("hand_over")]


async def test_help_at_another_step_begins_anew(talk: StartTalk) -> None:
    chat = talk()
    await chat.ask("past_due")
    await chat.press(chat.text("button_start"))
    await chat.press(chat.text("button_stuck"))
    await chat.say("got it", "next_step")
    await chat.press(chat.text("button_stuck"))
    assert chat.texts != [chat.text("stuck_again")]


async def test_another_topic_in_between_loses_nobodys_place(talk: StartTalk) -> None:
    chat = talk()
    await chat.ask("past_due")
    await chat.press(chat.text("button_start"))
    await chat.press(chat.text("button_next"))
    here = chat.step
    await chat.ask("view_invoice")
    title = chat.content.topics["past_due"].title["en"]
    assert chat.texts[-1] == chat.text("guide_offer_resume", topic=title)
    await chat.say("yes", "affirm")
    assert chat.step == here


async def test_another_guide_can_be_begun_and_the_first_is_taken_up_after_it(
    talk: StartTalk,
) -> None:
    chat = talk()
    await chat.ask("past_due")
    await chat.press(chat.text("button_start"))
    first = chat.step
    await chat.ask("change_billing_frequency")
    title = chat.content.topics["change_billing_frequency"].title["en"]
    await chat.press(chat.text("button_start_other", topic=title))
    assert chat.step == chat.content.topics["change_billing_frequency"].guide[0].id
    await _walk_to_the_end(chat)
    assert chat.titles == [chat.text("button_resume")]
    await chat.press(chat.text("button_resume"))
    assert chat.step == first


async def test_a_guide_that_was_stopped_stays_out_of_the_way_and_can_be_taken_up(
    talk: StartTalk,
) -> None:
    chat = talk()
    await chat.ask("past_due")
    await chat.press(chat.text("button_start"))
    here = chat.step
    await chat.press(chat.text("button_stop"))
    assert chat.texts == [chat.text("guide_stopped")]
    stopped = chat.buttons[0]
    await chat.say("thanks", "thank_you")
    assert chat.texts == [chat.text("thank_you")], "no nagging"
    await chat.ask("change_billing_frequency")
    assert chat.buttons[-1]["intent"] == "start_guide", "the other guide is offered as ever"
    await chat.press(chat.text("button_start"))
    await chat.choose(stopped)
    assert chat.step == here
    assert chat.slots["guide"]["left"]["state"]["topic"] == "change_billing_frequency"


@LANGUAGES
async def test_a_guide_left_for_long_asks_before_it_goes_on(
    talk: StartTalk, clock: Clock, language: str
) -> None:
    chat = talk(language=language)
    await chat.ask("past_due")
    await chat.press(chat.text("button_start"))
    here = chat.step
    clock.advance(hours=25)
    await chat.say("done", "next_step")
    title = chat.content.topics["past_due"].title[language]
    assert chat.texts == [chat.text("guide_resumes_after_pause", topic=title)]
    await chat.say("yes", "affirm")
    assert chat.step == here
    await chat.say("done", "next_step")
    assert chat.step != here


async def test_a_step_in_the_slot_that_is_no_longer_in_the_guide_is_found_nearby(
    talk: StartTalk,
) -> None:
    chat = talk()
    await chat.ask("past_due")
    await chat.press(chat.text("button_start"))
    first = chat.step
    await chat.press(chat.text("button_next"))
    chat.slots["guide"]["walk"]["state"]["position"] = "no_longer_there"
    await chat.say("where was I", "repeat_step")
    assert chat.step == first


@pytest.mark.parametrize("intent", ["affirm", "deny", "next_step", "stuck", "stop", "goodbye"])
async def test_a_guide_whose_topic_is_gone_is_no_obstacle(talk: StartTalk, intent: str) -> None:
    chat = talk()
    await chat.ask("past_due")
    await chat.press(chat.text("button_start"))
    chat.slots["guide"]["walk"]["state"]["topic"] = "removed"
    chat.slots["dialogue"] = {"offered_resume": True, "last_topic": "removed"}
    await chat.say("...", intent)
    assert chat.texts


# Not understood ---------------------------------------------------------------------------------


async def test_choices_are_offered_where_it_is_unsure_and_others_where_it_was_wrong(
    talk: StartTalk,
) -> None:
    chat = talk()
    likely = ["payment_retry", "past_due", "check_balance"]
    await chat.ask("payment_declined", decision="offer", likely=likely)
    assert chat.texts == [chat.text("offer_topics")]
    offered = [button["intent"] for button in chat.buttons]
    assert offered == ["payment_declined", "payment_retry", "past_due", "none_of_these"]

    await chat.press(chat.text("button_none"))
    assert chat.texts == [chat.text("offer_other_topics")]
    offered = [button["intent"] for button in chat.buttons]
    assert offered[0] == "payment_declined", "what was offered had not been answered yet"

    await chat.press(chat.text("button_none"))
    assert "check_balance" in [button["intent"] for button in chat.buttons]
    await chat.press(chat.text("button_none"))
    assert chat.texts == [chat.text("no_other_topics")]
    assert chat.titles == [chat.text("button_person")]
    await chat.say("ok", "affirm")
    assert chat.handoff is not None


async def test_after_a_choice_that_was_not_meant_the_other_choices_come_back(
    talk: StartTalk,
) -> None:
    chat = talk()
    await chat.ask("payment_declined", decision="offer", likely=["payment_retry", "past_due"])
    await chat.choose(chat.buttons[0])
    await chat.say("that's not what I meant", "not_meant")
    offered = [button["intent"] for button in chat.buttons]
    assert offered[:2] == ["payment_retry", "past_due"]


async def test_amid_a_guide_going_on_is_the_first_button_after_another_question(
    talk: StartTalk,
) -> None:
    chat = talk()
    await chat.ask("past_due")
    await chat.choose(chat.buttons[-1])
    await chat.say("what's the weather", "out_of_scope", decision="out_of_scope")

    assert chat.texts[0] == chat.text("out_of_scope")
    assert chat.titles[0] == chat.text("button_resume")
    assert chat.titles[-1] == chat.text("button_person")


async def test_out_of_scope_offers_what_it_knows_and_a_person(talk: StartTalk) -> None:
    chat = talk()
    await chat.say("what's the weather", "out_of_scope", decision="out_of_scope")
    assert chat.texts == [chat.text("out_of_scope")]
    assert chat.titles[-1] == chat.text("button_person")
    assert len(chat.titles) == 6


# Language, small talk, people -------------------------------------------------------------------


async def test_the_language_is_switched_at_the_same_step(talk: StartTalk) -> None:
    chat = talk()
    await chat.ask("past_due")
    await chat.press(chat.text("button_start"))
    here = chat.step
    await chat.say("in Dutch please", "switch_language")
    assert chat.language == "nl"
    assert chat.texts[0] == chat.content.texts["language_switched"]["nl"]
    assert chat.step == here
    assert chat.text("button_stop") in chat.titles


async def test_without_a_guide_the_last_answer_is_said_again_in_the_new_language(
    talk: StartTalk,
) -> None:
    chat = talk(language="nl")
    await chat.ask("view_invoice")
    await chat.say("English please", "switch_language")
    assert chat.content.topics["view_invoice"].answer["en"] in chat.texts


async def test_a_message_in_the_other_language_is_answered_in_it(talk: StartTalk) -> None:
    chat = talk(language="en")
    chat.language = "nl"  # as the message's own language is found
    await chat.ask("view_invoice")
    assert chat.texts[0] == chat.content.topics["view_invoice"].answer["nl"]


async def test_who_asks_for_a_person_is_handed_over_with_the_place(talk: StartTalk) -> None:
    chat = talk("C-1001")
    await chat.ask("contact_support")
    assert chat.handoff == {"reason": "asked", "topic": "contact_support", "step": None}
    await chat.ask("past_due")
    await chat.press(chat.text("button_start"))
    here = chat.step
    await chat.ask("contact_support")
    assert chat.handoff == {"reason": "asked", "topic": "past_due", "step": here}


async def test_repeating_after_a_handoff_does_not_hand_over_again(talk: StartTalk) -> None:
    chat = talk()
    await chat.ask("contact_support")
    await chat.say("what did you say?", "repeat_step")
    assert chat.handoff is None


@LANGUAGES
@pytest.mark.parametrize(
    ("intent", "text"),
    [
        ("greet", "greeting"),
        ("thank_you", "thank_you"),
        ("goodbye", "goodbye"),
        ("bot_challenge", "bot_challenge"),
    ],
)
async def test_small_talk(talk: StartTalk, intent: str, text: str, language: str) -> None:
    chat = talk(language=language)
    await chat.say("...", intent)
    assert chat.texts == [chat.text(text)]


async def test_who_says_goodbye_in_a_guide_is_not_asked_to_go_on(talk: StartTalk) -> None:
    chat = talk()
    await chat.ask("past_due")
    await chat.press(chat.text("button_start"))
    await chat.say("thanks, bye", "goodbye")
    assert chat.texts == [chat.text("goodbye")]
    assert [button["title"] for button in chat.buttons] == [chat.text("button_resume")]


async def test_an_offer_holds_for_one_turn(talk: StartTalk) -> None:
    chat = talk()
    await chat.ask("past_due")
    await chat.say("thanks", "thank_you")
    await chat.say("yes", "affirm")
    assert chat.texts == [chat.text("what_now")]


async def test_every_topic_answers_every_demo_customer_in_both_languages(
    talk: StartTalk, content: Content
) -> None:
    for topic in content.topics:
        for customer in (None, "C-1001", "C-1002", "C-1003", "C-1004", "C-1005", "C-1007"):
            for language in ("en", "nl"):
                chat = talk(customer, language)
                await chat.ask(topic)
                assert all(text.strip() and "{" not in text for text in chat.texts)
                assert chat.texts


async def _walk_to_the_end(chat: Any) -> None:
    """Press "done" and first answers until the guide has ended."""
    for _ in range(30):
        await chat.choose(chat.buttons[0])
        walk = (chat.slots["guide"] or {}).get("walk")
        if chat.step is None and not any(b["intent"] == "choose_option" for b in chat.buttons):
            assert walk is None or chat.titles[:1] == [chat.text("button_resume")]
            return
    raise AssertionError("the guide does not end")
