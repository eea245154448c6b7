"""Two Balies answer one conversation, in turn and at once: in order, nothing lost or begun anew."""

import asyncio
import json
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from typing import Any
from uuid import uuid4

import httpx
import pytest

from balie.cli.conversations.talk import Talk, begin, desk_client
from balie.settings import Settings
from tests.scaling.conftest import Pair

# A guide of eight steps after one question, for a customer whose card was declined.
CUSTOMER = "C-1001"
TOPIC = "payment_declined"
START: tuple[dict[str, Any], ...] = (
    {"intent": TOPIC},
    {"intent": "start_guide", "entities": [{"entity": "topic", "value": TOPIC}]},
    {
        "intent": "choose_option",
        "entities": [
            {"entity": "question", "value": "card_state"},
            {"entity": "option", "value": "other"},
        ],
    },
)
NEXT = {"intent": "next_step"}
STEPS = 8
ROUNDS = 5


def _send(rasa: httpx.Client, conversation: str, message: dict[str, Any]) -> dict[str, Any]:
    body = {
        "conversation": conversation,
        "message_id": uuid4().hex,
        "language": "en",
        "customer": CUSTOMER,
        **message,
    }
    response = rasa.post("/webhooks/balie/message", json=body)
    assert response.status_code == 200, response.text
    return dict(response.json())


def _step(reply: dict[str, Any]) -> int | None:
    steps = [message["step"]["number"] for message in reply["messages"] if message["step"]]
    return steps[-1] if steps else None


def _turns(pair: Pair, conversation: str) -> list[tuple[str, list[str]]]:
    """What the tracker holds: each message (a button's is its intent) with the answers to it."""
    turns: list[tuple[str, list[str]]] = []
    rows = pair.query(
        "SELECT type_name, data FROM events WHERE sender_id = :id ORDER BY id", id=conversation
    )
    for kind, data in rows:
        if kind == "user":
            turns.append((json.loads(data)["text"], []))
        elif kind == "bot":
            turns[-1][1].append(json.loads(data)["text"])
    return turns


def test_two_rasa_servers_take_turns_in_one_conversation(pair: Pair) -> None:
    conversation = uuid4().hex
    servers = cycle(pair.rasas)
    shown = [_step(_send(next(servers), conversation, said)) for said in START]
    shown += [_step(_send(next(servers), conversation, NEXT)) for _ in range(STEPS - 1)]
    assert shown == [None, None, *range(1, STEPS + 1)]
    assert len(_turns(pair, conversation)) == len(START) + STEPS - 1


def test_two_rasa_servers_at_once_take_one_message_after_the_other(pair: Pair) -> None:
    for _ in range(ROUNDS):
        conversation = uuid4().hex
        for said in START:
            _send(pair.rasas[0], conversation, said)
        with ThreadPoolExecutor(STEPS - 1) as pool:
            sent = [
                pool.submit(_send, pair.rasas[n % 2], conversation, NEXT) for n in range(STEPS - 1)
            ]
            replies = [each.result() for each in sent]
        # Whoever came first, each message moved the guide on by one step, from where it stood.
        assert sorted(_step(reply) or 0 for reply in replies) == list(range(2, STEPS + 1))
        turns = _turns(pair, conversation)
        assert len(turns) == len(START) + STEPS - 1
        said = {reply["messages"][-1]["text"]: _step(reply) for reply in replies}
        assert [said[answers[-1]] for _, answers in turns[len(START) :]] == list(
            range(2, STEPS + 1)
        )


def _talk(pair: Pair) -> tuple[Talk, tuple[httpx.Client, httpx.Client]]:
    clients = desk_client(pair.balies[0].address), desk_client(pair.balies[1].address)
    return begin(clients[0], "en", CUSTOMER), clients


def test_two_desks_take_turns_in_one_conversation(pair: Pair) -> None:
    talk, clients = _talk(pair)
    deeds = (
        *("Payment declined", "Yes, show me the steps", "I want to use another card"),
        *["Done, next step"] * (STEPS - 1),
    )
    shown = []
    for deed, client in zip(deeds, cycle(reversed(clients)), strict=False):
        talk.client = client
        reply = talk.press(deed)
        assert reply.problem is None
        shown.append(reply.step["number"] if reply.step else None)
    assert shown == [None, None, *range(1, STEPS + 1)]


