import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from balie.billing.events import EventName
from balie.cli.conversations.backstage import NotHere
from balie.cli.conversations.form import Process, load_conversations
from balie.cli.conversations.runner import Result, Runner
from balie.content import Content

Answer = Callable[[dict[str, Any]], dict[str, Any]]


class Backstage:
    """Writes down what it is asked; cannot restart anything."""

    def __init__(self) -> None:
        self.done: list[str] = []

    def happen(self, event: EventName, customer: str) -> None:
        self.done.append(f"{event} {customer}")

    def restart(self, process: Process) -> None:
        raise NotHere(f"{process} cannot be restarted from here")

    def fault(self, process: Process, down: bool) -> None:
        self.done.append(f"{process} {'down' if down else 'up'}")

    def restore(self) -> None:
        self.done.append("restored")


def _message(text: str, *buttons: str) -> dict[str, Any]:
    return {
        "seq": 1,
        "author": "assistant",
        "language": "en",
        "text": text,
        "buttons": [{"id": f"id of {title}", "title": title} for title in buttons],
        "links": [],
        "step": None,
    }


def _desk(answer: Answer) -> httpx.Client:
    """A desk that greets, and answers as the function does."""

    def handle(request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content or b"{}")
        if request.url.path.endswith("/conversations"):
            greeting = [_message("Hello.", "Pay")]
            return httpx.Response(201, json={"id": "c", "token": "t", "messages": greeting})
        if request.url.path.endswith("/demo/token"):
            return httpx.Response(200, json={"customer_token": f"token of {body['customer']}"})
        if request.url.path.endswith("/ticket"):
            return httpx.Response(404, json={})
        return httpx.Response(200, json={"messages": [answer(body)], "status": "bot"})

    return httpx.Client(transport=httpx.MockTransport(handle), base_url="http://desk")


def _run(folder: Path, turns: str, answer: Answer, backstage: Backstage | None = None) -> Result:
    path = folder / "a.en.yml"
    path.write_text(f"- name: n\n  as: C-1001\n  turns: {turns}\n", encoding="utf-8")
    (conversation,) = load_conversations([path])
    nothing = Content({}, {}, (), {}, {}, {})
    runner = Runner(_desk(answer), lambda: nothing, backstage or Backstage())
    return runner.run(conversation)


def _echo(body: dict[str, Any]) -> dict[str, Any]:
    return _message(f"You said {body.get('text') or body.get('choice')}.")


def test_a_conversation_as_expected_passes(tmp_path: Path) -> None:
    result = _run(tmp_path, "[{press: Pay, says: [id of Pay]}, {user: ok, says: [said ok]}]", _echo)
    assert result.passed
    assert result.left_out is None


def test_a_failure_ends_the_conversation_and_shows_it_whole(tmp_path: Path) -> None:
    said: list[Any] = []

    def answer(body: dict[str, Any]) -> dict[str, Any]:
        said.append(body["text"])
        return _echo(body)

    turns = "[{user: one}, {user: two, says: [three]}, {user: four}]"
    result = _run(tmp_path, turns, answer)
    assert not result.passed
    assert said == ["one", "two"]
    report = result.report()
    for part in ("a.en.yml:1", "C-1001 is signed in", "one", "You said two.", "line 3", "'three'"):
        assert part in report


def test_a_button_that_is_not_shown_fails(tmp_path: Path) -> None:
    result = _run(tmp_path, "[{press: Pay now}]", _echo)
    assert "no button 'Pay now'" in result.report()


def test_events_are_of_the_customer_and_everything_is_restored(tmp_path: Path) -> None:
    backstage = Backstage()
    turns = (
        "[{event: payment_arrives}, {fault: billing down}, {sign_in: C-1002}, {event: card_added}]"
    )
    assert _run(tmp_path, turns, _echo, backstage).passed
    assert backstage.done == [
        "payment_arrives C-1001",
        "billing down",
        "card_added C-1002",
        "restored",
    ]


def test_a_conversation_that_needs_what_cannot_be_done_is_left_out(tmp_path: Path) -> None:
    result = _run(tmp_path, "[{restart: rasa}, {user: x, says: [never]}]", _echo)
    assert result.left_out == "rasa cannot be restarted from here"


@pytest.mark.parametrize("error", [httpx.ConnectError("gone"), httpx.ReadTimeout("slow")])
def test_a_desk_that_does_not_answer_is_a_failure(tmp_path: Path, error: Exception) -> None:
    def answer(_: dict[str, Any]) -> dict[str, Any]:
        raise error

    result = _run(tmp_path, "[{user: x}]", answer)
    assert type(error).__name__ in result.report()
