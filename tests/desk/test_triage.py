"""Tickets of other systems over HTTP: who may ask, what comes back, and what is never stored."""

from typing import Any

import httpx
import pytest

from tests.desk.conftest import CARD, Desk, FakeRasa

UNDERSTOOD = {
    "language": "nl",
    "intent": "past_due",
    "confidence": 0.93,
    "ranking": [{"intent": "past_due", "confidence": 0.93}],
    "decision": "answer",
    "second_topic": None,
}


def post(desk: Desk, body: Any, key: str | None = None, **headers: str) -> httpx.Response:
    own = desk.settings.agent_key.get_secret_value() if key is None else key
    headers = {"Authorization": f"Bearer {own}", **headers}
    return desk.http.post("/api/v1/triage", json=body, headers=headers)


@pytest.fixture(autouse=True)
def understanding(rasa: FakeRasa) -> None:
    rasa.respond = lambda _: (200, UNDERSTOOD)


def test_a_ticket_is_understood_and_a_reply_suggested(desk: Desk, rasa: FakeRasa) -> None:
    response = post(desk, {"subject": "Re: rekening", "text": "Beste,\nhij is te laat\nMvg, An"})

    assert response.status_code == 200
    found = response.json()
    reply = found.pop("suggested_reply")
    assert found == {
        **{name: value for name, value in UNDERSTOOD.items() if name != "second_topic"},
        "subject": "Re: rekening",
        "text": "Beste,\nhij is te laat\nMvg, An",
    }
    assert reply.startswith("Geachte heer of mevrouw,\n\nEen antwoord.")
    assert rasa.received == [{"text": "rekening\nhij is te laat"}]
    assert response.headers["cache-control"] == "no-store"


def test_P1_numbers_reach_neither_rasa_nor_the_answer(desk: Desk, rasa: FakeRasa) -> None:
    response = post(desk, {"subject": f"card {CARD}", "text": f"my card {CARD} was refused"})

    assert CARD not in response.text
    assert CARD not in str(rasa.received)
    assert "1111" in response.json()["text"]


@pytest.mark.parametrize("key", ["wrong", "gehéim", "development-only"])
def test_S11_without_the_agents_key_nothing_is_read(desk: Desk, rasa: FakeRasa, key: str) -> None:
    header = b"Bearer " + key.encode()
    response = desk.http.post(
        "/api/v1/triage",
        json={"text": "hi"},
        headers={"Authorization": header, "Accept-Language": "nl"},  # type: ignore[dict-item]
    )

    assert response.status_code == 401
    assert response.json()["type"] == "urn:balie:problem:agent-key"
    assert "medewerkers" in response.json()["title"]
    assert rasa.received == []


def test_a_conversations_token_is_no_agents_key(desk: Desk) -> None:
    assert post(desk, {"text": "hi"}, key=desk.start().token).status_code == 401


def test_what_is_none_of_ours_says_so(desk: Desk, rasa: FakeRasa) -> None:
    other = {"intent": "out_of_scope", "decision": "out_of_scope"}
    rasa.respond = lambda _: (200, {**UNDERSTOOD, **other})

    found = post(desk, {"text": "my laptop is broken"}).json()

    assert (found["decision"], found["suggested_reply"]) == ("out_of_scope", None)


@pytest.mark.parametrize(
    ("body", "problem"),
    [({}, "invalid"), ({"text": 1}, "invalid"), ({"text": " "}, "empty-message")],
)
def test_what_is_no_ticket_is_refused(desk: Desk, body: Any, problem: str) -> None:
    response = post(desk, body)

    assert response.status_code == 422
    assert response.json()["type"] == f"urn:balie:problem:{problem}"


def test_a_subject_alone_is_a_ticket(desk: Desk, rasa: FakeRasa) -> None:
    assert post(desk, {"subject": "factuur", "text": ""}).status_code == 200
    assert rasa.received == [{"text": "factuur"}]


@pytest.mark.parametrize(
    "answer", [(503, {"fault": "starting"}), (500, b"x"), (200, {}), (200, b"no json")]
)
def test_without_an_understanding_it_says_so(desk: Desk, rasa: FakeRasa, answer: Any) -> None:
    rasa.respond = lambda _: answer

    response = post(desk, {"text": "hi"})

    assert response.status_code == 503
    assert response.json()["type"] == "urn:balie:problem:no-understanding"


def test_a_rasa_that_is_down_is_told(desk: Desk, rasa: FakeRasa) -> None:
    rasa.stop()

    assert post(desk, {"text": "hi"}).status_code == 503
