"""Whatever breaks, the customer hears so honestly within eight seconds, and the guide goes on."""

import contextlib
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest

from balie.cli.conversations.expectations import LONGEST_WAIT
from balie.cli.conversations.form import Process
from balie.cli.conversations.talk import Reply, Talk, begin, desk_client
from balie.cli.temporary import TemporaryBalie
from balie.content import Language, load_content

Outage = Callable[[], AbstractContextManager[None]]

TOPIC: dict[Language, str] = {
    "en": "Pay a past-due balance",
    "nl": "Een achterstallig saldo betalen",
}
START: dict[Language, str] = {"en": "Yes, show me the steps", "nl": "Ja, toon de stappen"}
NEXT: dict[Language, str] = {"en": "Done, next step", "nl": "Gedaan, volgende stap"}
AGAIN: dict[Language, str] = {"en": "please repeat that step", "nl": "kunt u die stap herhalen"}
ANSWERS: dict[Language, set[str]] = {"en": {"Yes", "No"}, "nl": {"Ja", "Nee"}}


@pytest.fixture
def killed(balie: TemporaryBalie) -> Callable[[Process], Outage]:
    """Makes an outage in which a process is gone."""

    @contextlib.contextmanager
    def outage(process: Process) -> Iterator[None]:
        balie.fault(process, down=True)
        yield
        balie.fault(process, down=False)

    return lambda process: lambda: outage(process)


@pytest.fixture
def locked_store(balie: TemporaryBalie) -> Outage:
    """An outage in which another program holds the tracker store's lock."""

    @contextlib.contextmanager
    def outage() -> Iterator[None]:
        path = balie.settings.path("tracker.db")
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("BEGIN EXCLUSIVE")
            yield
            connection.execute("ROLLBACK")

    return outage


def _at_second_step(balie: TemporaryBalie, language: Language) -> Talk:
    talk = begin(desk_client(balie.address), language, "C-1001")
    talk.press(TOPIC[language])
    talk.press(START[language])
    assert _step(talk.press(NEXT[language])) == "settle_balance"
    return talk


def _step(reply: Reply) -> str | None:
    return reply.step["id"] if reply.step else None


def _desk_text(balie: TemporaryBalie, key: str, language: Language) -> str:
    return load_content(balie.settings.data_dir).desk[key][language]


def _check_outage(balie: TemporaryBalie, outage: Outage, language: Language) -> None:
    talk = _at_second_step(balie, language)
    retry, person = (_desk_text(balie, f"button_{each}", language) for each in ("retry", "person"))
    with outage():
        reply = talk.press(NEXT[language])
        assert reply.seconds <= LONGEST_WAIT
        assert reply.text == _desk_text(balie, "rasa_down", language)
        assert {message["language"] for message in reply.messages} == {language}
        assert set(reply.buttons) == {retry, person}
    # The very press that failed is taken up again: the guide moves on by one, not two or none.
    assert set(talk.press(retry).buttons) == ANSWERS[language]


def test_R5_rasa_down_is_said_honestly_and_the_message_can_be_sent_again(
    balie: TemporaryBalie, killed: Callable[[Process], Outage]
) -> None:
    _check_outage(balie, killed("rasa"), "en")


@pytest.mark.parametrize("language", ["en", "nl"])
def test_R5_actions_down_is_said_honestly_and_the_message_can_be_sent_again(
    balie: TemporaryBalie, killed: Callable[[Process], Outage], language: Language
) -> None:
    _check_outage(balie, killed("actions"), language)


@pytest.mark.parametrize("language", ["en", "nl"])
def test_R5_a_broken_tracker_store_is_said_honestly_and_the_message_can_be_sent_again(
    balie: TemporaryBalie, broken_store: Outage, language: Language
) -> None:
    _check_outage(balie, broken_store, language)


def test_R5_a_locked_tracker_store_is_said_honestly_and_the_message_can_be_sent_again(
    balie: TemporaryBalie, locked_store: Outage
) -> None:
    _check_outage(balie, locked_store, "nl")


@pytest.mark.parametrize("language", ["en", "nl"])
def test_R5_after_an_outage_the_guide_stands_at_the_same_step(
    balie: TemporaryBalie, broken_store: Outage, language: Language
) -> None:
    talk = _at_second_step(balie, language)
    with broken_store():
        assert talk.say("👍").text == _desk_text(balie, "rasa_down", language)
    assert _step(talk.say(AGAIN[language])) == "settle_balance"


def test_R5_a_late_answer_is_announced_and_still_comes(balie: TemporaryBalie) -> None:
    talk = _at_second_step(balie, "en")
    with balie.frozen("rasa"):
        reply = talk.press(NEXT["en"])
        assert reply.seconds <= LONGEST_WAIT
        assert reply.text == _desk_text(balie, "slow", "en")
        assert set(reply.buttons) == {_desk_text(balie, "button_person", "en")}
    late = _wait_for(lambda: talk.messages(after=reply.messages[-1]["seq"]))
    assert set(late.buttons) == ANSWERS["en"]
    assert len(late.messages) == 1


def _wait_for(look: Callable[[], Reply]) -> Reply:
    deadline = time.monotonic() + 20
    while not (reply := look()).messages:
        assert time.monotonic() < deadline, "the late answer did not come"
        time.sleep(0.1)
    return reply


def test_R5_without_billing_the_documented_answer_comes_without_account_facts(
    balie: TemporaryBalie, killed: Callable[[Process], Outage]
) -> None:
    _check_without_billing(balie, killed("billing"), "en")


def test_R5_a_hanging_billing_system_keeps_nobody_waiting(balie: TemporaryBalie) -> None:
    _check_without_billing(balie, lambda: balie.frozen("billing"), "nl")


def _check_without_billing(balie: TemporaryBalie, outage: Outage, language: Language) -> None:
    talk = begin(desk_client(balie.address), language, "C-1001")
    unavailable = load_content(balie.settings.data_dir).texts["account_unavailable"][language]
    with outage():
        reply = talk.press(TOPIC[language])
        assert reply.seconds <= LONGEST_WAIT
        assert unavailable in reply.text
        assert "214" not in reply.text
        assert START[language] in reply.buttons
        assert talk.press(START[language]).step is not None


def test_R5_a_person_can_be_asked_for_while_the_assistant_is_down(
    balie: TemporaryBalie, broken_store: Outage
) -> None:
    talk = begin(desk_client(balie.address), "en")
    with broken_store():
        talk.say("why was my card declined?")
        reply = talk.press("Talk to a person")
    ticket = talk.ticket()
    assert reply.status == "waiting"
    assert ticket is not None
    assert ticket["reference"] in reply.text


def test_R5_a_desk_that_is_killed_forgets_nothing_that_was_said(balie: TemporaryBalie) -> None:
    talk = _at_second_step(balie, "en")
    before = talk.messages().text
    balie.restart("desk")
    assert talk.messages().text == before
    assert set(talk.press(NEXT["en"]).buttons) == ANSWERS["en"]
