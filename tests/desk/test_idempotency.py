"""R1: one Idempotency-Key, one piece of work, one answer."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.desk.conftest import Clock, Conversation, Desk, FakeRasa, reply


def customers_messages(conversation: Conversation) -> list[str]:
    return [each["text"] for each in conversation.messages() if each["author"] == "customer"]


def test_R1_the_same_key_and_body_give_the_same_answer(desk: Desk, rasa: FakeRasa) -> None:
    conversation = desk.start()
    first = conversation.say("hello", key="k")
    conversation.say("something else", key="other")

    assert conversation.say("hello", key="k") == first
    assert len(rasa.received) == 2


def test_R1_the_same_key_with_another_body_is_refused(desk: Desk, rasa: FakeRasa) -> None:
    conversation = desk.start()
    conversation.say("hello", key="k")
    response = conversation.post("/messages", {"text": "goodbye"}, key="k")

    assert response.status_code == 422
    assert response.json()["type"] == "urn:balie:problem:key-reused"
    assert customers_messages(conversation) == ["hello"]


def test_R1_bodies_that_differ_only_in_what_is_masked_are_different(desk: Desk) -> None:
    conversation = desk.start()
    conversation.say("card 4111 1111 1111 1111", key="k")

    response = conversation.post("/messages", {"text": "card 4012 8888 8888 1881"}, key="k")
    assert response.status_code == 422


def test_R1_a_key_whose_work_is_under_way_is_refused(desk: Desk, rasa: FakeRasa) -> None:
    conversation = desk.start()
    rasa.slow(0.5)
    with ThreadPoolExecutor(1) as pool:
        underway = pool.submit(conversation.say, "hello", "k")
        while not rasa.received:
            time.sleep(0.01)
        response = conversation.post("/messages", {"text": "hello"}, key="k")
        underway.result()

    assert response.status_code == 409
    assert response.json()["type"] == "urn:balie:problem:in-flight"


def test_R1_fifty_posts_at_once_make_one_message(desk: Desk, rasa: FakeRasa) -> None:
    conversation = desk.start()
    rasa.slow(0.3, answer=reply("Once."))
    with ThreadPoolExecutor(50) as pool:
        responses = list(
            pool.map(lambda _: conversation.post("/messages", {"text": "hi"}, key="k"), range(50))
        )

    assert {each.status_code for each in responses} <= {200, 409}
    assert len({each.text for each in responses if each.status_code == 200}) == 1
    assert customers_messages(conversation) == ["hi"]
    assert len(rasa.received) == 1


def test_R1_fifty_handoffs_at_once_make_one_ticket(desk: Desk) -> None:
    conversation = desk.start()
    body: dict[str, Any] = {"note": "call me"}
    with ThreadPoolExecutor(50) as pool:
        same = list(pool.map(lambda _: conversation.post("/handoff", body, key="k"), range(50)))
        own = list(pool.map(lambda _: conversation.post("/handoff", body), range(50)))

    assert {each.status_code for each in same} == {200}
    assert len({each.text for each in same}) == 1
    assert len({each.json()["reference"] for each in same + own}) == 1
    assert desk.query("SELECT count(*) FROM desk_tickets") == [(1,)]


def test_R1_a_key_of_one_endpoint_says_nothing_to_another(desk: Desk) -> None:
    conversation = desk.start()
    conversation.say("hello", key="k")

    assert conversation.post("/handoff", {}, key="k").status_code == 200


def test_R1_a_key_of_one_conversation_says_nothing_to_another(desk: Desk) -> None:
    desk.start().say("hello", key="k")

    assert desk.start().post("/messages", {"text": "goodbye"}, key="k").status_code == 200


def test_R1_a_key_is_kept_for_a_day(desk: Desk, rasa: FakeRasa, clock: Clock) -> None:
    conversation = desk.start()
    conversation.say("hello", key="k")
    clock.advance(hours=23, minutes=59)
    conversation.say("hello", key="k")
    assert len(rasa.received) == 1

    clock.advance(minutes=2)
    conversation.say("hello", key="k")
    assert len(rasa.received) == 2


def test_R1_a_refused_message_leaves_its_key_free(desk: Desk) -> None:
    conversation = desk.start()

    assert conversation.post("/messages", {"choice": "made-up"}, key="k").status_code == 422
    assert conversation.post("/messages", {"text": "hello"}, key="k").status_code == 200


def test_without_a_key_the_same_words_are_two_messages(desk: Desk) -> None:
    conversation = desk.start()
    conversation.say("hello")
    conversation.say("hello")

    assert customers_messages(conversation) == ["hello", "hello"]


def test_keys_and_bodies_are_kept_as_fingerprints_only(desk: Desk) -> None:
    desk.start().say("call me on 06-12345678", key="a-telling-key")

    rows = desk.query("SELECT key, body FROM desk_idempotency_keys")
    assert len(rows) == 1
    assert all(len(value) == 64 and "tell" not in value for value in rows[0])
