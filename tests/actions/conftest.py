"""The assistant with the real content, on the real billing stub, without Rasa around it."""

import json
import shutil
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
import yaml
from fastapi import FastAPI
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import actions
from actions.assistant import Assistant
from actions.plan import Planner
from actions.signals import Signals, load_signals
from balie.billing.client import BillingClient
from balie.billing.service import create_app
from balie.content import Content, load_content
from balie.settings import Settings
from tests.billing.connection import InProcess

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
PAUSE = timedelta(hours=24)


class Clock:
    """Stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **duration: float) -> None:
        self.now += timedelta(**duration)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def content() -> Content:
    """What writers wrote."""
    return load_content(ROOT / "data")


@pytest.fixture(scope="session")
def signals() -> Signals:
    return load_signals(ROOT / "data" / "conversation" / "signals.yml")


@pytest.fixture(scope="session")
def planner(content: Content, signals: Signals) -> Planner:
    return Planner(content, signals, PAUSE)


# The billing stub -------------------------------------------------------------------------------


@pytest.fixture(scope="session")
async def billing_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with the demo customers as they are at `NOW`."""
    folder = tmp_path_factory.mktemp("billing")
    file = folder / "billing.db"
    settings = Settings(project_dir=folder, billing_database_url=f"sqlite:///{file}")
    app = create_app(settings, now=lambda: NOW)
    async with app.router.lifespan_context(app):
        pass
    return file


@pytest.fixture
async def billing_app(
    billing_database: Path, tmp_path: Path, clock: Clock
) -> AsyncIterator[FastAPI]:
    """The stub, started, with demo customers of its own."""
    file = tmp_path / "billing.db"
    shutil.copy(billing_database, file)
    settings = Settings(project_dir=tmp_path, billing_database_url=f"sqlite:///{file}")
    app = create_app(settings, now=clock)
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
async def billing(billing_app: FastAPI) -> AsyncIterator[BillingClient]:
    """The client that the actions use, on the stub."""
    token = Settings().billing_token.get_secret_value()
    transport = httpx.ASGITransport(billing_app, raise_app_exceptions=False)
    async with BillingClient("http://billing", token, connection=InProcess(transport)) as client:
        yield client


@pytest.fixture
async def dead_billing() -> AsyncIterator[BillingClient]:
    """A client whose backend takes no connection."""

    def refuse(_: httpx.Request) -> httpx.Response:
        raise ConnectionRefusedError

    refusing = InProcess(httpx.MockTransport(refuse))
    async with BillingClient("http://billing", "x", connection=refusing) as dead:
        yield dead


@pytest.fixture
def happen(billing_app: FastAPI) -> Callable[[str, str], Any]:
    """Lets an event of the demo happen to a customer."""

    async def event(customer: str, name: str) -> None:
        token = Settings().billing_token.get_secret_value()
        transport = httpx.ASGITransport(billing_app)
        async with httpx.AsyncClient(transport=transport, base_url="http://billing") as http:
            response = await http.post(
                f"/v1/demo/customers/{customer}/events",
                json={"event": name},
                headers={"Authorization": f"Bearer {token}"},
            )
            assert response.is_success, response.text

    return event


# Conversations ----------------------------------------------------------------------------------


def _rules() -> dict[str, str]:
    """The action of each intent, as Rasa's rules have it."""
    rules = yaml.safe_load((ROOT / "data/conversation/rules.yml").read_text(encoding="utf-8"))
    steps = [{k: v for step in rule["steps"] for k, v in step.items()} for rule in rules["rules"]]
    return {step["intent"]: step["action"] for step in steps}


def _actions() -> dict[str, Action]:
    found = [
        each()
        for each in vars(actions).values()
        if isinstance(each, type)
        and issubclass(each, actions.TurnAction)
        and each is not actions.TurnAction
    ]
    return {action.name(): action for action in found}


