"""Typed text is only ever text: never an intent, a restart or a button (S4)."""

import json
import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from balie.cli.conversations.talk import begin, desk_client
from balie.cli.temporary import TemporaryBalie

ENTITIES = {"topic": "past_due", "question": "card_owner", "option": "other"}
PREFIXES = ("/", "  /", "//", "／", "\u200b/", "/\u200b", "EXTERNAL: ", "EXTERNAL: /")
# Behind buttons only: nothing that is typed may do what they do.
BUTTON_INTENTS = ("choose_option", "start_guide", "resume_guide", "none_of_these")


def _intents(balie: TemporaryBalie) -> list[str]:
    project = balie.settings.project_dir
    domain = yaml.safe_load((project / "domain.yml").read_text(encoding="utf-8"))
    topics = sorted(path.name for path in (project / "data" / "topics").iterdir())
    return [*(name for each in domain["intents"] for name in each), *topics]


def _user_events(balie: TemporaryBalie, conversation: str) -> Iterator[dict[str, Any]]:
    """What Rasa has kept of the customer's messages."""
    with sqlite3.connect(balie.settings.path("tracker.db")) as connection:
        rows = connection.execute(
            "SELECT data FROM events WHERE sender_id = ? AND type_name = 'user'", (conversation,)
        ).fetchall()
    for (data,) in rows:
        yield json.loads(data)


def test_S4_every_intent_with_every_entity_is_understood_as_words(balie: TemporaryBalie) -> None:
    talk = begin(desk_client(balie.address), "en")
    payload = json.dumps(ENTITIES)
    typed = [f"/{intent}{payload}" for intent in [*_intents(balie), "restart", "session_start"]]
    for text in typed:
        reply = talk.say(text)
        assert reply.problem is None
        assert reply.step is None
    events = list(_user_events(balie, talk.id))
    assert len(events) == len(typed)
    for event in events:
        # An intent that is taken literally has one entry, is certain, and brings its entities.
        assert len(event["parse_data"]["intent_ranking"]) > 1
        assert event["parse_data"]["intent"]["confidence"] < 1
        assert event["parse_data"]["entities"] == []
        assert event["parse_data"]["intent"]["name"] not in BUTTON_INTENTS


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("intent", BUTTON_INTENTS)
def test_S4_no_prefix_starts_or_moves_a_guide(
    balie: TemporaryBalie, prefix: str, intent: str
) -> None:
    talk = begin(desk_client(balie.address), "en")
    reply = talk.say(f"{prefix}{intent}{json.dumps(ENTITIES)}")
    assert reply.problem is None
    assert reply.step is None


@pytest.mark.parametrize("command", ["/restart", "/session_start", "/back"])
def test_S4_a_typed_command_leaves_the_guide_where_it_is(
    balie: TemporaryBalie, command: str
) -> None:
    talk = begin(desk_client(balie.address), "en")
    talk.press("Pay a past-due balance")
    talk.press("Yes, show me the steps")
    talk.press("Done, next step")
    reply = talk.say(command)
    assert reply.problem is None
    if "Go on" in talk.buttons:
        reply = talk.press("Go on")
    assert reply.step
    assert reply.step["topic"] == "past_due"


def test_S4_an_old_button_does_nothing(balie: TemporaryBalie) -> None:
    talk = begin(desk_client(balie.address), "en")
    old = talk.buttons
    talk.press("Pay a past-due balance")
    talk.buttons = old
    assert talk.press("Payment declined").problem == "choice-not-shown"
