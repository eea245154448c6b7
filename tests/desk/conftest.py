"""A desk of its own for every test: real HTTP, a real database, and a Rasa that does as told."""

import json
import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
import uvicorn
from sqlalchemy import Connection, create_engine, make_url, text

from balie.desk import clock as desk_clock
from balie.desk.app import create_app
from balie.desk.database import open_engine
from balie.desk.tokens import make_customer_token
from balie.settings import Settings

DATA = Path(__file__).parents[2] / "data"
CARD = "4111 1111 1111 1111"
SATURDAY = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)

TOPIC = """
title: {{en: {en}, nl: {nl}}}
answer: {{en: An answer., nl: Een antwoord.}}
as_of: 2026-01-01
review_by: 2099-01-01
"""


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def new_database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], str]]:
    """Makes empty databases: files, or schemas that are dropped again."""
    if request.param == "sqlite":
        yield lambda: f"sqlite:///{tmp_path_factory.mktemp('state') / 'balie.db'}"
        return
    server = os.environ.get("BALIE_TEST_POSTGRES_URL")
    if not server:
        pytest.skip("BALIE_TEST_POSTGRES_URL names no PostgreSQL server")
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    schemas: list[str] = []

    def new_schema() -> str:
        schemas.append(f"balie_desk_{uuid4().hex}")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE SCHEMA {schemas[-1]}"))
        url = make_url(server).update_query_dict({"options": f"-csearch_path={schemas[-1]}"})
        return url.render_as_string(hide_password=False)

    yield new_schema
    with engine.connect() as connection:
        for schema in schemas:
            connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    engine.dispose()


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_data(tmp_path_factory.mktemp("project") / "data")


def write_data(data: Path) -> Path:
    """Write the desk's real texts and links with two topics of our own."""
    (data / "conversation").mkdir(parents=True)
    for name in (
        "conversation/texts.yml",
        "conversation/desk.yml",
        "conversation/page.yml",
        "conversation/mail.yml",
    ):
        shutil.copy(DATA / name, data / name)
    (data / "help").mkdir()
    for name in ("links.yml", "labels.yml", "help/texts.yml", "help/privacy.yml"):
        shutil.copy(DATA / name, data / name)
    for name, en, nl in (
        ("past_due", "Pay a past-due balance", "Een achterstallig saldo betalen"),
        ("unused_licenses", "Unused licenses", "Ongebruikte licenties"),
    ):
        folder = data / "topics" / name
        folder.mkdir(parents=True)
        (folder / "topic.yml").write_text(TOPIC.format(en=en, nl=nl), encoding="utf-8")
    return data


