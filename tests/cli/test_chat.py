"""The terminal client against a running desk."""

import os
import pty
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from balie.cli import chat
from tests.desk.conftest import Desk, FakeRasa, button, make_settings, message, write_data

app = typer.Typer()
app.command()(chat.chat)


@pytest.fixture(scope="module")
def rasa() -> Iterator[FakeRasa]:
    fake = FakeRasa()
    yield fake
    fake.stop()


@pytest.fixture(scope="module")
def desk(rasa: FakeRasa, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("project")
    data = write_data(folder / "data")
    running = Desk(make_settings(data, f"sqlite:///{folder / 'balie.db'}", rasa, folder))
    yield running
    running.stop()


@pytest.fixture(autouse=True)
def _settings(desk: Desk, rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch) -> None:
    rasa.reset()
    monkeypatch.setattr(chat, "load_settings", lambda: desk.settings)


def talk(desk: Desk, *lines: str, options: tuple[str, ...] = ()) -> Result:
    said = "".join(f"{line}\n" for line in lines)
    return CliRunner().invoke(app, ["--url", desk.url, *options], input=said)


def test_shows_the_greeting_and_its_numbered_choices(desk: Desk) -> None:
    result = talk(desk, options=("--lang", "nl"))

    assert result.exit_code == 0
    assert "computerprogramma" in result.output
    assert "  1. Een achterstallig saldo betalen" in result.output
    assert "  3. Een medewerker spreken" in result.output


def test_says_what_is_typed_and_shows_steps_and_links(desk: Desk, rasa: FakeRasa) -> None:
    link = {"title": "Help", "url": "https://docs.microsoft.com/en-us/"}
    step = {"topic": "past_due", "id": "open", "number": 2, "of": 5}
    rasa.say(message("Open **Billing**.", step=step, links=[link]))
    result = talk(desk, "why?", "")

    assert [each["text"] for each in rasa.received] == ["why?"]
    assert "[2/5]\nOpen Billing.\n  Help: https://docs.microsoft.com/en-us/" in result.output
    assert "why?" not in result.output


def test_a_number_chooses_the_button_with_it(desk: Desk, rasa: FakeRasa) -> None:
    rasa.say(message("Whose card?", buttons=[button("Mine", "choose_option", option="own")]))
    talk(desk, "2", "1", "7")

    assert [each.get("intent") for each in rasa.received] == [
        "unused_licenses",
        "choose_option",
        None,
    ]
    assert rasa.received[-1]["text"] == "7"


def test_signs_a_customer_in(desk: Desk, rasa: FakeRasa) -> None:
    talk(desk, "hello", options=("--as", "C-1001"))

    assert rasa.received[0]["customer"] == "C-1001"


def test_asks_for_a_person(desk: Desk) -> None:
    assert "Your reference is" in talk(desk, ":person").output


def test_quits(desk: Desk, rasa: FakeRasa) -> None:
    talk(desk, ":quit", "not said")

    assert rasa.received == []


def test_what_the_desk_refuses_is_said_and_the_conversation_goes_on(
    desk: Desk, rasa: FakeRasa
) -> None:
    result = talk(desk, "x" * 2001, "short")

    assert "too long" in result.output
    assert [each["text"] for each in rasa.received] == ["short"]


@pytest.fixture
def hasty_desk(desk: Desk, tmp_path: Path) -> Iterator[Desk]:
    """A desk that soon says that an answer takes long."""
    own = {"database_url": f"sqlite:///{tmp_path / 'balie.db'}", "reply_patience": 0.5}
    running = Desk(desk.settings.model_copy(update=own))
    yield running
    running.stop()


def test_a_late_answer_is_shown_when_it_comes(
    hasty_desk: Desk, rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    rasa.hold()
    lines = iter(["hello"])
    show, shown = chat._Terminal._show, threading.Event()

    def watched(terminal: chat._Terminal, message: dict[str, Any]) -> None:
        show(terminal, message)
        if message["text"] == "Late but here.":
            shown.set()

    def read(_: object) -> str | None:
        line = next(lines, None)
        if line is None:  # nobody types any more: what is shown now came by itself
            rasa.release()
            assert shown.wait(60)
        return line

    monkeypatch.setattr(chat._Terminal, "_show", watched)
    monkeypatch.setattr(chat._Terminal, "_read", read)
    result = talk(hasty_desk)

    assert "longer than usual" in result.output
    assert result.output.count("Late but here.") == 1


def test_without_a_desk_it_says_how_to_start_one() -> None:
    result = CliRunner().invoke(app, ["--url", "http://127.0.0.1:9"])

    assert result.exit_code == 1
    assert "balie run" in result.output


def test_an_address_that_is_none_is_told_too() -> None:
    for url in ("http://[", "desk", "ftp://desk"):
        result = CliRunner().invoke(app, ["--url", url])

        assert result.exit_code == 1
        assert "does not answer at" in result.output


class Stranger(BaseHTTPRequestHandler):
    """Another program on the desk's port."""

    def do_POST(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"<p>hi")

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def test_what_answers_and_is_no_desk_is_told() -> None:
    with HTTPServer(("127.0.0.1", 0), Stranger) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        result = CliRunner().invoke(app, ["--url", f"http://127.0.0.1:{server.server_port}"])
        server.shutdown()

    assert result.exit_code == 1
    assert "not the desk of Balie" in result.output


def chat_process(desk: Desk, **streams: Any) -> "subprocess.Popen[bytes]":
    """`balie chat` as a process of its own, in a terminal that takes ASCII only."""
    # Whoever started the tests may have had them ignore Ctrl-C (`&`).
    heed = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    command = [sys.executable, "-c", f"{heed}; from balie.cli.main import app; app()", "chat"]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUNBUFFERED": "1"}
    return subprocess.Popen(
        [*command, "--url", desk.url, "--lang", "nl"],
        env=environment,
        stderr=subprocess.PIPE,
        **{"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, **streams},
    )


def test_bytes_that_are_no_text_are_replaced_and_the_end_of_the_input_ends_it(
    desk: Desk, rasa: FakeRasa
) -> None:
    rasa.say(message("Juist.", language="nl"), language="nl")
    process = chat_process(desk)
    said, errors = process.communicate(b"te \xff\xfe laat\n", timeout=30)

    assert (process.returncode, errors) == (0, b"")
    assert [each["text"] for each in rasa.received] == ["te \ufffd\ufffd laat"]
    assert b"Juist." in said


def test_ctrl_c_ends_it_without_a_traceback(desk: Desk) -> None:
    ours, theirs = pty.openpty()
    process = chat_process(desk, stdin=theirs)
    assert process.stdout is not None
    while b"3. " not in process.stdout.readline():
        pass
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    os.close(ours)
    os.close(theirs)

    assert (process.returncode, errors) == (0, b"")


def test_ctrl_c_during_a_call_ends_it_too(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(chat.Conversation, "say", interrupted)
    result = talk(desk, "hello")

    assert (result.exit_code, result.stderr) == (0, "")


def test_a_language_that_the_desk_does_not_speak_is_refused(desk: Desk) -> None:
    result = talk(desk, options=("--lang", "fr"))

    assert result.exit_code == 1
    assert "not of the right form" in result.output
