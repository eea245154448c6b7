"""A small assistant of two topics, really trained, behind a real Rasa server on a socket."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import rasa.model_training
from aiohttp import web
from rasa.core.agent import Agent
from rasa.core.lock_store import InMemoryLockStore
from rasa.core.run import configure_app
from rasa.shared.core.domain import Domain
from rasa.utils.endpoints import EndpointConfig
from sanic import Sanic

from balie.rasa_plugins.channel import PrivateChannel
from balie.rasa_plugins.tracker_store import UrlTrackerStore
from balie.settings import Settings

SECRET = "the secret of these tests"
PROJECT = {
    "config.yml": """
        assistant_id: small
        recipe: default.v1
        language: en
        importers:
        - name: balie.rasa_plugins.importer.TopicImporter
        pipeline:
        - name: KeywordIntentClassifier
        - name: FallbackClassifier
        policies:
        - name: RulePolicy
          enable_fallback_prediction: false
        - name: MemoizationPolicy
        """,
    "domain.yml": """
        version: "3.1"
        intents:
        - greet: {use_entities: []}
        - unanswered: {use_entities: []}
        - ask_parking
        entities: [topic]
        slots:
          guide: {type: any, influence_conversation: false, mappings: [{type: custom}]}
        actions: [action_answer_topic]
        responses:
          utter_greet:
          - text: Hello
            buttons:
            - {title: My card, payload: '/card_refused{"topic": "card"}'}
            - {title: Something typed, payload: my card}
          utter_unclear: [{text: "What do you mean?"}]
          utter_parking: [{text: There is no parking.}]
        """,
    "data/topics/card_refused/topic.yml": "title: {en: Card refused, nl: Kaart geweigerd}",
    "data/topics/card_refused/nlu.en.yml": """
        nlu:
        - intent: card_refused
          examples: |
            - card
            - refused
        """,
    "data/topics/card_refused/nlu.nl.yml": """
        nlu:
        - intent: card_refused
          examples: |
            - kaart
            - geweigerd
        """,
    "data/topics/past_due/topic.yml": "title: {en: Past due, nl: Achterstallig}",
    "data/topics/past_due/nlu.en.yml": """
        nlu:
        - intent: past_due
          examples: |
            - overdue
            - past due
        """,
    "data/topics/notes/readme.txt": "not a topic",
    "data/conversation/nlu/greet.en.yml": """
        nlu:
        - intent: greet
          examples: |
            - hello
            - good day
        """,
    "data/conversation/rules.yml": """
        rules:
        - rule: greeting
          steps:
          - intent: greet
          - action: utter_greet
        - rule: not understood
          steps:
          - intent: nlu_fallback
          - action: utter_unclear
        """,
    # What a writer adds in plain Rasa: an intent, its examples, a response and a story.
    "data/parking.yml": """
        nlu:
        - intent: ask_parking
          examples: |
            - parking
            - car park
        stories:
        - story: where to park
          steps:
          - intent: ask_parking
          - action: utter_parking
        """,
}


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small assistant's files."""
    folder = tmp_path_factory.mktemp("project")
    for name, text in PROJECT.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(_dedent(text), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def model(project: Path) -> Path:
    """The small assistant, trained."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RASA_CACHE_DIRECTORY", str(project / "cache"))
        trained = rasa.model_training.train(
            domain=str(project / "domain.yml"),
            config=str(project / "config.yml"),
            training_files=[str(project / "data")],
            output=str(project / "models"),
        )
    assert trained.code == 0
    return Path(trained.model)


@pytest.fixture
def settings(project: Path) -> Settings:
    return Settings(
        project_dir=project, internal_secret=SECRET, rasa_timeout=30, session_events=1000
    )


@dataclass
class ActionServer:
    """Answers Rasa's calls as a test tells it to, and keeps them."""

    calls: list[dict[str, Any]] = field(default_factory=list)
    reply: Callable[[dict[str, Any]], Awaitable[web.Response]] | None = None
    url: str = ""

    def say(self, *texts: str, events: list[dict[str, Any]] | None = None, **more: Any) -> None:
        """Answer every call with these texts and events."""
        responses = [{"text": text, **more} for text in texts]

        async def answer(_: dict[str, Any]) -> web.Response:
            return web.json_response({"events": events or [], "responses": responses})

        self.reply = answer

    def fail(self, status: int = 500) -> None:
        """Answer every call with an error."""

        async def answer(_: dict[str, Any]) -> web.Response:
            return web.json_response({"error": "broken"}, status=status)

        self.reply = answer

    def hang(self, seconds: float) -> None:
        """Take long for every answer."""

        async def answer(_: dict[str, Any]) -> web.Response:
            await asyncio.sleep(seconds)
            return web.json_response({"events": [], "responses": [{"text": "late"}]})

        self.reply = answer

    async def handle(self, request: web.Request) -> web.Response:
        """The webhook."""
        call = await request.json()
        self.calls.append(call)
        assert self.reply is not None
        return await self.reply(call)

    @property
    def message(self) -> dict[str, Any]:
        """The newest message as the action server was told of it."""
        message: dict[str, Any] = self.calls[-1]["tracker"]["latest_message"]
        return message


@pytest.fixture
async def actions() -> AsyncIterator[ActionServer]:
    """An action server on a socket; it answers "answered" until a test says otherwise."""
    server = ActionServer()
    server.say("answered")
    app = web.Application()
    app.router.add_post("/webhook", server.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}/webhook"
    yield server
    await runner.cleanup()


@dataclass
class RasaServer:
    """The small assistant behind its private channel."""

    agent: Agent
    client: httpx.AsyncClient
    channel: PrivateChannel
    sent: int = 0

    async def post(self, **body: Any) -> httpx.Response:
        """Send a message; what is not given is filled in."""
        self.sent += 1
        filled = {
            "conversation": "c-1",
            "message_id": f"m-{self.sent}",
            "language": "en",
            "customer": None,
            **({} if "intent" in body or "text" in body else {"text": "hello"}),
            **body,
        }
        return await self.client.post("/webhooks/balie/message", json=filled)

    async def texts(self, **body: Any) -> list[str]:
        """Send a message and give the texts of the answer."""
        response = await self.post(**body)
        assert response.status_code == 200, response.text
        return [message["text"] for message in response.json()["messages"]]

    async def events(self, conversation: str = "c-1") -> list[Any]:
        """Everything that is stored of a conversation."""
        tracker = await self.agent.tracker_store.retrieve_full_tracker(conversation)
        return list(tracker.events) if tracker else []


StartRasa = Callable[..., Awaitable[RasaServer]]


@pytest.fixture
async def start_rasa(
    model: Path,
    settings: Settings,
    actions: ActionServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[StartRasa]:
    """Starts Rasa servers with other settings than usual."""
    monkeypatch.setattr(Sanic, "test_mode", True)
    running: list[tuple[Any, httpx.AsyncClient]] = []

    async def start(with_model: bool = True, **changed: Any) -> RasaServer:
        chosen = settings.model_copy(update=changed)
        channel = PrivateChannel(settings=chosen)
        agent = Agent(
            domain=Domain.empty(),
            tracker_store=UrlTrackerStore(Domain.empty(), f"sqlite:///{tmp_path / 'tracker.db'}"),
            lock_store=InMemoryLockStore(),
            action_endpoint=EndpointConfig(actions.url),
        )
        if with_model:
            agent.load_model(model)
        app = configure_app([channel], enable_api=False)
        app.ctx.agent = agent
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        server = await app.create_server(sock=listener, return_asyncio_server=True)
        assert server is not None
        await server.startup()
        await server.start_serving()
        client = httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{listener.getsockname()[1]}",
            headers={"Authorization": f"Bearer {SECRET}"},
            timeout=20,
        )
        running.append((server, client))
        return RasaServer(agent, client, channel)

    yield start
    for server, client in running:
        await client.aclose()
        server.close()
        await server.wait_closed()


@pytest.fixture
async def rasa_server(start_rasa: StartRasa) -> RasaServer:
    """The small assistant, running."""
    return await start_rasa()


@pytest.fixture
def copy_project(project: Path, tmp_path: Path) -> Iterator[Path]:
    """The small assistant's files, to be changed."""
    import shutil

    copied = tmp_path / "copy"
    shutil.copytree(project, copied, ignore=shutil.ignore_patterns("models", "cache"))
    return copied


def _dedent(text: str) -> str:
    import textwrap

    return textwrap.dedent(text).lstrip()
