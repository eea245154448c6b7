"""The end of a guide fits what its check has found, and its last step is within reach."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.actions.conftest import Clock, StartTalk, Talk

LANGUAGES = pytest.mark.parametrize("language", ["en", "nl"])


async def _to_the_end(chat: Talk) -> str:
    """Walk the guide to pay a past-due balance; the id of its last step."""
    await chat.ask("past_due")
    await chat.press(chat.text("button_start"))
    last = ""
    while chat.step or any(b["intent"] == "choose_option" for b in chat.buttons):
        last = chat.step or last
        await chat.choose(chat.buttons[0])
    return last


@LANGUAGES
async def test_an_end_that_has_not_helped_says_so_and_leads_back(
    talk: StartTalk, happen: Callable[[str, str], Any], language: str
) -> None:
    chat = talk("C-1001", language)
    last = await _to_the_end(chat)
    assert chat.texts[0] == chat.text("guide_done")
    assert chat.texts[-1] == chat.text("guide_not_solved")
    assert chat.text("anything_else") not in chat.texts
    assert chat.titles == [chat.text("button_last_step"), chat.text("button_person")]

    await chat.press(chat.text("button_last_step"))
    assert chat.step == last
    await happen("C-1001", "payment_arrives")
    await chat.press(chat.text("button_last"))
    assert chat.texts[0] == chat.content.topics["past_due"].done[language]
    assert chat.texts[-1] == chat.text("anything_else")


async def test_back_after_an_end_that_has_helped_is_the_last_step_too(talk: StartTalk) -> None:
    chat = talk()
    last = await _to_the_end(chat)
    await chat.say("back", "previous_step")
    assert chat.step == last


async def test_another_guide_takes_the_place_of_the_one_that_has_ended(talk: StartTalk) -> None:
    chat = talk()
    await _to_the_end(chat)
    await chat.ask("change_billing_frequency")
    await chat.press(chat.text("button_start"))
    await chat.press(chat.text("button_stop"))
    await chat.say("back", "previous_step")
    assert chat.step == chat.content.topics["change_billing_frequency"].guide[0].id


async def test_a_guide_that_ended_long_ago_is_over(talk: StartTalk, clock: Clock) -> None:
    chat = talk()
    await _to_the_end(chat)
    clock.advance(hours=25)
    await chat.say("back", "previous_step")
    assert chat.texts == [chat.text("no_guide")]


async def test_a_guide_that_was_left_waits_until_this_one_has_helped(talk: StartTalk) -> None:
    chat = talk("C-1001")
    await chat.ask("view_invoice")
    await chat.press(chat.text("button_start"))
    left = chat.step
    await chat.ask("past_due")
    await chat.press("Steps: ")
    while chat.step or any(b["intent"] == "choose_option" for b in chat.buttons):
        await chat.choose(chat.buttons[0])
    assert chat.texts[-1] == chat.text("guide_not_solved")
    assert chat.text("button_resume") not in chat.titles
    await chat.say("let's continue", "next_step")
    assert chat.step == left


async def test_what_else_was_asked_about_is_not_forgotten_at_an_end_that_has_not_helped(
    talk: StartTalk,
) -> None:
    chat = talk("C-1001")
    await chat.ask("past_due", second_topic="view_invoice")
    title = chat.content.topics["view_invoice"].title["en"]
    await chat.press(chat.text("button_start"))
    while chat.step or any(b["intent"] == "choose_option" for b in chat.buttons):
        await chat.choose(chat.buttons[0])
    reminder = chat.text("second_topic_reminder", topic=title)
    assert chat.texts[-2:] == [chat.text("guide_not_solved"), reminder]
    assert title in chat.titles