class FakeRasa:
    """A real HTTP server in Rasa's place; `respond` decides what it does with a message."""

    def __init__(self) -> None:
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # one packet an answer, else it waits for the client's acknowledgement

            def setup(self) -> None:
                super().setup()
                fake._connections.add(self.connection)

            def finish(self) -> None:
                fake._connections.discard(self.connection)
                with suppress(OSError):
                    super().finish()

            def do_GET(self) -> None:
                self._send(200 if fake.ready else 503, {})

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                fake.tokens.append(self.headers["Authorization"])
                message = json.loads(body)
                fake.received.append(message)
                self._send(*fake.respond(message))

            def _send(self, status: int, content: Any) -> None:
                data = content if isinstance(content, bytes) else json.dumps(content).encode()
                with suppress(OSError):
                    self.send_response(status)
                    self.send_header("Content-Type", "application/json")
                    self.send_header("Content-Length", str(len(data)))
                    self.end_headers()
                    self.wfile.write(data)

            def log_message(self, *_: object) -> None:
                pass

        self._handler = Handler
        self._released = threading.Event()
        self._port = 0
        self._connections: set[socket.socket] = set()
        self._server: ThreadingHTTPServer | None = None
        self.reset()
        self.start()
        self.url = f"http://127.0.0.1:{self._port}"

    def reset(self) -> None:
        """Forget what was received and answer as at first."""
        self.release()
        self.received: list[dict[str, Any]] = []
        self.tokens: list[str | None] = []
        self.ready = True
        self.respond: Callable[[dict[str, Any]], tuple[int, Any]] = lambda _: (200, reply("Hello."))

    def start(self) -> None:
        """Listen, on the same port as ever."""
        if self._server is None:
            self._server = ThreadingHTTPServer(("127.0.0.1", self._port), self._handler)
            self._server.daemon_threads = True
            self._port = self._server.server_address[1]
            threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        """Refuse connections from here on, and end those there are."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None
            for connection in list(self._connections):
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def say(self, *messages: dict[str, Any], **rest: Any) -> None:
        """Answer everything with these messages."""
        self.respond = lambda _: (200, {**reply(), **rest, "messages": list(messages)})

    def fail(self, status: int, content: Any) -> None:
        """Answer everything with this status."""
        self.respond = lambda _: (status, content)

    def slow(self, seconds: float, answer: Any = None) -> None:
        """Answer everything, but late."""

        def respond(_: dict[str, Any]) -> tuple[int, Any]:
            time.sleep(seconds)
            return 200, answer or reply("Late but here.")

        self.respond = respond

    def hold(self, answer: Any = None, status: int = 200) -> None:
        """Answer nothing before `release` is called."""
        self._released.clear()

        def respond(_: dict[str, Any]) -> tuple[int, Any]:
            self._released.wait()
            return status, answer or reply("Late but here.")

        self.respond = respond

    def release(self) -> None:
        """Give the answers that are held."""
        self._released.set()


def message(text: str, **rest: Any) -> dict[str, Any]:
    """One message of the assistant, as the private channel gives it."""
    return {"text": text, "buttons": [], "links": [], "step": None, "language": "en", **rest}


def button(title: str, intent: str, **entities: str) -> dict[str, Any]:
    """A button as the private channel gives it."""
    listed = [{"entity": name, "value": value} for name, value in entities.items()]
    return {"title": title, "intent": intent, "entities": listed}


def reply(*texts: str, **rest: Any) -> dict[str, Any]:
    """A whole reply of the private channel."""
    messages = [message(text) for text in texts]
    return {"messages": messages, "language": "en", "handoff": None, **rest}


@dataclass
class Conversation:
    """One visitor's side of a conversation."""

    http: httpx.Client
    id: str
    token: str
    started: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)

    def request(self, method: str, path: str, **rest: Any) -> httpx.Response:
        headers = {
            "Authorization": f"Bearer {self.token}",
            **self.headers,
            **rest.pop("headers", {}),
        }
        return self.http.request(
            method, f"/api/v1/conversations/{self.id}{path}", headers=headers, **rest
        )

    def post(self, path: str, body: Any, key: str | None = None) -> httpx.Response:
        headers = {"Idempotency-Key": key} if key else {}
        return self.request("POST", path, json=body, headers=headers)

    def say(self, text: str, key: str | None = None) -> dict[str, Any]:
        response = self.post("/messages", {"text": text}, key)
        assert response.status_code == 200, response.text
        return dict(response.json())

    def choose(self, button: dict[str, Any], key: str | None = None) -> httpx.Response:
        return self.post("/messages", {"choice": button["id"]}, key)

    def messages(self, after: int = 0) -> list[dict[str, Any]]:
        response = self.request("GET", f"/messages?after={after}")
        assert response.status_code == 200, response.text
        return list(response.json()["messages"])

    def wait_for(self, text: str, seconds: float = 30.0) -> dict[str, Any]:
        """The first message that holds `text`, as soon as it is stored."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for each in self.messages():
                if text in each["text"]:
                    return each
            time.sleep(0.02)
        raise AssertionError(f"no message with {text!r}")

    @contextmanager
    def events(self, last: str | None = None) -> Iterator[Iterator[dict[str, Any]]]:
        """The stream of events, each as its id, kind and data."""
        headers = {"Authorization": f"Bearer {self.token}"}
        if last is not None:
            headers["Last-Event-ID"] = last
        path = f"/api/v1/conversations/{self.id}/events"
        with self.http.stream("GET", path, headers=headers, timeout=10) as response:
            assert response.status_code == 200
            yield read_events(response)


def read_events(response: httpx.Response) -> Iterator[dict[str, Any]]:
    event: dict[str, Any] = {}
    for line in response.iter_lines():
        if not line:
            if "data" in event:
                yield event
            event = {}
        elif not line.startswith(":"):
            name, _, value = line.partition(": ")
            event[name] = json.loads(value) if name == "data" else value


class Desk:
    """A running desk."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.app = create_app(settings)
        self.server = uvicorn.Server(
            uvicorn.Config(
                self.app,
                port=0,
                log_config=None,
                access_log=False,
                ws="none",
                timeout_graceful_shutdown=1,  # a browser may still listen
            )
        )
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        self.thread = threading.Thread(
            target=self.server.run, kwargs={"sockets": [listener]}, daemon=True
        )
        self.thread.start()
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        while not self.server.started:
            assert self.thread.is_alive()
            time.sleep(0.005)
        self._engine = open_engine(settings.database())
        self.http = httpx.Client(base_url=self.url, timeout=15, trust_env=False)

    def start(self, customer: str | None = None, **body: Any) -> Conversation:
        if customer:
            body["customer_token"] = make_customer_token(self.settings, customer)
        response = self.http.post("/api/v1/conversations", json={"language": "en", **body})
        assert response.status_code == 201, response.text
        started = response.json()
        return Conversation(self.http, started["id"], started["token"], started)

    def query(self, sql: str, **values: Any) -> list[tuple[Any, ...]]:
        """Look into the database, or change it, behind the desk's back."""
        with self._engine.begin() as connection:
            return _rows(connection, sql, values)

    def stop(self) -> None:
        self.http.close()
        self._engine.dispose()
        self.server.should_exit = True
        self.thread.join(10)


