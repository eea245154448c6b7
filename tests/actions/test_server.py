"""The action server over HTTP: who may call it, and that it answers as Rasa expects."""

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import yaml
from jsonschema import validate
from rasa.core.actions.action import RemoteAction
from sanic import Sanic

from actions import actions as actions_module
from actions import resources as resources_module
from actions.server import create_server
from balie.settings import Settings
from tests.actions.conftest import ROOT

SECRET = "the secret of these tests"
ACTIONS = [
    "action_answer_topic",
    "action_offer_topics",
    "action_out_of_scope",
    "action_small_talk",
    "action_switch_language",
    "action_walk_guide",
]


@pytest.fixture
async def server(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[httpx.AsyncClient]:
    """The action server on a socket, with the real content and no billing backend."""
    monkeypatch.setattr(Sanic, "test_mode", True)
    settings = Settings(project_dir=ROOT, internal_secret=SECRET, billing_url="http://127.0.0.1:9")
    held = resources_module.Resources(settings)
    monkeypatch.setattr(actions_module, "resources", lambda: held)
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    running = await create_server(settings).create_server(sock=listener, return_asyncio_server=True)
    assert running is not None
    await running.startup()
    await running.start_serving()
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{listener.getsockname()[1]}",
        headers={"Authorization": f"Bearer {SECRET}"},
    ) as client:
        yield client
    running.close()
    await running.wait_closed()


def test_S10_in_production_it_refuses_a_default_secret_and_says_which() -> None:
    command = [sys.executable, "-m", "actions"]
    environment = {**os.environ, "BALIE_ENVIRONMENT": "production", "BALIE_BILLING_TOKEN": "x" * 32}
    environment.pop("BALIE_INTERNAL_SECRET", None)
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 1
    assert "The action server cannot start" in done.stderr
    assert "BALIE_INTERNAL_SECRET" in done.stderr
    assert "BALIE_BILLING_TOKEN" not in done.stderr


def _call(action: str = "action_small_talk", **message: Any) -> dict[str, Any]:
    latest = {
        "text": "hello",
        "intent": {"name": "greet"},
        "language": "en",
        "metadata": {"channel": "balie", "language": "en", "customer": None},
        **message,
    }
    tracker = {
        "sender_id": "c-1",
        "slots": {"language": None, "guide": None, "dialogue": None},
        "latest_message": latest,
        "events": [],
        "paused": False,
        "followup_action": None,
        "active_loop": {},
        "latest_action_name": "action_listen",
    }
    return {
        "next_action": action,
        "tracker": tracker,
        "domain": {},
        "sender_id": "c-1",
        "version": "3.6.21",
    }


@pytest.mark.parametrize(
    "header",
    [None, b"", b"Bearer", b"Bearer wrong", b"Basic x", "Bearer é".encode(), b"Bearer \xff"],
)
@pytest.mark.parametrize(("method", "path"), [("POST", "/webhook"), ("GET", "/actions")])
async def test_S5_no_call_is_taken_without_the_secret(
    server: httpx.AsyncClient, method: str, path: str, header: bytes | None
) -> None:
    server.headers.pop("authorization")
    headers = {} if header is None else {"authorization": header}
    response = await server.request(method, path, json=_call(), headers=headers)  # type: ignore[arg-type]
    assert response.status_code == 401
    assert response.json() == {"error": "wrong or missing secret"}


async def test_its_health_is_open_and_says_nothing(server: httpx.AsyncClient) -> None:
    server.headers.pop("authorization")
    response = await server.get("/health")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


async def test_it_lists_the_actions_of_the_domain(server: httpx.AsyncClient) -> None:
    listed = sorted(each["name"] for each in (await server.get("/actions")).json())
    assert listed == ACTIONS
    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    assert sorted(domain["actions"]) == ACTIONS


@pytest.mark.parametrize("action", ACTIONS)
async def test_every_action_answers_in_the_form_that_rasa_takes(
    server: httpx.AsyncClient, action: str
) -> None:
    intent = {"action_walk_guide": "next_step", "action_answer_topic": "past_due"}.get(action)
    response = await server.post("/webhook", json=_call(action, intent={"name": intent or "greet"}))
    assert response.status_code == 200
    answer = response.json()
    validate(answer, RemoteAction.action_response_format_spec())
    assert answer["responses"][0]["text"]
    slots = {event["name"]: event["value"] for event in answer["events"]}
    assert slots["language"] == ("nl" if action == "action_switch_language" else "en")
    assert {"language", "guide", "dialogue"} <= set(slots)


async def test_a_reply_carries_buttons_links_and_step(server: httpx.AsyncClient) -> None:
    start = _call(
        "action_walk_guide",
        text="/start_guide",
        intent={"name": "start_guide"},
        entities=[{"entity": "topic", "value": "past_due"}],
        button=True,
    )
    reply = (await server.post("/webhook", json=start)).json()["responses"][0]
    assert reply["custom"]["step"]["topic"] == "past_due"
    assert reply["custom"]["language"] == "en"
    assert reply["custom"]["links"][0]["url"].startswith("https://")
    assert reply["buttons"][0] == {
        "title": "Done, next step",
        "payload": "/next_step",
        "intent": "next_step",
        "entities": [],
    }


async def test_an_unknown_action_is_refused(server: httpx.AsyncClient) -> None:
    response = await server.post("/webhook", json=_call("action_no_such"))
    assert response.status_code == 404


@pytest.mark.parametrize("body", [b"", b"{", b"\xff"])
async def test_what_is_no_json_is_an_error_and_no_crash(
    server: httpx.AsyncClient, body: bytes
) -> None:
    response = await server.post("/webhook", content=body)
    assert response.status_code >= 400
    assert (await server.post("/webhook", json=_call())).status_code == 200


async def test_P2_an_error_does_not_give_the_customer_s_words_back(
    server: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resources_module.Resources, "assistant", _fails)
    call = _call()
    call["tracker"]["latest_message"]["text"] = "words of a customer"
    response = await server.post("/webhook", json=call)
    assert response.status_code == 500
    assert "words" not in response.text


def _fails(_: object) -> None:
    raise LookupError("words of a customer")


async def test_calls_at_once_are_all_answered(server: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(*(server.post("/webhook", json=_call()) for _ in range(30)))
    assert {answer.status_code for answer in answers} == {200}
