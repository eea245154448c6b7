"""What people type and choose, and what Rasa gets of it."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.desk.conftest import Desk, FakeRasa, button, message, reply

INTENTS = ["past_due", "restart", "session_start", "choose_option", "affirm"]
TYPED = [
    *(f"/{intent}" for intent in INTENTS),
    *(f'/{intent}{{"topic": "past_due", "customer": "C-1001"}}' for intent in INTENTS),
    "\uff0frestart",
    "\u200b/restart",
    "/\u200brestart",
    "\ufeff/session_start",
    "EXTERNAL: past_due",
    "EXTERNAL_past_due",
    "desk:hand_off",
    "desk:retry",
    "@past_due",
]


@pytest.mark.parametrize("text", TYPED)
def test_S4_typed_text_is_always_text(desk: Desk, rasa: FakeRasa, text: str) -> None:
    conversation = desk.start()
    conversation.say(text)

    assert len(rasa.received) == 1
    assert rasa.received[0]["text"] == text
    assert not {"intent", "entities"} & set(rasa.received[0])
    assert desk.query("SELECT 1 FROM desk_tickets") == []


def test_S4_a_button_sends_exactly_the_intent_that_was_kept_for_it(
    desk: Desk, rasa: FakeRasa
) -> None:
    conversation = desk.start()
    rasa.say(message("Whose card?", buttons=[button("Mine", "choose_option", option="own")]))
    shown = conversation.say("hi")["messages"][-1]["buttons"]
    assert set(shown[0]) == {"id", "title"}
    assert "own" not in json.dumps(shown)

    assert conversation.choose(shown[0]).status_code == 200
    assert rasa.received[-1]["intent"] == "choose_option"
    assert rasa.received[-1]["entities"] == [{"entity": "option", "value": "own"}]
    assert "text" not in rasa.received[-1]
    assert [each["text"] for each in conversation.messages()][-2] == "Mine"


@pytest.mark.parametrize(
    "made_up", ["past_due", "/past_due", "desk:hand_off", "", "x" * 64, "\x00"]
)
def test_S4_a_made_up_button_is_refused(desk: Desk, rasa: FakeRasa, made_up: str) -> None:
    conversation = desk.start()
    body = json.dumps({"choice": made_up}).encode()
    response = conversation.request(
        "POST", "/messages", content=body, headers={"Content-Type": "application/json"}
    )

    assert response.status_code == 422
    assert response.json()["type"] == "urn:balie:problem:unknown-choice"
    assert rasa.received == []
    assert len(conversation.messages()) == 1


def test_S4_a_button_of_another_conversation_is_refused(desk: Desk, rasa: FakeRasa) -> None:
    mine, other = desk.start(), desk.start()

    assert mine.choose(other.started["messages"][0]["buttons"][0]).status_code == 422
    assert rasa.received == []


def test_S4_a_used_button_and_those_beside_it_are_refused(desk: Desk, rasa: FakeRasa) -> None:
    conversation = desk.start()
    first, second, *_ = conversation.started["messages"][0]["buttons"]
    rasa.say(message("No buttons here."))

    assert conversation.choose(first).status_code == 200
    for used in (first, second):
        response = conversation.choose(used)
        assert response.status_code == 409
        assert "newest" in response.json()["title"]
    assert len(rasa.received) == 1


def test_S4_a_button_that_is_no_longer_shown_is_refused(desk: Desk, rasa: FakeRasa) -> None:
    conversation = desk.start()
    rasa.say(message("Newer.", buttons=[button("Next", "next_step")]))
    newer = conversation.say("typed instead")["messages"][-1]["buttons"][0]

    assert conversation.choose(conversation.started["messages"][0]["buttons"][0]).status_code == 409
    assert conversation.choose(newer).status_code == 200


def test_S4_all_buttons_of_a_reply_are_usable_on_its_last_message(
    desk: Desk, rasa: FakeRasa
) -> None:
    rasa.say(message("First.", buttons=[button("One", "affirm")]), message("Last."))
    conversation = desk.start()
    first, last = conversation.say("hi")["messages"]

    assert first["buttons"] == []
    assert conversation.choose(last["buttons"][0]).status_code == 200


def test_S8_links_lead_to_listed_hosts_only(desk: Desk, rasa: FakeRasa) -> None:
    urls = [
        "https://docs.microsoft.com/en-us/",
        "https://evil.example/",
        "http://docs.microsoft.com/",
        "javascript:alert(1)",
        "https://docs.microsoft.com@evil.example/",
        "https://[bad",
        "mailto:billing@example.com",
        "tel:+31201234567",
    ]
    rasa.say(message("Look.", links=[{"title": "there", "url": url} for url in urls]))
    shown = desk.start().say("where?")["messages"][0]["links"]

    assert [link["url"] for link in shown] == [urls[0], *urls[-2:]]


def test_the_reply_comes_with_its_step_and_the_status(desk: Desk, rasa: FakeRasa) -> None:
    step = {"topic": "past_due", "id": "open_products", "number": 2, "of": 5}
    rasa.say(message("Open **Billing**.", step=step))
    answer = desk.start().say("go on")

    assert answer["status"] == "bot"
    assert [each["step"] for each in answer["messages"]] == [step]
    assert rasa.tokens[-1] == f"Bearer {desk.settings.internal_secret.get_secret_value()}"


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "\u200b\u200d", "\u2028"])
def test_an_empty_message_is_refused_kindly(desk: Desk, rasa: FakeRasa, text: str) -> None:
    conversation = desk.start()
    response = conversation.post("/messages", {"text": text})

    assert response.status_code == 422
    assert response.json()["title"].startswith("There is nothing in your message yet.")
    assert len(conversation.messages()) == 1


def test_S6_a_message_of_2000_characters_fits_and_one_more_does_not(
    desk: Desk, rasa: FakeRasa
) -> None:
    conversation = desk.start()
    conversation.headers["Accept-Language"] = "nl"

    assert conversation.post("/messages", {"text": "é" * 2000}).status_code == 200
    response = conversation.post("/messages", {"text": "é" * 2001})
    assert response.status_code == 422
    assert response.json()["title"] == (
        "Uw bericht is te lang: 2.001 tekens, en er passen er hoogstens 2.000. "
        "Maak het korter of stuur het in delen."
    )
    assert len(rasa.received) == 1


def test_2000_emoji_fit(desk: Desk, rasa: FakeRasa) -> None:
    desk.start().say("👍" * 2000)

    assert rasa.received[0]["text"] == "👍" * 2000


@pytest.mark.parametrize(
    "body", [{}, {"text": None}, {"text": "a", "choice": "b"}, {"text": 3}, [], "text"]
)
def test_a_body_of_another_form_is_refused(desk: Desk, body: Any) -> None:
    response = desk.start().post("/messages", body)

    assert response.status_code == 422
    assert response.json()["type"] == "urn:balie:problem:invalid"


HOSTILE = [
    "nul \x00 and bell \x07",
    "\u202eright to left\u202c",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "'; DROP TABLE desk_messages; --",
    "9" * 1999,
    "{{7*7}} ${7*7} %s %d {0} {name} **",
    "\ud83d broken",
    "[2, 3]\n\n---\n- a: &b *b",
    "e\u0301" * 900,
    "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 300,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_R8_hostile_text_is_stored_and_passed_on_as_text(
    desk: Desk, rasa: FakeRasa, text: str
) -> None:
    conversation = desk.start()
    body = json.dumps({"text": text}).encode()  # \\ud83d travels as an escape
    response = conversation.request(
        "POST", "/messages", content=body, headers={"Content-Type": "application/json"}
    )

    assert response.status_code == 200
    stored = conversation.messages()[1]["text"]
    assert stored == rasa.received[0]["text"]
    assert stored == text.replace("\x00", "\ufffd").replace("\ud83d", "\ufffd")


def test_messages_of_one_conversation_are_answered_one_at_a_time_and_in_order(
    desk: Desk, rasa: FakeRasa
) -> None:
    conversation = desk.start()
    underway: list[str] = []
    overlapped: list[str] = []

    def respond(body: dict[str, Any]) -> tuple[int, Any]:
        overlapped.extend(underway)
        underway.append(body["text"])
        time.sleep(0.05)
        underway.remove(body["text"])
        return 200, reply(f"re {body['text']}")

    rasa.respond = respond
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: conversation.say(f"m{n}"), range(8)))
    stored = conversation.messages()

    assert overlapped == []
    asked = [each["text"] for each in stored if each["author"] == "customer"]
    assert [each["text"] for each in rasa.received] == asked
    answers = [each["text"] for each in stored if each["author"] == "assistant"][1:]
    assert answers == [f"re {text}" for text in asked]
    assert [each["seq"] for each in stored] == list(range(1, len(stored) + 1))


def test_each_answer_goes_to_its_own_message(desk: Desk, rasa: FakeRasa) -> None:
    conversation = desk.start()
    rasa.respond = lambda body: (200, reply(f"re {body['text']}"))
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda n: (n, conversation.say(f"m{n}")), range(6)))

    for number, answer in answers:
        assert [each["text"] for each in answer["messages"]] == [f"re m{number}"]


def test_conversations_do_not_wait_for_each_other(desk: Desk, rasa: FakeRasa) -> None:
    slow, quick = desk.start(), desk.start()

    def respond(body: dict[str, Any]) -> tuple[int, Any]:
        if body["conversation"] == slow.id:
            assert quick.say("hello")["messages"][0]["text"] == "Quick."
            return 200, reply("Slow.")
        return 200, reply("Quick.")

    rasa.respond = respond
    assert slow.say("hello")["messages"][0]["text"] == "Slow."


def test_a_person_who_has_taken_over_gets_the_messages_instead_of_rasa(
    desk: Desk, rasa: FakeRasa
) -> None:
    conversation = desk.start()
    desk.query("UPDATE desk_conversations SET status = 'agent'")
    answer = conversation.say("are you there?")

    assert answer == {"messages": [], "status": "agent"}
    assert conversation.messages()[-1]["text"] == "are you there?"
    assert rasa.received == []


def test_a_closed_conversation_takes_no_message(desk: Desk) -> None:
    conversation = desk.start()
    desk.query("UPDATE desk_conversations SET status = 'closed'")
    response = conversation.post("/messages", {"text": "hello"})

    assert response.status_code == 409
    assert "closed" in response.json()["title"]
