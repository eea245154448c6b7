"""How often one address and one conversation may ask."""

import os
from collections.abc import Callable
from uuid import uuid4

import httpx
import pytest

from balie.desk.rates import BadRate, Rates
from balie.desk.tokens import Fingerprints
from balie.settings import Settings
from tests.desk.conftest import Desk
from tests.desk.test_problems import is_problem

OpenDesk = Callable[[Settings], Desk]


def limited(settings: Settings, **rates: str) -> Settings:
    return settings.model_copy(update=rates)


def test_S6_a_conversation_that_sends_too_fast_is_asked_to_wait_in_its_language(
    settings: Settings, open_desk: OpenDesk
) -> None:
    desk = open_desk(limited(settings, rate_conversation="3/minute"))
    conversation, other = desk.start(), desk.start()
    for _ in range(3):
        conversation.say("hello")
    refused = conversation.request(
        "POST", "/messages", json={"text": "hello"}, headers={"Accept-Language": "nl"}
    )

    assert is_problem(refused, 429, "too-often")
    assert refused.json()["title"].startswith("Dat gaat sneller")
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    other.say("hello")  # somebody else is not kept waiting
    assert len(conversation.messages()) == 7  # and reading goes on


@pytest.mark.parametrize("call", ["feedback", "handoff", "language"])
def test_S6_whatever_is_sent_in_a_conversation_counts(
    settings: Settings, open_desk: OpenDesk, call: str
) -> None:
    desk = open_desk(limited(settings, rate_conversation="2/minute"))
    conversation = desk.start()
    conversation.say("hello")
    conversation.say("hello")
    method = "PUT" if call == "language" else "POST"
    body = {"feedback": {"solved": True}, "handoff": {}, "language": {"language": "nl"}}[call]

    assert is_problem(conversation.request(method, f"/{call}", json=body), 429, "too-often")


def test_S6_one_address_cannot_begin_conversations_without_end(
    settings: Settings, open_desk: OpenDesk
) -> None:
    desk = open_desk(limited(settings, rate_beginning="2/minute"))
    statuses = [desk.http.post("/api/v1/conversations", json={}).status_code for _ in range(3)]
    elsewhere = desk.http.post(
        "/api/v1/conversations", json={}, headers={"X-Forwarded-For": "203.0.113.9"}
    )

    assert statuses == [201, 201, 429]
    assert elsewhere.status_code == 201


def test_S6_one_address_cannot_ask_without_end(settings: Settings, open_desk: OpenDesk) -> None:
    desk = open_desk(limited(settings, rate_address="3/minute"))

    def ask(address: str) -> httpx.Response:
        return desk.http.get("/api/v1/nowhere", headers={"X-Forwarded-For": address})

    assert [ask("203.0.113.9").status_code for _ in range(4)] == [404, 404, 404, 429]
    assert is_problem(ask("203.0.113.9"), 429, "too-often")
    assert ask("203.0.113.10").status_code == 404
    # One household has a whole IPv6 network to itself.
    statuses = [ask(f"2001:db8:1:2::{last:x}").status_code for last in range(1, 5)]
    assert statuses == [404, 404, 404, 429]
    assert ask("2001:db8:1:3::1").status_code == 404
    assert desk.http.get("/health", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 200


@pytest.mark.parametrize("written", ["often", "3", "3/fortnight", "off;3/minute"])
def test_a_rate_that_is_none_is_refused(settings: Settings, written: str) -> None:
    with pytest.raises(BadRate, match="like 20/minute"):
        Rates(limited(settings, rate_address=written), Fingerprints("x"))


async def test_several_limits_hold_together(settings: Settings) -> None:
    rates = Rates(limited(settings, rate_address="5/second;2/hour"), Fingerprints("x"))
    waits = [await rates.wait_for_address("address", "203.0.113.9") for _ in range(3)]

    assert waits[:2] == [None, None]
    assert 60 < (waits[2] or 0) <= 3600


async def test_several_desks_count_together_and_keep_no_address(settings: Settings) -> None:
    url = os.environ.get("BALIE_TEST_REDIS_URL")
    if not url:
        pytest.skip("BALIE_TEST_REDIS_URL names no Redis server")
    shared = limited(settings, redis_url=url, rate_address="2/minute")
    secret = uuid4().hex
    desks = [Rates(shared, Fingerprints(secret)) for _ in range(2)]
    waits = [await desks[turn % 2].wait_for_address("address", "203.0.113.9") for turn in range(3)]

    assert waits[:2] == [None, None]
    assert waits[2]


async def test_where_nobody_can_count_everybody_is_let_in(settings: Settings) -> None:
    nowhere = limited(settings, redis_url="redis://127.0.0.1:9/0", rate_address="1/minute")
    rates = Rates(nowhere, Fingerprints("x"))

    assert [await rates.wait_for_address("address", "203.0.113.9") for _ in range(3)] == [None] * 3
