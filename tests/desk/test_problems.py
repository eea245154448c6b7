"""Errors: RFC 9457, in the caller's language, and never with what was sent."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args

import httpx
import pytest
import yaml

import balie.desk
from balie.privacy import Kind
from balie.settings import Settings
from tests.desk.conftest import CARD, DATA, Desk

SOURCES = Path(balie.desk.__file__).parent


def is_problem(response: httpx.Response, status: int, name: str) -> bool:
    body = response.json()
    return (
        response.status_code == body["status"] == status
        and response.headers["content-type"] == "application/problem+json"
        and body["type"] == f"urn:balie:problem:{name}"
    )


def test_titles_come_in_the_callers_language(desk: Desk) -> None:
    path = "/api/v1/conversations/x/messages"
    dutch = desk.http.get(path, headers={"Accept-Language": "nl"})
    english = desk.http.get(path, headers={"Accept-Language": "en-US"})

    assert dutch.json()["title"] == "Voor dit gesprek is het bijbehorende token nodig."
    assert dutch.headers["content-language"] == "nl"
    assert english.json()["title"] == "This conversation needs its token."


def test_an_unknown_address_and_a_wrong_method_are_problems_too(desk: Desk) -> None:
    assert is_problem(desk.http.get("/api/v1/nowhere"), 404, "not-found")
    assert is_problem(desk.http.put("/api/v1/conversations"), 405, "method-not-allowed")


def test_a_mistake_in_the_form_names_its_place_and_not_its_content(desk: Desk) -> None:
    response = desk.http.post("/api/v1/conversations", json={"language": CARD})

    assert is_problem(response, 422, "invalid")
    assert response.json()["errors"] == [{"pointer": "/language"}]
    assert "4111" not in response.text


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe", b"[" * 10_000, b'{"a": NaN', b"1e999"])
def test_a_body_that_is_no_json_is_refused(desk: Desk, content: bytes) -> None:
    response = desk.http.post(
        "/api/v1/conversations", content=content, headers={"Content-Type": "application/json"}
    )

    assert response.status_code in (400, 422)
    assert response.headers["content-type"] == "application/problem+json"


def test_S6_a_body_above_the_limit_is_refused(desk: Desk) -> None:
    conversation = desk.start()
    body = json.dumps({"text": "hi", "padding": "x" * 17_000})
    headers = {"Authorization": f"Bearer {conversation.token}", "Content-Type": "application/json"}
    path = f"/api/v1/conversations/{conversation.id}/messages"

    def in_pieces() -> Iterator[bytes]:
        for at in range(0, len(body), 1000):
            yield body[at : at + 1000].encode()

    for content in (body.encode(), in_pieces()):
        response = httpx.post(f"{desk.url}{path}", content=content, headers=headers)
        assert is_problem(response, 413, "body-too-large")
    fitting = json.dumps({"text": "hi", "padding": "x" * 16_000})
    assert desk.http.post(path, content=fitting, headers=headers).status_code == 200


def test_R5_without_its_database_the_desk_says_so(
    settings: Settings, open_desk: Callable[[Settings], Desk]
) -> None:
    desk = open_desk(settings)
    conversation = desk.start()
    desk.query("ALTER TABLE desk_conversations RENAME TO gone")
    response = conversation.post("/messages", {"text": f"card {CARD}"})

    assert is_problem(response, 503, "unavailable")
    assert "Keep your message" in response.json()["title"]


def test_an_unexpected_error_is_a_problem_without_details(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError(f"with {CARD}")

    monkeypatch.setattr("balie.desk.api.messages.read_text", fail)
    conversation = desk.start()
    response = conversation.post("/messages", {"text": "hello"})

    assert is_problem(response, 500, "internal")
    assert "4111" not in response.text + caplog.text
    assert "post_message" in caplog.text
    assert "RuntimeError" in caplog.text


def test_every_text_that_the_desk_says_stands_in_the_file_and_none_is_left_over() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES.rglob("*.py"))
    said = set(re.findall(r"say\(\s*['\"]([a-z_]+)['\"]", code))
    said |= set(re.findall(r'key = "([a-z_]+)" if .* else "[a-z_]+"', code))
    said |= set(re.findall(r'key = "[a-z_]+" if .* else "([a-z_]+)"', code))
    problems = re.findall(r'Problem\(\s*\d{3}, "([a-z-]+)"', code)
    problems += ["invalid", "not-found", "method-not-allowed"]
    said |= {f"problem_{name.replace('-', '_')}" for name in problems}
    said |= {f"masked_{kind}" for kind in get_args(Kind)}
    said |= {f"triage_{name}" for name in ("reply", "step", "question")}
    said |= {f"author_{name}" for name in ("customer", "assistant", "agent", "system")}
    written = yaml.safe_load((DATA / "conversation" / "desk.yml").read_text(encoding="utf-8"))

    assert set(written) == said
