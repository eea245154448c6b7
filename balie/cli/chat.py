"""`balie chat`: the desk's conversations in a terminal, over the same HTTP as any client."""

import re
import sys
import threading
from io import TextIOWrapper
from secrets import token_hex
from typing import Annotated, Any

import httpx
import typer

from balie.cli.texts import say
from balie.desk.tokens import make_customer_token
from balie.settings import Settings, load_settings

_BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
_HELP = """Type your question, or the number of a choice.
  :person      ask for a person
  :quit        leave (or Ctrl-D)"""
# Longer than the desk's own patience: it answers in any case.
_TIMEOUT_SECONDS = 20.0
_RETRY_SECONDS = 1.0


def chat(
    customer: Annotated[
        str | None, typer.Option("--as", help="Sign in as this customer, such as C-1001.")
    ] = None,
    language: Annotated[
        str | None, typer.Option("--lang", help="en or nl; else the desk's default.")
    ] = None,
    topic: Annotated[str | None, typer.Option(help="The topic to begin with.")] = None,
    url: Annotated[str | None, typer.Option(help="Address of the desk.")] = None,
) -> None:
    """Talk to the assistant in this terminal."""
    settings = load_settings()
    address = url or f"http://{settings.desk_host}:{settings.desk_port}"
    _take_any_bytes()
    try:
        with httpx.Client(base_url=address, timeout=_TIMEOUT_SECONDS, trust_env=False) as http:
            conversation = _begin(http, settings, customer, language, topic)
            _Terminal(conversation).run()
    except KeyboardInterrupt:  # as Ctrl-D: whoever wants to leave may do so at any moment
        typer.echo()
    except (httpx.TransportError, httpx.InvalidURL) as error:
        typer.echo(say("chat_no_desk", address=address), err=True)
        raise typer.Exit(1) from error
    except Refused as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


def _take_any_bytes() -> None:
    """What is no text in the terminal's encoding is replaced."""
    if isinstance(sys.stdin, TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")


class Refused(Exception):
    """The desk refused something; the message is its title."""


class Conversation:
    """The desk's side of one conversation, and which messages were fetched of it."""

    def __init__(self, http: httpx.Client, started: dict[str, Any]) -> None:
        self._http = http
        self._path = f"/api/v1/conversations/{started['id']}"
        self._headers = {
            "Authorization": f"Bearer {started['token']}",
            "Accept-Language": str(started["language"]),
        }
        self._last_seq = 0

    def new_messages(self) -> list[dict[str, Any]]:
        """The messages since the last call, in order."""
        found = self._call("GET", "/messages", params={"after": self._last_seq}).json()["messages"]
        if found:
            self._last_seq = found[-1]["seq"]
        return list(found)

    def say(self, text: str) -> None:
        """Send a typed text."""
        self._send({"text": text})

    def choose(self, button_id: str) -> None:
        """Choose a button."""
        self._send({"choice": button_id})

    def ask_for_person(self) -> None:
        """Open a ticket."""
        self._call("POST", "/handoff", json={})

    def wait_for_news(self) -> None:
        """Return when the desk tells of a new message, or when the stream ends."""
        headers = {**self._headers, "Last-Event-ID": str(self._last_seq)}
        with self._http.stream(
            "GET", f"{self._path}/events", headers=headers, timeout=None
        ) as response:
            for line in response.iter_lines():
                if line == "event: message":
                    return

    def _send(self, body: dict[str, str]) -> None:
        self._call("POST", "/messages", json=body, headers={"Idempotency-Key": token_hex(16)})

    def _call(self, method: str, path: str, **rest: Any) -> httpx.Response:
        headers = {**self._headers, **rest.pop("headers", {})}
        return _checked(self._http.request(method, self._path + path, headers=headers, **rest))


def _begin(
    http: httpx.Client,
    settings: Settings,
    customer: str | None,
    language: str | None,
    topic: str | None,
) -> Conversation:
    body = {
        "language": language,
        "topic": topic,
        "customer_token": make_customer_token(settings, customer) if customer else None,
    }
    response = _checked(http.post("/api/v1/conversations", json=body))
    try:
        return Conversation(http, response.json())
    except (ValueError, KeyError, TypeError) as error:  # something else has that port
        raise Refused(say("chat_not_a_desk", address=str(http.base_url))) from error


def _checked(response: httpx.Response) -> httpx.Response:
    if response.is_success:
        return response
    try:
        title = response.json()["title"]
    except (ValueError, KeyError, TypeError):
        title = say("chat_status", status=str(response.status_code))
    raise Refused(title)


class _Terminal:
    """Shows messages as they come and sends what is typed."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._choices: list[dict[str, str]] = []
        # Two threads show messages: each takes what is new, so each message is shown once.
        self._lock = threading.Lock()
        self._leaving = threading.Event()

    def run(self) -> None:
        """Until the end of the input."""
        typer.secho(_HELP, dim=True)
        self._show_new()
        threading.Thread(target=self._show_late_ones, daemon=True).start()
        while (line := self._read()) is not None:
            if line:
                self._handle(line)
        self._leaving.set()

    def _read(self) -> str | None:
        try:
            line = input("> " if sys.stdin.isatty() else "").strip()
        except (EOFError, KeyboardInterrupt):
            if sys.stdin.isatty():
                typer.echo()  # the shell's own prompt gets a line of its own
            return None
        return None if line == ":quit" else line

    def _handle(self, line: str) -> None:
        try:
            if line == ":person":
                self._conversation.ask_for_person()
            elif line == ":help":
                typer.secho(_HELP, dim=True)
            elif line.isdecimal() and 0 < int(line) <= len(self._choices):
                self._conversation.choose(self._choices[int(line) - 1]["id"])
            else:
                self._conversation.say(line)
            self._show_new()
        except Refused as error:
            typer.secho(str(error), fg="red")
        except httpx.TransportError:
            typer.secho(say("chat_not_sent"), fg="red")

    def _show_late_ones(self) -> None:
        while not self._leaving.is_set():
            try:
                self._conversation.wait_for_news()
                self._show_new()
            except (httpx.HTTPError, Refused, RuntimeError):  # RuntimeError: closed on leaving
                self._leaving.wait(_RETRY_SECONDS)

    def _show_new(self) -> None:
        with self._lock:
            for message in self._conversation.new_messages():
                if message["author"] != "customer":
                    self._show(message)

    def _show(self, message: dict[str, Any]) -> None:
        typer.echo()
        if step := message["step"]:
            typer.secho(f"[{step['number']}/{step['of']}]", fg="cyan", bold=True)
        text = _BOLD.sub(lambda bold: typer.style(bold[1], bold=True), message["text"])
        typer.secho(text, dim=message["author"] == "system")
        for link in message["links"]:
            typer.echo(f"  {link['title']}: {link['url']}")
        if message["author"] == "assistant":
            self._choices = message["buttons"]
            for number, button in enumerate(self._choices, start=1):
                typer.secho(f"  {number}. {button['title']}", fg="cyan")