@dataclass
class Talk:
    """A conversation; what the assistant remembers goes through JSON, as in Rasa."""

    content: Content
    clock: Clock
    customer: str | None = None
    language: str = "en"
    waiting: bool = False
    page: str | None = None
    slots: dict[str, Any] = field(default_factory=dict)
    replies: list[dict[str, Any]] = field(default_factory=list)
    rules: Mapping[str, str] = field(default_factory=_rules)
    actions: Mapping[str, Action] = field(default_factory=_actions)

    async def say(self, text: str, intent: str, **understood: Any) -> str:
        """Type something that is surely `intent`, unless `understood` says more; the texts."""
        ranking = [{"name": intent}, *({"name": n} for n in understood.pop("likely", ()))]
        message = {
            "text": text,
            "intent": {"name": intent},
            "intent_ranking": ranking,
            "language": self.language,
            "decision": "answer",
            **understood,
        }
        return await self._turn(message)

    async def ask(self, topic: str, **understood: Any) -> str:
        """Ask about a topic in its title's words."""
        title = self.content.topics[topic].title
        return await self.say(title["nl" if self.language == "nl" else "en"], topic, **understood)

    async def press(self, title: str) -> str:
        """Press the newest button that begins with these words."""
        button = next(b for b in reversed(self.buttons) if b["title"].startswith(title))
        return await self.choose(button)

    async def choose(self, button: Mapping[str, Any]) -> str:
        """Press this button."""
        intent = {"name": button["intent"]}
        message = {
            "text": f"/{button['intent']}",
            "intent": intent,
            "intent_ranking": [intent],
            "entities": button["entities"],
            "language": self.language,
            "decision": "answer",
            "button": True,
        }
        return await self._turn(message)

    @property
    def texts(self) -> list[str]:
        return [reply["text"] for reply in self.replies]

    @property
    def buttons(self) -> list[dict[str, Any]]:
        return [button for reply in self.replies for button in reply["buttons"]]

    @property
    def titles(self) -> list[str]:
        return [button["title"] for button in self.buttons]

    @property
    def step(self) -> str | None:
        """Id of the step that was shown last."""
        steps = [reply["custom"]["step"] for reply in self.replies if reply["custom"].get("step")]
        return steps[-1]["id"] if steps else None

    @property
    def ticket(self) -> dict[str, Any] | None:
        """What is said of the open ticket, if anything is."""
        return next((r["custom"]["ticket"] for r in self.replies if "ticket" in r["custom"]), None)

    @property
    def handoff(self) -> dict[str, Any] | None:
        return next(
            (r["custom"]["handoff"] for r in self.replies if "handoff" in r["custom"]), None
        )

    def text(self, key: str, **values: str) -> str:
        """One of the assistant's own texts, in the conversation's language."""
        text = self.content.texts[key]["nl" if self.language == "nl" else "en"]
        for name, value in values.items():
            text = text.replace(f"{{{name}}}", value)
        return text

    def tracker(self, message: Mapping[str, Any]) -> Tracker:
        """As Rasa posts it."""
        metadata = {"channel": "balie", "customer": self.customer, "language": self.language}
        metadata |= {"waiting": True} if self.waiting else {}
        metadata |= {"topic": self.page} if self.page else {}
        return Tracker(
            "c-1",
            json.loads(json.dumps(self.slots)),
            json.loads(json.dumps({"metadata": metadata, **message})),
            [],
            False,
            None,
            {},
            "action_listen",
        )

    async def _turn(self, message: Mapping[str, Any]) -> str:
        intent = message["intent"]["name"]
        action = self.actions[self.rules.get(intent, "action_answer_topic")]
        dispatcher = CollectingDispatcher()
        events = await action.run(dispatcher, self.tracker(message), {})
        self.slots.update({event["name"]: event["value"] for event in events})
        self.language = self.slots["language"]
        self.replies = dispatcher.messages
        return "\n".join(self.texts)


StartTalk = Callable[..., Talk]


@pytest.fixture
def talk_with(
    content: Content, planner: Planner, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> Callable[[BillingClient], StartTalk]:
    """Begins conversations with an assistant on a given billing client."""

    def on(client: BillingClient) -> StartTalk:
        assistant = Assistant(planner, client)
        monkeypatch.setattr(
            actions, "resources", lambda: SimpleNamespace(assistant=lambda: assistant)
        )
        monkeypatch.setattr(
            actions, "read_turn", lambda tracker: actions_read_turn(tracker, clock())
        )

        def start(customer: str | None = None, language: str = "en") -> Talk:
            return Talk(content, clock, customer, language)

        return start

    from actions.turn import read_turn as actions_read_turn

    return on


@pytest.fixture
def talk(talk_with: Callable[[BillingClient], StartTalk], billing: BillingClient) -> StartTalk:
    """Begins conversations on the billing stub."""
    return talk_with(billing)