def test_two_desks_at_once_keep_the_order_and_lose_nothing(pair: Pair) -> None:
    talk, clients = _talk(pair)
    asked = [f"can I pay by invoice? number {n}" for n in range(6)]

    def say(n: int) -> httpx.Response:
        return clients[n % 2].post(
            f"/api/v1/conversations/{talk.id}/messages",
            json={"text": asked[n]},
            headers=talk.headers(),
        )

    with ThreadPoolExecutor(len(asked)) as pool:
        assert [each.status_code for each in pool.map(say, range(len(asked)))] == [200] * len(asked)
    kept = [each["text"] for each in _settled(talk) if each["author"] == "customer"]
    assert sorted(kept) == asked
    assert [said for said, _ in _turns(pair, talk.id)] == kept
    assert all(answers for _, answers in _turns(pair, talk.id))


def _settled(talk: Talk) -> Sequence[Any]:
    """All messages, once the assistant has answered the last (which may be told to wait)."""
    deadline = time.monotonic() + 30
    while True:
        messages = talk.messages().messages
        asked = sum(each["author"] == "customer" for each in messages)
        answered = sum(each["author"] == "assistant" for each in messages) - len(
            talk.opening.messages
        )
        if answered >= asked:
            return messages
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_R5_where_one_rasa_stands_still_the_other_goes_on_at_the_same_step(pair: Pair) -> None:
    conversation = uuid4().hex
    for said in (*START, NEXT):
        _send(pair.rasas[0], conversation, said)
    with pair.balies[0].frozen("rasa"):
        assert _step(_send(pair.rasas[1], conversation, NEXT)) == 3
    assert _step(_send(pair.rasas[0], conversation, NEXT)) == 4


def test_R5_a_database_that_was_restarted_is_not_noticed(pair: Pair) -> None:
    talk, clients = _talk(pair)
    talk.press("Payment declined")
    name = pair.database.url.query["application_name"]
    cut = pair.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE application_name = :name AND pid <> pg_backend_pid()",
        name=name,
    )
    assert len(cut) >= 4  # desks and Rasas
    for client, deed in zip(
        clients, ("Yes, show me the steps", "I want to use another card"), strict=True
    ):
        talk.client = client
        reply = talk.press(deed)
        assert reply.problem is None
    assert reply.step
    assert reply.step["number"] == 1


async def _published(settings: Settings, conversation: str, answers: int) -> list[dict[str, Any]]:
    """What came to RabbitMQ of one conversation, once there are so many answers."""
    import aio_pika

    found: list[dict[str, Any]] = []
    async with asyncio.timeout(20), await aio_pika.connect(settings.rabbitmq_url) as connection:
        queue = await (await connection.channel()).get_queue(settings.rabbitmq_queue)
        while sum(each["event"] == "bot" for each in found) < answers:
            message = await queue.get(fail=False, no_ack=True)
            if message is None:
                await asyncio.sleep(0.05)
                continue
            event = json.loads(message.body)
            if event["sender_id"] == conversation:
                found.append(event)
    return found


async def test_rabbitmq_gets_every_event_of_both_servers_once_in_order_and_masked(
    pair: Pair,
) -> None:
    settings = pair.balies[0].settings
    if not settings.rabbitmq_url:
        pytest.skip("BALIE_TEST_RABBITMQ_URL names no RabbitMQ server")
    talk, clients = _talk(pair)
    said = ["my card 4111 1111 1111 1111 was declined", "yes", "another card", "done", "thanks"]
    for text, client in zip(said, cycle(clients), strict=False):
        talk.client = client
        talk.say(text)
    kept = _turns(pair, talk.id)
    found = await _published(settings, talk.id, sum(len(answers) for _, answers in kept))
    assert [each["text"] for each in found if each["event"] == "user"] == [text for text, _ in kept]
    assert [each["text"] for each in found if each["event"] == "bot"] == [
        text for _, answers in kept for text in answers
    ]
    assert "4111 1111" not in json.dumps(found)
    assert "1111" in kept[0][0]
