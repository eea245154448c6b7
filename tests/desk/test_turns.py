"""Rasa down, slow or killed: an honest answer in time, nothing lost, nothing twice."""

import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from balie.settings import Settings
from tests.desk.conftest import Desk, FakeRasa, button, message, reply


def refuse(rasa: FakeRasa) -> None:
    rasa.stop()


def break_down(rasa: FakeRasa) -> None:
    rasa.fail(500, b"Internal Server Error")


def babble(rasa: FakeRasa) -> None:
    rasa.fail(200, b"{not json")


def send_another_form(rasa: FakeRasa) -> None:
    rasa.fail(200, {"messages": [{"words": "no text"}], "language": "en"})


def say_nothing(rasa: FakeRasa) -> None:
    rasa.say()


def report_no_answer(rasa: FakeRasa) -> None:
    rasa.fail(503, {"fault": "no_answer"})


def report_without_fault(rasa: FakeRasa) -> None:
    rasa.fail(503, b"<html>Bad gateway</html>")


def refuse_secret(rasa: FakeRasa) -> None:
    rasa.fail(401, {"error": "wrong or missing secret"})


FAULTS = [
    refuse,
    break_down,
    babble,
    send_another_form,
    say_nothing,
    report_no_answer,
    report_without_fault,
    refuse_secret,
]


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("fault", FAULTS)
def test_R5_every_fault_gets_an_honest_answer_and_ways_on(
    desk: Desk, rasa: FakeRasa, fault: Callable[[FakeRasa], None], language: str
) -> None:
    conversation = desk.start(language=language)
    fault(rasa)
    answer = conversation.say("why was my card refused?")

    (told,) = answer["messages"]
    assert told["text"] == desk.app.state.services.texts.say("rasa_down", language)
    assert len(told["buttons"]) == 2
    assert answer["status"] == "bot"
    assert conversation.messages()[1]["text"] == "why was my card refused?"


def test_R5_on_recovery_the_conversation_goes_on(desk: Desk, rasa: FakeRasa) -> None:
    conversation = desk.start()
    rasa.stop()
    conversation.say("first")
    rasa.start()
    answer = conversation.say("second")

    assert [each["text"] for each in answer["messages"]] == ["Hello."]


def test_R5_the_same_key_after_a_fault_sends_the_same_message_again(
    desk: Desk, rasa: FakeRasa
) -> None:
    conversation = desk.start()
    rasa.fail(503, {"fault": "store"})
    faulted = conversation.say("my question", key="k")
    rasa.say(message("Here you are."))
    again = conversation.say("my question", key="k")
    third = conversation.say("my question", key="k")

    assert len(faulted["messages"][0]["buttons"]) == 2
    assert [each["text"] for each in again["messages"]] == ["Here you are."]
    assert third == again
    assert len({each["message_id"] for each in rasa.received}) == 1
    assert len(rasa.received) == 2
    asked = [each for each in conversation.messages() if each["author"] == "customer"]
    assert [each["text"] for each in asked] == ["my question"]


def test_R5_try_again_sends_the_same_message_again(desk: Desk, rasa: FakeRasa) -> None:
    conversation = desk.start()
    chosen = conversation.started["messages"][0]["buttons"][0]
    rasa.fail(500, {})
    told = conversation.choose(chosen, key="first").json()["messages"][0]
    rasa.say(message("Here you are.", buttons=[button("Next", "next_step")]))
    answer = conversation.choose(told["buttons"][0], key="second").json()

    assert [each["text"] for each in answer["messages"]] == ["Here you are."]
    first, second = rasa.received
    assert first == second
    assert second["intent"] == "past_due"
    assert conversation.choose(told["buttons"][0]).status_code == 409
    # Whoever comes back with the first key finds the answer and sends nothing again.
    assert conversation.choose(chosen, key="first").json()["messages"][-1] == answer["messages"][0]
    assert len(rasa.received) == 2


def test_R5_a_person_can_be_reached_from_the_honest_answer_while_rasa_is_down(
    desk: Desk, rasa: FakeRasa
) -> None:
    conversation = desk.start()
    rasa.stop()
    told = conversation.say("help")["messages"][0]
    answer = conversation.choose(told["buttons"][1]).json()

    assert answer["status"] == "waiting"
    assert "reference" in answer["messages"][0]["text"]


def test_R5_a_late_answer_is_announced_in_time_then_stored_and_streamed(
    hasty_desk: Desk, rasa: FakeRasa
) -> None:
    conversation = hasty_desk.start()
    rasa.hold()
    with conversation.events(last="1") as events:
        answer = conversation.say("are you there?", key="k")
        rasa.release()
        streamed = []
        for event in events:
            if event["event"] == "message":
                streamed.append(event["data"])
            if len(streamed) == 3:
                break

    (told,) = answer["messages"]
    assert "longer than usual" in told["text"]
    assert [each["title"] for each in told["buttons"]] == ["Talk to a person"]
    assert [each["text"] for each in streamed][1:] == [told["text"], "Late but here."]
    assert conversation.say("are you there?", key="k") == answer
    assert len(rasa.received) == 1


def test_R5_a_late_fault_is_told_too_and_the_key_may_try_again(
    hasty_desk: Desk, rasa: FakeRasa
) -> None:
    conversation = hasty_desk.start()
    rasa.hold(answer={"fault": "no_answer"}, status=503)
    conversation.say("are you there?", key="k")
    rasa.release()
    conversation.wait_for("cannot answer right now")
    rasa.say(message("Now I am."))

    assert conversation.say("are you there?", key="k")["messages"][0]["text"] == "Now I am."
    assert len({each["message_id"] for each in rasa.received}) == 1