def database_files(settings: Settings) -> list[Path]:
    """The files of an SQLite database; none for PostgreSQL."""
    address = make_url(settings.database())
    if address.get_backend_name() != "sqlite":
        return []
    path = Path(address.database or "")
    return sorted(path.parent.glob(f"{path.name}*"))


def _rows(connection: Connection, sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    result = connection.execute(text(sql), values)
    return [tuple(row) for row in result] if result.returns_rows else []


@dataclass
class Running:
    """A desk and its Rasa, shared by the tests of one database."""

    desk: Desk
    rasa: FakeRasa


def make_settings(data_dir: Path, database: str, rasa: FakeRasa, state: Path) -> Settings:
    return Settings(
        project_dir=data_dir.parent,
        state_dir=state,
        database_url=database,
        rasa_url=rasa.url,
        # Asked for their health only, which the Rasa of the tests tells as well.
        actions_url=rasa.url,
        billing_url=rasa.url,
        # Long, as machines that do much else are slow; who tests what a limit does sets it.
        reply_patience=20.0,
        rasa_timeout=30.0,
        greeting_topics="past_due, unused_licenses, no_such_topic",
        rate_address="off",
        rate_beginning="off",
        rate_conversation="off",
    )


@pytest.fixture(scope="session")
def running(
    new_database: Callable[[], str], data_dir: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    rasa = FakeRasa()
    state = tmp_path_factory.mktemp("state")
    desk = Desk(make_settings(data_dir, new_database(), rasa, state))
    yield Running(desk, rasa)
    desk.stop()
    rasa.stop()


@pytest.fixture
def rasa(running: Running) -> FakeRasa:
    """The shared Rasa, as at first."""
    running.rasa.reset()
    running.rasa.start()
    return running.rasa


@pytest.fixture
def desk(running: Running, rasa: FakeRasa) -> Desk:
    """The shared desk with empty tables."""
    for table in ("conversations", "used_tokens"):
        running.desk.query(f"DELETE FROM desk_{table}")
    running.desk.query("DROP TABLE IF EXISTS events")
    return running.desk


@pytest.fixture
def settings(
    new_database: Callable[[], str], data_dir: Path, rasa: FakeRasa, tmp_path: Path
) -> Settings:
    """Settings for a desk of one's own, with a new database."""
    return make_settings(data_dir, new_database(), rasa, tmp_path)


@pytest.fixture
def open_desk() -> Iterator[Callable[[Settings], Desk]]:
    """Opens desks that are stopped after the test."""
    desks: list[Desk] = []

    def opened(settings: Settings) -> Desk:
        desks.append(Desk(settings))
        return desks[-1]

    yield opened
    for desk in desks:
        desk.stop()


@pytest.fixture
def hasty_desk(settings: Settings, open_desk: Callable[[Settings], Desk]) -> Desk:
    """A desk that soon says that an answer takes long."""
    return open_desk(settings.model_copy(update={"reply_patience": 0.5}))


class Clock:
    """The desk's clock, moved by hand."""

    def __init__(self) -> None:
        self.offset = timedelta()
        self.fixed: datetime | None = None

    def now(self) -> datetime:
        return (self.fixed or datetime.now(UTC)) + self.offset

    def advance(self, **duration: float) -> None:
        self.offset += timedelta(**duration)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    moved = Clock()
    monkeypatch.setattr(desk_clock, "now", moved.now)
    return moved
