"""P1: nothing that must be masked reaches the database, Rasa, the log or a ticket."""

import logging
from collections.abc import Callable

import pytest

from balie.settings import Settings
from tests.desk.conftest import Desk, FakeRasa, database_files

PLANTED = {
    "card": ("5555 5555 5555 4444", "5555555555554444", "a card number"),
    "iban": ("NL91 ABNA 0417 1643 00", "0417164300", "a bank account number"),
    "bsn": ("111222333", "111222333", "a citizen service number"),
}


@pytest.mark.parametrize("kind", PLANTED)
def test_P1_numbers_are_masked_before_rasa_and_the_customer_is_told(
    desk: Desk, rasa: FakeRasa, kind: str
) -> None:
    number, _, name = PLANTED[kind]
    conversation = desk.start()
    answer = conversation.say(f"My BSN or other number is {number} today")

    assert number not in rasa.received[0]["text"]
    assert "•" in rasa.received[0]["text"]
    assert [each["author"] for each in answer["messages"]] == ["system", "assistant"]
    assert f"I have hidden {name} in your message" in answer["messages"][0]["text"]


def test_P1_several_kinds_are_told_in_one_sentence(desk: Desk) -> None:
    conversation = desk.start(language="nl")
    told = conversation.say("kaart 5555555555554444 en NL91ABNA0417164300")["messages"][0]

    assert "een kaartnummer en een rekeningnummer" in told["text"]


def test_P2_other_numbers_are_passed_on_and_nothing_is_said(desk: Desk, rasa: FakeRasa) -> None:
    text = "Invoice 111222333, PO 4500012345, VAT NL123456782B01"
    answer = desk.start().say(text)

    assert rasa.received[0]["text"] == text
    assert [each["author"] for each in answer["messages"]] == ["assistant"]


def test_P1_nothing_unmasked_reaches_the_database_its_files_or_the_log(
    settings: Settings,
    rasa: FakeRasa,
    open_desk: Callable[[Settings], Desk],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    desk = open_desk(settings)
    conversation = desk.start()
    for number, _, _ in PLANTED.values():
        text = f"My BSN or other number is {number}"
        conversation.say(text, key=f"key {number}")
        conversation.post("/messages", {"text": text, "choice": number})
        conversation.post("/messages", {"choice": number})
        conversation.post("/messages", {"text": text + "." * 2000})
        conversation.post("/handoff", {"note": text})
        conversation.request("PUT", "/customer", json={"customer_token": number})
        rasa.fail(500, {"echo": text})
        conversation.say(text)
        rasa.reset()
    stored = repr(
        [
            desk.query(f"SELECT * FROM desk_{table}")
            for table in ("conversations", "messages", "buttons", "tickets", "idempotency_keys")
        ]
    ).encode()
    desk.stop()
    files = b"".join(file.read_bytes() for file in database_files(settings))

    for number, digits, _ in PLANTED.values():
        for form in (number, digits, number.replace(" ", "")):
            assert form.encode() not in stored
            assert form.encode() not in files
            assert form not in caplog.text
