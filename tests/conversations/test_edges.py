"""Messages at the edge of what can be sent."""

import pytest

from balie.cli.conversations.talk import begin, desk_client
from balie.cli.temporary import TemporaryBalie


@pytest.mark.parametrize(("language", "word"), [("en", "too long"), ("nl", "te lang")])
def test_a_text_that_is_too_long_is_refused_kindly_and_the_conversation_goes_on(
    balie: TemporaryBalie, language: str, word: str
) -> None:
    talk = begin(desk_client(balie.address), language)
    reply = talk.say("a" * 2001)
    assert reply.problem == "too-long"
    assert word in str(reply.title)
    assert talk.say("a" * 2000).messages
    assert len([m for m in talk.messages().messages if m["author"] == "customer"]) == 1


@pytest.mark.parametrize("text", ["", " ", "\n\t", "\u200b\u2060", "\u202e"])
def test_a_text_without_anything_to_see_is_refused(balie: TemporaryBalie, text: str) -> None:
    talk = begin(desk_client(balie.address), "nl")
    reply = talk.say(text)
    assert reply.problem == "empty-message"
    assert reply.title


@pytest.mark.parametrize(
    "text",
    [
        "😀" * 1000,
        "\u202eright to left\u202c",
        "a\x00b\x07c\x1bd",
        "ﷺ" * 500,
        "z̸̢̛͎" * 300,
        "1" * 2000,
        "." * 2000,
        "why " * 500,
        "'; DROP TABLE events; --",
        "${jndi:ldap://x}",
        "\ud800 lone surrogate".encode("utf-16", "surrogatepass").decode("utf-16", "replace"),
    ],
    ids=lambda text: ascii(text[:12]),
)
def test_R8_hostile_text_gets_an_answer_like_any_other(balie: TemporaryBalie, text: str) -> None:
    reply = begin(desk_client(balie.address), "en").say(text)
    assert reply.problem is None
    assert reply.messages
    assert reply.seconds < 8