def test_R5_rasa_that_never_answers_is_given_up(
    settings: Settings, rasa: FakeRasa, open_desk: Callable[[Settings], Desk]
) -> None:
    conversation = open_desk(settings.model_copy(update={"rasa_timeout": 1.0})).start()
    rasa.hold()
    conversation.say("hello?")

    told = conversation.wait_for("cannot answer right now")
    assert [each["title"] for each in told["buttons"]] == ["Try again", "Talk to a person"]


def test_a_message_that_waits_for_a_slow_one_is_told_so_and_answered_in_order(
    hasty_desk: Desk, rasa: FakeRasa
) -> None:
    conversation = hasty_desk.start()
    rasa.hold()
    held = rasa.respond

    def respond(body: dict[str, Any]) -> tuple[int, Any]:
        held(body)
        return 200, reply(f"re {body['text']}")

    rasa.respond = respond
    for text in ("one", "two"):
        assert "longer than usual" in conversation.say(text)["messages"][0]["text"]
    rasa.release()
    conversation.wait_for("re two")

    answers = [each["text"] for each in conversation.messages() if each["text"].startswith("re ")]
    assert answers == ["re one", "re two"]


def test_a_turn_whose_desk_died_is_taken_up_with_the_same_message_id(
    settings: Settings, rasa: FakeRasa, open_desk: Callable[[Settings], Desk]
) -> None:
    desk = open_desk(settings.model_copy(update={"rasa_timeout": 2.0}))
    conversation = desk.start()
    rasa.hold()
    conversation.say("the last words", key="k")
    # What a killed process leaves behind: a pending turn whose lease runs out.
    conversation.wait_for("cannot answer right now")
    rasa.respond = lambda _: (200, reply("Found again."))
    desk.query(
        "UPDATE desk_messages SET state = 'pending', lease_until = :past WHERE author = 'customer'",
        past="2026-01-01 00:00:00",
    )

    conversation.wait_for("Found again.")
    assert len({each["message_id"] for each in rasa.received}) == 1


def test_what_was_being_answered_when_the_desk_stopped_is_kept_and_answered_later(
    settings: Settings, rasa: FakeRasa, open_desk: Callable[[Settings], Desk]
) -> None:
    hasty = settings.model_copy(update={"reply_patience": 0.5})
    first = open_desk(hasty)
    conversation = first.start()
    rasa.hold(answer=reply("Too late for the first."))
    conversation.say("hold on")
    first.stop()
    first.query("UPDATE desk_messages SET lease_until = :past", past="2026-01-01 00:00:00")
    rasa.respond = lambda _: (200, reply("From the second."))

    second = open_desk(hasty)
    conversation.http = second.http
    conversation.wait_for("From the second.")
    assert [each["message_id"] for each in rasa.received[:1]] == [
        each["message_id"] for each in rasa.received[1:]
    ]


def test_the_log_tells_what_happened_without_what_was_said(
    desk: Desk, rasa: FakeRasa, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    conversation = desk.start(customer="C-1001")
    conversation.say("a private sentence")
    rasa.fail(200, {"messages": [{"secret": "a private answer"}], "language": "en"})
    conversation.say("a private sentence")

    told = " ".join(record.getMessage() for record in caplog.records)
    assert f"conversation={conversation.id}" in told
    assert "rasa=bad_reply" in told
    assert "private" not in caplog.text
    assert "C-1001" not in caplog.text


def test_a_mistake_of_our_own_is_told_honestly_too(
    desk: Desk,
    rasa: FakeRasa,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    said = "a private sentence"

    def fail(*_: Any) -> None:
        raise ValueError(said)

    conversation = desk.start()
    rasa.say(message("Look.", links=[{"title": "there", "url": "https://docs.microsoft.com/"}]))
    monkeypatch.setattr("balie.desk.texts.Texts.is_listed", fail)

    assert "cannot answer right now" in conversation.say("hello")["messages"][0]["text"]
    assert "turn failed" in caplog.text
    assert "private" not in caplog.text


def test_no_proxy_of_the_machine_gets_what_goes_to_rasa(
    settings: Settings,
    rasa: FakeRasa,
    open_desk: Callable[[Settings], Desk],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    conversation = open_desk(settings).start()

    assert conversation.say("hello")["messages"][0]["text"] == "Hello."


def test_a_reply_with_only_a_handoff_opens_the_ticket(desk: Desk, rasa: FakeRasa) -> None:
    handoff: dict[str, Any] = {"reason": "asked", "topic": "past_due", "step": None}
    rasa.say(handoff=handoff)

    answer = desk.start().say("a person please")
    assert answer["status"] == "waiting"
    assert [each["author"] for each in answer["messages"]] == ["system"]


def test_order_holds_across_desk_processes(
    settings: Settings, rasa: FakeRasa, open_desk: Callable[[Settings], Desk]
) -> None:
    here, there = open_desk(settings), open_desk(settings)
    conversation = here.start()
    twin = replace(conversation, http=there.http)
    underway: list[str] = []
    overlapped: list[str] = []

    def respond(body: dict[str, Any]) -> tuple[int, Any]:
        overlapped.extend(underway)
        underway.append(body["text"])
        time.sleep(0.05)
        underway.remove(body["text"])
        return 200, reply(f"re {body['text']}")

    rasa.respond = respond
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda n: (conversation, twin)[n % 2].say(f"m{n}"), range(6)))
    asked = [each["text"] for each in conversation.messages() if each["author"] == "customer"]

    assert overlapped == []
    assert [each["text"] for each in rasa.received] == asked
