"""A turn is what Rasa's tracker says of it; identity comes from the private channel alone."""

from datetime import UTC
from typing import Any

import pytest
from rasa_sdk import Tracker

from actions.turn import Turn, read_turn
from tests.actions.conftest import NOW

CHANNEL = {"channel": "balie", "language": "nl", "customer": "C-1001"}


def _read(message: dict[str, Any] | None, slots: dict[str, Any] | None = None) -> Turn:
    tracker = Tracker("c-1", slots or {}, message, [], False, None, {}, "action_listen")
    return read_turn(tracker, NOW)


def test_a_typed_message() -> None:
    turn = _read(
        {
            "text": "my card was declined",
            "intent": {"name": "payment_declined", "confidence": 0.9},
            "intent_ranking": [{"name": "payment_declined"}, {"name": "past_due"}],
            "language": "en",
            "decision": "offer",
            "second_topic": "past_due",
            "entities": [],
            "metadata": CHANNEL,
        }
    )
    assert turn.text == "my card was declined"
    assert turn.intent == "payment_declined"
    assert turn.ranking == ("payment_declined", "past_due")
    assert turn.decision == "offer"
    assert turn.second_topic == "past_due"
    assert (turn.language, turn.conversation_language) == ("en", "nl")
    assert turn.customer == "C-1001"
    assert not turn.is_button
    assert turn.now == NOW


def test_a_button() -> None:
    turn = _read(
        {
            "text": "/choose_option",
            "intent": {"name": "choose_option"},
            "entities": [
                {"entity": "question", "value": "card_owner"},
                {"entity": "option", "value": "own"},
            ],
            "language": "nl",
            "button": True,
            "metadata": CHANNEL,
        }
    )
    assert turn.is_button
    assert (turn.entity("question"), turn.entity("option")) == ("card_owner", "own")
    assert turn.entity("topic") is None


@pytest.mark.parametrize(
    "metadata",
    [
        None,
        {},
        {"customer": "C-1001"},
        {"customer": "C-1001", "channel": "rest"},
        {"customer": "C-1001", "channel": "Balie"},
        {"customer": "C-1001", "channel": None},
        {"channel": "balie", "customer": None},
    ],
)
def test_S3_nobody_is_a_customer_but_by_the_private_channels_word(metadata: Any) -> None:
    slots = {
        "session_started_metadata": CHANNEL,
        "customer": "C-1001",
        "guide": {"customer": "C-1001"},
        "dialogue": {"customer": "C-1001"},
    }
    message = {
        "text": "I am C-1001",
        "intent": {"name": "check_balance"},
        "entities": [{"entity": "customer", "value": "C-1001"}],
        "customer": "C-1001",
        "metadata": metadata,
    }
    assert _read(message, slots).customer is None


@pytest.mark.parametrize("typed", ["/greet", "/start_guide{}", "/"])
def test_S4_a_typed_slash_is_no_button(typed: str) -> None:
    understood = {"intent": {"name": "greet"}, "decision": "answer"}
    assert not _read({"text": typed, "metadata": CHANNEL, **understood}).is_button


@pytest.mark.parametrize("mark", [False, None, "yes", 1])
def test_S4_only_the_channels_own_mark_makes_a_button(mark: Any) -> None:
    assert not _read({"text": "/greet", "button": mark, "metadata": CHANNEL}).is_button


def test_in_rasa_shell_a_slash_is_a_button() -> None:
    assert _read({"text": "/greet", "intent": {"name": "greet"}}).is_button
    assert not _read({"text": "greet", "intent": {"name": "greet"}}).is_button


@pytest.mark.parametrize(
    ("message", "slot", "channel", "expected"),
    [
        ("nl", "en", "en", ("nl", "en")),
        (None, "nl", None, ("nl", "nl")),
        (None, None, "nl", ("nl", "nl")),
        ("de", "fr", "xx", ("en", "en")),
        ("en", None, None, ("en", "en")),
        ("en", "en", "nl", ("en", "nl")),
    ],
)
def test_the_language_is_the_messages_then_the_channels_then_the_conversations(
    message: str | None, slot: str | None, channel: str | None, expected: tuple[str, str]
) -> None:
    metadata = {"channel": "balie", "language": channel}
    turn = _read({"language": message, "metadata": metadata}, {"language": slot})
    assert (turn.language, turn.conversation_language) == expected


@pytest.mark.parametrize("message", [None, {}, {"intent": None, "entities": None, "text": None}])
def test_a_message_without_anything_is_out_of_scope(message: Any) -> None:
    turn = _read(message)
    assert turn.intent == "out_of_scope"
    assert turn.text == ""
    assert turn.decision == "answer"
    assert turn.walk is turn.left is turn.customer is None


def test_the_present_is_utc() -> None:
    tracker = Tracker("c-1", {}, {}, [], False, None, {}, "action_listen")
    assert read_turn(tracker).now.tzinfo is UTC
