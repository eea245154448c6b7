"""A turn is answered once and kept, or it is a fault and nothing of it is kept."""

import asyncio
import time
from typing import Any

import pytest
from aiohttp import web


async def test_R1_the_same_message_id_gives_the_same_answer(rasa_server: Any, actions: Any) -> None:
    actions.say("one", "two", buttons=[{"title": "A", "intent": "greet", "entities": []}])
    first = await rasa_server.post(text="card", message_id="m")
    actions.say("something else")
    again = await rasa_server.post(text="card", message_id="m")
    assert again.json() == first.json()
    assert len(actions.calls) == 1
    assert len([e for e in await rasa_server.events() if e.type_name == "user"]) == 1


async def test_an_earlier_message_that_comes_again_gives_its_own_answer(
    rasa_server: Any, actions: Any
) -> None:
    for said in ("one", "two"):
        actions.say(said)
        await rasa_server.texts(text="card", message_id=said)
    assert await rasa_server.texts(text="card", message_id="one") == ["one"]
    assert await rasa_server.texts(text="card", message_id="two") == ["two"]


async def test_the_same_message_at_the_same_time_is_answered_once(
    rasa_server: Any, actions: Any
) -> None:
    answers = await asyncio.gather(
        *(rasa_server.texts(text="card", message_id="m") for _ in range(2))
    )
    assert answers == [["answered"]] * 2
    assert len(actions.calls) == 1


async def test_messages_at_once_are_taken_one_after_the_other(
    rasa_server: Any, actions: Any
) -> None:
    async def count(call: dict[str, Any]) -> web.Response:
        """Answer with one more than the conversation has counted."""
        number = (call["tracker"]["slots"]["guide"] or 0) + 1
        event = {"event": "slot", "timestamp": None, "name": "guide", "value": number}
        await asyncio.sleep(0.02)  # time enough for another to come in between
        return web.json_response({"events": [event], "responses": [{"text": str(number)}]})

    actions.reply = count
    begun = time.monotonic()
    said = await asyncio.gather(*(rasa_server.texts(text=f"card {n}") for n in range(5)))
    assert sorted(said) == [[str(number)] for number in range(1, 6)]
    assert time.monotonic() - begun < 4, "each waited a second for the one before"

    kept = [e for e in await rasa_server.events() if e.type_name in ("user", "bot")]
    asked, answered = kept[::2], kept[1::2]
    assert sorted(each.text for each in asked) == [f"card {n}" for n in range(5)]
    assert [each.text for each in answered] == ["1", "2", "3", "4", "5"]


async def test_conversations_are_kept_apart(rasa_server: Any, actions: Any) -> None:
    event = {"event": "slot", "timestamp": None, "name": "guide", "value": "of one"}
    actions.say("x", events=[event])
    await rasa_server.texts(text="card", conversation="one")
    await rasa_server.texts(text="card", conversation="two")
    assert actions.calls[-1]["tracker"]["slots"]["guide"] is None
    await rasa_server.texts(text="card", conversation="one")
    assert actions.calls[-1]["tracker"]["slots"]["guide"] == "of one"


async def test_R5_an_action_that_fails_is_a_fault_and_nothing_is_kept(
    rasa_server: Any, actions: Any
) -> None:
    await rasa_server.texts(text="hello")
    before = await rasa_server.events()
    actions.fail()
    response = await rasa_server.post(text="card", message_id="m")
    assert (response.status_code, response.json()) == (503, {"fault": "no_answer"})
    assert await rasa_server.events() == before

    actions.say("well again")
    assert await rasa_server.texts(text="card", message_id="m") == ["well again"]


async def test_R5_an_action_server_that_is_gone_is_a_fault(rasa_server: Any) -> None:
    rasa_server.agent.action_endpoint.url = "http://127.0.0.1:9/webhook"
    response = await rasa_server.post(text="card")
    assert (response.status_code, response.json()) == (503, {"fault": "no_answer"})
    assert await rasa_server.events() == []


async def test_R5_a_reply_of_another_form_is_a_fault(rasa_server: Any, actions: Any) -> None:
    actions.say("x", events=[{"event": "nonsense"}])
    response = await rasa_server.post(text="card")
    assert (response.status_code, response.json()) == (503, {"fault": "no_answer"})


async def test_R5_an_action_that_says_nothing_is_a_fault(rasa_server: Any, actions: Any) -> None:
    actions.say()
    response = await rasa_server.post(text="card")
    assert (response.status_code, response.json()) == (503, {"fault": "no_answer"})
    assert await rasa_server.events() == []


async def test_R5_an_intent_that_nothing_answers_is_a_fault(rasa_server: Any) -> None:
    response = await rasa_server.post(intent="unanswered")
    assert (response.status_code, response.json()) == (503, {"fault": "no_answer"})


async def test_R5_an_action_that_hangs_is_given_up_in_time(start_rasa: Any, actions: Any) -> None:
    server = await start_rasa(rasa_timeout=3)
    actions.hang(30)
    started = time.monotonic()
    response = await server.post(text="card", message_id="m")
    assert (response.status_code, response.json()) == (503, {"fault": "no_answer"})
    assert time.monotonic() - started < 20
    assert await server.events() == []

    actions.say("well again")
    assert await server.texts(text="card", message_id="m") == ["well again"]


@pytest.mark.parametrize("method", ["retrieve", "save"])
async def test_R5_a_store_that_fails_is_a_fault_and_never_a_new_conversation(
    rasa_server: Any, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    await rasa_server.texts(text="hello")
    before = await rasa_server.events()

    async def broken(*_: object) -> None:
        raise ConnectionError("no database")

    store = _sql_store(rasa_server)
    with monkeypatch.context() as patch:
        patch.setattr(store, method, broken)
        response = await rasa_server.post(text="hello", message_id="m")
    assert (response.status_code, response.json()) == (503, {"fault": "store"})
    assert await rasa_server.events() == before
    assert await rasa_server.texts(text="hello", message_id="m") == ["Hello"]


async def test_R5_whatever_else_goes_wrong_is_a_fault(
    rasa_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("NLU is broken")

    monkeypatch.setattr(rasa_server.agent.processor, "parse_message", broken)
    response = await rasa_server.post(text="hello")
    assert (response.status_code, response.json()) == (503, {"fault": "no_answer"})


async def test_a_writers_own_story_is_followed(rasa_server: Any, actions: Any) -> None:
    assert await rasa_server.texts(text="is there parking") == ["There is no parking."]
    assert actions.calls == []


async def test_a_story_works_in_the_middle_of_a_conversation(rasa_server: Any) -> None:
    for text, said in (("hello", "Hello"), ("card", "answered"), ("hello", "Hello")):
        assert await rasa_server.texts(text=text) == [said]
    assert await rasa_server.texts(text="parking") == ["There is no parking."]


def _sql_store(server: Any) -> Any:
    from balie.rasa_plugins.turn import honest_store

    return getattr(honest_store(server.agent), "_tracker_store", honest_store(server.agent))
