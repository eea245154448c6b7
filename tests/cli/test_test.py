import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import typer
from typer.testing import CliRunner, Result

from balie.cli.test import test as hold_conversations

GREETING = {
    "seq": 1,
    "author": "assistant",
    "language": "en",
    "text": "Hello.",
    "buttons": [],
    "links": [],
    "step": None,
}

APP = typer.Typer()
APP.command("test")(hold_conversations)


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> str:
    """An address at which a desk says hello to everything."""

    def handle(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/conversations"):
            return httpx.Response(201, json={"id": "c", "token": "t", "messages": [GREETING]})
        return httpx.Response(200, json={"messages": [GREETING], "status": "bot"})

    def client(address: str) -> httpx.Client:
        return httpx.Client(transport=httpx.MockTransport(handle), base_url=address)

    monkeypatch.setattr("balie.cli.test.desk_client", client)
    return "https://help.example"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.en.yml"
    path.write_text(
        "- {name: good, turns: [{user: x, says: hello}]}\n"
        "- {name: bad, turns: [{user: x, says: goodbye}]}\n"
        "- {name: elsewhere, turns: [{restart: rasa}]}\n",
        encoding="utf-8",
    )
    return path


def _balie_test(*arguments: object) -> Result:
    return CliRunner().invoke(APP, [str(each) for each in arguments])


def test_failures_are_shown_and_counted(desk: str, file: Path) -> None:
    result = _balie_test("--url", desk, file)
    assert result.exit_code == 1
    assert "not said: 'goodbye'" in result.stdout
    assert "left out: a.en: elsewhere" in result.stdout
    assert "1 passed, 1 failed, 1 left out" in result.stdout


def test_conversations_are_chosen_by_name(desk: str, file: Path) -> None:
    result = _balie_test("--url", desk, "-k", "GOOD", file)
    assert result.exit_code == 0
    assert "1 passed, 0 failed, 0 left out" in result.stdout


def test_transcripts_are_printed_on_demand(desk: str, file: Path) -> None:
    assert "Hello." in _balie_test("--url", desk, "-t", "-k", "good", file).stdout
    assert "Hello." not in _balie_test("--url", desk, "-k", "good", file).stdout


def test_json_holds_every_result(desk: str, file: Path) -> None:
    rows: list[dict[str, Any]] = json.loads(_balie_test("--url", desk, "--json", file).stdout)
    assert [(row["name"], row["passed"]) for row in rows] == [
        ("good", True),
        ("bad", False),
        ("elsewhere", True),
    ]
    assert rows[2]["left_out"]


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port at which nobody answers, and nobody else can begin to."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


def test_an_address_where_no_desk_answers_is_said_once(closed_port: int, file: Path) -> None:
    result = _balie_test("--url", f"http://127.0.0.1:{closed_port}", file)
    assert result.exit_code == 1
    assert "no desk answers" in result.stderr


def test_mistakes_in_a_file_are_told_before_anything_runs(tmp_path: Path) -> None:
    path = tmp_path / "a.en.yml"
    path.write_text("- {name: n, turns: [{usr: x}]}", encoding="utf-8")
    result = _balie_test(path)
    assert result.exit_code == 2
    assert "usr: is no key" in result.stderr
