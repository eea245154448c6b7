"""The connection fails, the desk is killed, Rasa is dead: nothing said is lost or said twice."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import httpx
import pytest
from playwright.sync_api import expect

from balie.settings import Settings
from tests.desk.conftest import Desk, FakeRasa, message, reply
from tests.web.conftest import Chat


class DeskProcess:
    """A desk that can be killed and started again on the same port."""

    def __init__(self, settings: Settings) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self._environment = {
            **os.environ,
            **settings.model_copy(update={"desk_port": port}).as_environment(),
        }
        self.url = f"http://127.0.0.1:{port}"
        self.start()

    def start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "balie.desk"],
            env=self._environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 150
        while time.monotonic() < deadline:
            try:
                httpx.get(f"{self.url}/health", trust_env=False, timeout=5)
                return
            except httpx.HTTPError:
                assert self._process.poll() is None
                time.sleep(0.1)
        self.kill()
        raise AssertionError("the desk does not start")

    def kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()


@pytest.fixture
def mortal_desk(own_settings: Settings) -> Iterator[DeskProcess]:
    # What it leaves unanswered is taken up again when Rasa's time is over.
    desk = DeskProcess(own_settings.model_copy(update={"rasa_timeout": 8.0}))
    yield desk
    desk.kill()


def said(chat: Chat) -> list[str]:
    """What the customer has said, as it is stored."""
    return [each.split("\n")[-1] for each in chat.messages("customer").all_inner_texts()]


def test_R5_a_message_survives_a_desk_that_is_killed(
    open_chat: Callable[..., Chat], mortal_desk: DeskProcess, rasa: FakeRasa
) -> None:
    chat = open_chat(mortal_desk.url).visit().ready()
    chat.ask("First", "Hello.")
    mortal_desk.kill()
    expect(chat.page.locator(".notice")).to_contain_text("There is no connection.")
    chat.say("Second")
    expect(chat.page.locator(".outgoing")).to_contain_text("Your message is kept")
    chat.input.fill("Half a third")

    rasa.say(message("Back again."))
    mortal_desk.start()
    expect(chat.messages("assistant").last).to_contain_text("Back again.", timeout=60_000)
    expect(chat.page.locator(".notice")).to_have_count(0)
    expect(chat.page.locator(".outgoing")).to_have_count(0)
    assert said(chat) == ["First", "Second"]
    assert [each["text"] for each in rasa.received] == ["First", "Second"]
    expect(chat.input).to_have_value("Half a third")
    assert any("The connection is back." in each for each in chat.announced())


def test_R5_a_desk_killed_while_it_answers_answers_after_all(
    open_chat: Callable[..., Chat], mortal_desk: DeskProcess, rasa: FakeRasa
) -> None:
    chat = open_chat(mortal_desk.url).visit().ready()
    rasa.hold(reply("Too early."))
    chat.say("First")
    expect(chat.messages("customer")).to_have_count(1)  # stored, and being answered
    mortal_desk.kill()
    rasa.reset()
    rasa.say(message("In the end."))
    mortal_desk.start()

    # The turn is taken up when its lease has run out; until then the customer is told to wait.
    expect(chat.page.locator(".message.assistant", has_text="In the end.")).to_have_count(
        1, timeout=90_000
    )
    assert said(chat) == ["First"]
    assert len({each["message_id"] for each in rasa.received}) == 1
    numbers = [int(each.get_attribute("data-seq") or 0) for each in chat.messages().all()]
    assert numbers == sorted(set(numbers))


def test_R4_a_stream_that_was_cut_misses_nothing_and_repeats_nothing(
    open_chat: Callable[..., Chat], mortal_desk: DeskProcess
) -> None:
    chat = open_chat(mortal_desk.url).visit().ready()
    kept = chat.kept()
    address = f"{mortal_desk.url}/api/v1/conversations/{kept['id']}/messages"
    headers = {"Authorization": f"Bearer {kept['token']}"}
    for number in range(6):
        if number in (2, 4):
            chat.page.context.set_offline(True)
        httpx.post(
            address, json={"text": f"From elsewhere {number}"}, headers=headers, trust_env=False
        )
        if number in (3, 5):
            chat.page.context.set_offline(False)
    expect(chat.messages("customer")).to_have_count(6, timeout=60_000)
    assert said(chat) == [f"From elsewhere {number}" for number in range(6)]
    numbers = [int(each.get_attribute("data-seq") or 0) for each in chat.messages().all()]
    assert numbers == list(range(1, len(numbers) + 1))


def test_offline_messages_wait_go_out_in_order_and_survive_a_reload(
    chat: Chat, rasa: FakeRasa
) -> None:
    context = chat.page.context
    context.set_offline(True)
    expect(chat.page.locator(".notice")).to_contain_text("There is no connection.")
    for text in ("One", "Two"):
        chat.say(text)
    expect(chat.page.locator(".outgoing")).to_have_count(2)
    assert chat.kept()["messages"][1]["text"] == "Two"
    assert rasa.received == []
    context.set_offline(False)
    expect(chat.messages("assistant")).to_have_count(3, timeout=60_000)
    assert said(chat) == ["One", "Two"]
    assert [each["text"] for each in rasa.received] == ["One", "Two"]


def test_a_message_that_was_on_its_way_during_a_reload_is_not_said_twice(
    chat: Chat, rasa: FakeRasa
) -> None:
    rasa.slow(0.6, reply("Here."))
    chat.say("Once")
    expect(chat.messages("customer")).to_have_count(1)
    chat.page.reload()
    expect(chat.messages("assistant")).to_have_count(2)
    chat.page.wait_for_timeout(500)
    assert said(chat) == ["Once"]
    assert len({each["message_id"] for each in rasa.received}) == 1
    expect(chat.page.locator(".outgoing")).to_have_count(0)


def test_a_person_asked_for_while_offline_is_asked_for_when_the_connection_is_back(
    chat: Chat,
) -> None:
    chat.page.context.set_offline(True)
    expect(chat.page.locator(".notice")).to_be_visible()
    chat.page.locator(".person").click()
    chat.page.context.set_offline(False)
    expect(chat.page.locator(".standing")).to_be_visible(timeout=60_000)


@pytest.mark.parametrize(
    ("language", "sorry", "again", "chosen"),
    [
        ("en", "I cannot answer right now", "Try again", "chosen"),
        ("nl", "geen antwoord geven", "Opnieuw proberen", "gekozen"),
    ],
)
def test_R5_with_rasa_dead_there_is_an_honest_answer_and_a_way_on(
    open_chat: Callable[..., Chat],
    rasa: FakeRasa,
    language: str,
    sorry: str,
    again: str,
    chosen: str,
) -> None:
    chat = open_chat().visit(f"/chat?lang={language}").ready()
    rasa.stop()
    asked = time.monotonic()
    chat.ask("Help", sorry)
    assert time.monotonic() - asked < 15  # not as long as the desk would wait for a slow Rasa
    rasa.start()
    rasa.say(message("Here I am.", language=language), language=language)
    chat.button(again).click()
    chat.shows("Here I am.")
    used = chat.page.locator(".choice[aria-disabled=true]", has_text=again)
    for _ in range(2):
        expect(used).to_have_text(re.compile(rf"{again}\s*\({chosen}\)"))
        chat.page.reload()


def test_R5_a_slow_answer_is_announced_and_comes_later(
    open_chat: Callable[..., Chat], hasty_desk: Desk, rasa: FakeRasa
) -> None:
    chat = open_chat(hasty_desk.url).visit().ready()
    rasa.hold()
    chat.ask("Help", "This is taking longer than usual.")
    rasa.release()
    chat.shows("Late but here.")
    expect(chat.page.locator(".working")).to_have_count(0)


def test_a_desk_that_is_not_there_at_first_is_waited_for(open_chat: Callable[..., Chat]) -> None:
    chat = open_chat()
    chat.page.route("**/api/v1/**", lambda route: route.abort())
    chat.visit()
    chat.say("Is anybody there?")
    expect(chat.page.locator(".outgoing")).to_have_count(1)
    chat.page.unroute("**/api/v1/**")
    expect(chat.messages("customer")).to_contain_text("Is anybody there?", timeout=60_000)
    expect(chat.messages("assistant").last).to_contain_text(re.compile("Hello"))
