"""Whatever is said and pressed, in whatever order, the assistant answers in text."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rasa.shared.core.domain import Domain

from actions import actions
from actions.assistant import Assistant
from actions.plan import Planner
from actions.turn import read_turn
from balie.billing.client import BillingClient
from balie.billing.service import create_app
from balie.content import LANGUAGES, Content, load_content
from balie.settings import Settings
from tests.actions.conftest import NOW, ROOT, Clock, Talk
from tests.billing.connection import InProcess

TOPICS = sorted(load_content(ROOT / "data").topics)
DOMAIN = Domain.from_path(ROOT / "domain.yml")
TALK = [
    *("affirm", "deny", "next_step", "previous_step", "repeat_step", "stuck", "stop"),
    *("not_meant", "switch_language", "greet", "goodbye", "thank_you", "bot_challenge"),
    "out_of_scope",
]
TYPED = [
    *("yes", "ja", "no", "nee", "1", "2", "my own card", "Settle balance clicked", "opgeslagen"),
    *("where is Save?", "👍", "👎", "how?", "in Dutch please", "", " ", "/greet", "{customer}"),
    *("**bold", "<script>", "\u202eabc", "😀" * 50, "1998", "skip", "stop", "NL123456789B13"),
]

_decisions = st.sampled_from(["answer", "answer", "offer", "out_of_scope"])
_typed = st.builds(
    lambda text, intent, decision, likely, second: ("say", text, intent, decision, likely, second),
    st.sampled_from(TYPED) | st.text(max_size=20),
    st.sampled_from([*TALK, *TALK, *TOPICS]),
    _decisions,
    st.lists(st.sampled_from(TOPICS), max_size=3, unique=True),
    st.none() | st.sampled_from(TOPICS),
)

_pressed = st.builds(lambda which: ("press", which), st.integers(0, 11))
_done = st.just(("press", 0))
_pause = st.just(("wait",))
_walks = st.lists(_typed | _pressed | _done | _pressed | _done | _pause, min_size=3, max_size=14)
_customers = st.sampled_from([None, "C-1001", "C-1002", "C-1003", "C-1005", "C-1006", "C-9999"])


@pytest.fixture(scope="module")
def loop() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="module")
def clients(
    loop: asyncio.Runner, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[bool, BillingClient]]:
    """Billing clients by whether their backend is up."""
    folder = tmp_path_factory.mktemp("billing")
    url = f"sqlite:///{folder / 'billing.db'}"
    app = create_app(Settings(project_dir=folder, billing_database_url=url), now=lambda: NOW)
    lifespan = app.router.lifespan_context(app)
    loop.run(lifespan.__aenter__())

    def refuse(_: httpx.Request) -> httpx.Response:
        raise ConnectionRefusedError

    token = Settings().billing_token.get_secret_value()
    yield {
        up: BillingClient("http://billing", token, connection=InProcess(transport))
        for up, transport in (
            (True, httpx.ASGITransport(app)),
            (False, httpx.MockTransport(refuse)),
        )
    }
    loop.run(lifespan.__aexit__(None, None, None))


@pytest.mark.parametrize("topic", TOPICS)
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    walk=_walks,
    customer=_customers,
    language=st.sampled_from(LANGUAGES),
    billing_is_up=st.sampled_from([True, True, True, False]),
)
def test_R8_every_turn_is_answered(
    topic: str,
    walk: list[tuple[Any, ...]],
    customer: str | None,
    language: str,
    billing_is_up: bool,
    content: Content,
    planner: Planner,
    loop: asyncio.Runner,
    clients: dict[bool, BillingClient],
) -> None:
    clock = Clock()
    assistant = Assistant(planner, clients[billing_is_up])
    chat = Talk(content, clock, customer, language)
    with pytest.MonkeyPatch.context() as patch:
        held = SimpleNamespace(assistant=lambda: assistant)
        patch.setattr(actions, "resources", lambda: held)
        patch.setattr(actions, "read_turn", lambda tracker: read_turn(tracker, clock()))
        loop.run(chat.ask(topic))
        _is_an_answer(chat)
        for step in walk:
            loop.run(_take(chat, clock, step))
            _is_an_answer(chat)


async def _take(chat: Talk, clock: Clock, step: tuple[Any, ...]) -> None:
    match step:
        case ("say", text, intent, decision, likely, second):
            more = {"decision": decision, "likely": likely, "second_topic": second}
            await chat.say(text, intent, **more)
        case ("press", which) if chat.buttons:
            await chat.choose(chat.buttons[which % len(chat.buttons)])
        case _:
            clock.advance(hours=timedelta(days=2) / timedelta(hours=1))
            await chat.say("hello again", "next_step")


def _is_an_answer(chat: Talk) -> None:
    assert chat.replies
    for reply in chat.replies:
        assert reply["text"].strip()
        assert reply["custom"]["language"] in LANGUAGES
        for button in reply["buttons"]:
            assert button["title"].strip()
            assert button["intent"] in {*DOMAIN.intents, *TOPICS}
            assert {entity["entity"] for entity in button["entities"]} <= set(DOMAIN.entities)
            assert all(isinstance(entity["value"], str) for entity in button["entities"])
        step = reply["custom"].get("step")
        assert step is None or 1 <= step["number"] <= step["of"]
