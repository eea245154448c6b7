"""Turn 1,000 of one conversation, and messages that are sent at once."""

import json
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import pytest

from balie.cli.conversations.expectations import LONGEST_WAIT
from balie.cli.conversations.talk import Talk, begin, desk_client
from balie.cli.temporary import TemporaryBalie

TURNS = 1000
BEGINNING = ("Payment declined", "Yes, show me the steps", "I want to use another card")
NEXT, BACK = "Done, next step", "go back one step"
AT_ONCE = ("can we pay by invoice?", "waarom is mijn betaling geweigerd?", "thank you")


def _rows(balie: TemporaryBalie, sql: str, talk: Talk) -> list[Any]:
    with closing(sqlite3.connect(balie.settings.path("tracker.db"))) as connection:
        return [value for (value,) in connection.execute(sql, {"id": talk.id})]


def _said_in_rasa(balie: TemporaryBalie, talk: Talk) -> list[str]:
    """What Rasa keeps of the customer's messages, over all sessions."""
    sql = "SELECT data FROM events WHERE sender_id = :id AND type_name = 'user' ORDER BY id"
    return [json.loads(data)["text"] for data in _rows(balie, sql, talk)]


def _events_of_session(balie: TemporaryBalie, talk: Talk) -> int:
    """How many events the next turn has to read."""
    start = "SELECT max(id) FROM events WHERE sender_id = :id AND type_name = 'session_started'"
    sql = f"SELECT count(*) FROM events WHERE sender_id = :id AND id >= ({start})"
    return int(_rows(balie, sql, talk)[0])


def test_turn_1000_goes_on_where_the_guide_stands_and_nothing_is_lost(
    balie: TemporaryBalie,
) -> None:
    talk = begin(desk_client(balie.address), "en", "C-1001")
    for title in BEGINNING:
        reply = talk.press(title)
    asked, longest = list(BEGINNING), 0
    while len(asked) < TURNS:
        onward = len(asked) % 2 == 1
        reply = talk.press(NEXT) if onward else talk.say(BACK)
        asked.append(NEXT if onward else BACK)
        assert reply.step, f"turn {len(asked)}: {reply}"
        assert reply.step["number"] == (2 if onward else 1), f"turn {len(asked)}"
        if len(asked) > TURNS - 20:
            longest = max(longest, _events_of_session(balie, talk))
    assert reply.seconds <= LONGEST_WAIT

    transcript = talk.messages().messages
    assert [each["text"] for each in transcript if each["author"] == "customer"] == asked
    assert [each["seq"] for each in transcript] == list(range(1, len(transcript) + 1))
    authors = [each["author"] for each in transcript]
    assert all("assistant" in authors[at + 1 : at + 2] for at in _places(authors, "customer"))
    assert len(_said_in_rasa(balie, talk)) == TURNS
    assert longest < balie.settings.session_events + 20


def _places(authors: list[str], author: str) -> list[int]:
    return [at for at, each in enumerate(authors) if each == author]


@pytest.mark.parametrize("language", ["en", "nl"])
def test_messages_that_are_sent_at_once_are_answered_one_by_one(
    balie: TemporaryBalie, language: str
) -> None:
    client = desk_client(balie.address)
    talk = begin(client, language, "C-1001")

    def say(text: str) -> list[str]:
        path = f"/api/v1/conversations/{talk.id}/messages"
        answer = client.post(path, json={"text": text}, headers=talk.headers())
        return [each["text"] for each in answer.raise_for_status().json()["messages"]]

    with ThreadPoolExecutor(len(AT_ONCE)) as pool:
        answers = dict(zip(AT_ONCE, pool.map(say, AT_ONCE), strict=True))

    transcript = talk.messages().messages
    asked = [each["text"] for each in transcript if each["author"] == "customer"]
    assert sorted(asked) == sorted(AT_ONCE)
    assert _said_in_rasa(balie, talk) == asked
    answered = [each["text"] for each in transcript if each["author"] == "assistant"]
    opening = [each["text"] for each in talk.opening.messages]
    assert all(answers.values())
    assert answered == [*opening, *(text for each in asked for text in answers[each])]
