"""S7, S8: whatever stands in a text, a title or an address, nothing of it runs or breaks out."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests.desk.conftest import FakeRasa, button, message
from tests.web.conftest import DESKTOP, PHONE, Chat

HOSTILE = (
    "<script>window.pwned = 1</script>",
    "<img src=x onerror=window.pwned=1>",
    "<svg onload=window.pwned=1><style>*{display:none}</style>",
    '"><iframe srcdoc="<script>parent.pwned=1</script>">',
    "<a href=javascript:window.pwned=1>click</a> javascript:window.pwned=1",
    "**<b onclick=window.pwned=1>bold</b>**",
    "**unclosed <i>bold",
    "[link](javascript:window.pwned=1) ![x](https://evil.example/x.png)",
    "${window.pwned=1} {{constructor.constructor('window.pwned=1')()}} <!-- ?lit$1$ -->",
    "<template><slot name=x></template></balie-chat></dialog></article>",
    "\u202egnp.exe\u202c and \u2066isolated\u2069 \u200f\u200e marks \ufeff",
    "שלום עולם, مرحبا بالعالم (mixed) 123",
    "W" * 600,
    "https://example.com/" + "a/" * 300,
    "😀👩‍👩‍👧‍👦" * 120,
    "z̸̡̢̛̛̗̭̳͙͉̹̪̺͕̬̓̓̈́̓̔̀̋̍̚͝a" * 12,
    "line\none\n\n\n\ntwo\ttab\x0b\x0c",
    "'; DROP TABLE desk_messages; -- \\ \x7f \ufffe",
)
WELL = """() => [
  window.pwned === undefined,
  document.querySelectorAll("iframe, img, object, embed").length === 0,
  document.querySelector("balie-chat").shadowRoot.querySelectorAll(
    "script, img, iframe, style, template, [onclick], [onerror], [style]").length === 0,
  document.scrollingElement.scrollWidth <= document.scrollingElement.clientWidth,
]"""


def is_well(chat: Chat) -> None:
    assert chat.page.evaluate(WELL) == [True] * 4
    assert chat.page.evaluate("window.refused") == []


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["320px", "desktop"])
def test_S7_hostile_texts_of_customers_and_assistant_stay_texts(
    open_chat: Callable[..., Chat], rasa: FakeRasa, viewport: dict[str, int]
) -> None:
    chat = open_chat(viewport=viewport).visit().ready()
    for number, text in enumerate(HOSTILE, start=1):
        rasa.say(message(text, buttons=[button(text[:60], "next_step"), button("Next", "stop")]))
        chat.say(text)
        expect(chat.messages("assistant")).to_have_count(number + 1)
    is_well(chat)
    shown = chat.messages("customer").nth(0).locator(".text")
    expect(shown).to_have_text("<script>window.pwned = 1</script>")

    chat.page.reload()
    expect(chat.messages("assistant")).to_have_count(len(HOSTILE) + 1)
    is_well(chat)


def hostile_start(language: str = "en") -> dict[str, Any]:
    """A conversation as no desk would begin it: every field is hostile."""
    messages = [
        {
            "seq": number,
            "author": ("assistant", "agent", "system", "customer")[number % 4],
            "language": language,
            "text": text,
            "buttons": [{"id": f"{text}{number}", "title": text}],
            "links": [
                {"title": text, "url": "javascript:window.pwned=1"},
                {"title": text, "url": "data:text/html,<script>window.pwned=1</script>"},
                {"title": text, "url": " JaVaScRiPt:window.pwned=1"},
                {"title": text, "url": "http://insecure.example/"},
                {"title": text, "url": "https://fine.example/" + text},
                {"title": text, "url": "mailto:a@b.example"},
                {"title": text, "url": "tel:+31205001500"},
                {"title": text, "url": text},
            ],
            "step": {"topic": text, "id": text, "number": 2, "of": 100_000},
            "at": "2026-11-21T10:00:00Z" if number % 2 else text,
        }
        for number, text in enumerate(HOSTILE, start=1)
    ]
    return {"id": "a" * 32, "token": "t", "language": language, "messages": messages}


@pytest.fixture
def hostile_chat(open_chat: Callable[..., Chat]) -> Chat:
    chat = open_chat(viewport=PHONE)

    def answer(route: Route) -> None:
        if route.request.url.endswith("/conversations"):
            route.fulfill(
                status=201, body=json.dumps(hostile_start()), content_type="application/json"
            )
        elif route.request.url.endswith("/hours"):
            route.fulfill(body=json.dumps({"text": HOSTILE[1]}), content_type="application/json")
        elif route.request.url.endswith("/ticket"):
            ticket = {"reference": HOSTILE[0], "state": "open", "email": HOSTILE[1]}
            route.fulfill(body=json.dumps(ticket), content_type="application/json")
        elif route.request.url.endswith("/events"):
            event = 'event: status\ndata: {"status": "waiting"}\n\n'
            route.fulfill(body=event, content_type="text/event-stream")
        else:
            problem = {"type": "urn:balie:problem:invalid", "title": HOSTILE[1], "status": 422}
            route.fulfill(
                status=422, body=json.dumps(problem), content_type="application/problem+json"
            )

    chat.page.route("**/api/v1/**", answer)
    return chat.visit()


def test_S7_a_hostile_desk_runs_nothing_either(hostile_chat: Chat) -> None:
    expect(hostile_chat.messages()).to_have_count(len(HOSTILE))
    expect(hostile_chat.page.locator(".standing")).to_contain_text("<script>")
    hostile_chat.say("Hello")
    expect(hostile_chat.page.get_by_role("alert")).to_contain_text("onerror")
    is_well(hostile_chat)


def test_S8_links_are_https_mailto_or_tel_and_give_nothing_away(hostile_chat: Chat) -> None:
    expect(hostile_chat.messages()).to_have_count(len(HOSTILE))
    links = hostile_chat.page.locator(".links a")
    found = links.evaluate_all("(all) => all.map((each) => [each.protocol, each.rel, each.target])")
    schemes = {scheme for scheme, _, _ in found}
    assert schemes == {"https:", "mailto:", "tel:"}
    assert {rel for _, rel, _ in found} == {"noopener noreferrer"}
    assert all((target == "_blank") == (scheme == "https:") for scheme, _, target in found)
    # One link of each message may carry its own text as an address, where that is one.
    assert len(found) == 3 * len(HOSTILE) + sum(text.startswith("https:") for text in HOSTILE)
