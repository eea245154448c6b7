"""The terminal client against a running desk."""

import time
from collections.abc import Iterator

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


def test_a_late_answer_is_shown_when_it_comes(
    desk: Desk, rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    rasa.slow(1.4)
    lines = iter(["hello"])

    def read(_: object) -> str | None:
        line = next(lines, None)
        if line is None:
            time.sleep(1.2)
        return line

    monkeypatch.setattr(chat._Terminal, "_read", read)
    result = talk(desk)

    assert "longer than usual" in result.output
    assert result.output.count("Late but here.") == 1


def test_without_a_desk_it_says_how_to_start_one() -> None:
    result = CliRunner().invoke(app, ["--url", "http://127.0.0.1:9"])

    assert result.exit_code == 1
    assert "balie run" in result.output


def test_a_language_that_the_desk_does_not_speak_is_refused(desk: Desk) -> None:
    result = talk(desk, options=("--lang", "fr"))

    assert result.exit_code == 1
    assert "not of the right form" in result.output
