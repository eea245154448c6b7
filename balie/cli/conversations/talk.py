"""A customer of the desk's API: begins a conversation, types, presses buttons, signs in."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx

# Longer than the desk may take, so that its being late shows as that.
PATIENCE = 30.0


@dataclass(frozen=True)
class Reply:
    """What the desk answered: messages, or a problem."""

    messages: tuple[Mapping[str, Any], ...] = ()
    status: str | None = None
    problem: str | None = None
    title: str | None = None
    seconds: float = 0.0

    @property
    def text(self) -> str:
        """All that was said, one message below the other."""
        return "\n".join(message["text"] for message in self.messages)

    @property
    def buttons(self) -> dict[str, str]:
        """Ids of the buttons that can be pressed now, by title: those of the last that has any."""
        return next(
            (
                {button["title"]: button["id"] for button in message["buttons"]}
                for message in reversed(self.messages)
                if message["buttons"]
            ),
            {},
        )

    @property
    def links(self) -> list[str]:
        """Title and address of every link."""
        return [
            f"{link['title']} {link['url']}"
            for message in self.messages
            for link in message["links"]
        ]

    @property
    def step(self) -> Mapping[str, Any] | None:
        """The step of a guide that is shown, if one is."""
        steps = [message["step"] for message in self.messages if message["step"]]
        return steps[-1] if steps else None


@dataclass
class Talk:
    """One conversation; `opening` is the greeting, `buttons` those that are shown now."""

    client: httpx.Client
    id: str
    token: str
    language: str
    opening: Reply
    buttons: Mapping[str, str] = field(default_factory=dict)

    def say(self, text: str) -> Reply:
        """Type a text."""
        return self._post({"text": text})

    def press(self, title: str) -> Reply:
        """Press a button that is shown; raises LookupError where there is none of that title."""
        if title not in self.buttons:
            raise LookupError(f"no button {title!r}; shown are {sorted(self.buttons)}")
        return self._post({"choice": self.buttons[title]})

    def sign_in(self, customer: str) -> Reply:
        """Sign in with a demo customer's token."""
        token = demo_token(self.client, customer)
        return self._call("PUT", "/customer", {"customer_token": token})

    def ticket(self) -> Mapping[str, Any] | None:
        """The conversation's ticket, if there is one."""
        answer = self.client.get(f"/api/v1/conversations/{self.id}/ticket", headers=self.headers())
        return answer.json() if answer.status_code == 200 else None

    def messages(self, after: int = 0) -> Reply:
        """The messages that follow `after`."""
        answer = self.client.get(
            f"/api/v1/conversations/{self.id}/messages",
            params={"after": after},
            headers=self.headers(),
        )
        return _reply(answer, 0.0)

    def _post(self, said: Mapping[str, str]) -> Reply:
        reply = self._call("POST", "/messages", said)
        if reply.problem is None:
            self.buttons = reply.buttons or ({} if "choice" in said else self.buttons)
        return reply

    def _call(self, method: str, path: str, body: Mapping[str, str]) -> Reply:
        begun = time.monotonic()
        answer = self.client.request(
            method, f"/api/v1/conversations/{self.id}{path}", json=body, headers=self.headers()
        )
        return _reply(answer, time.monotonic() - begun)

    def headers(self) -> dict[str, str]:
        """What every call in this conversation carries."""
        return {
            "Authorization": f"Bearer {self.token}",
            "Accept-Language": self.language,
            "Idempotency-Key": str(uuid4()),
        }


def desk_client(address: str) -> httpx.Client:
    """A client of the desk at `address`."""
    return httpx.Client(base_url=address, timeout=PATIENCE, trust_env=False)


def begin(client: httpx.Client, language: str, customer: str | None = None) -> Talk:
    """Begin a conversation; raises httpx.HTTPError where the desk does not."""
    body: dict[str, str] = {"language": language}
    if customer:
        body["customer_token"] = demo_token(client, customer)
    begun = time.monotonic()
    answer = client.post("/api/v1/conversations", json=body).raise_for_status()
    started = answer.json()
    opening = Reply(tuple(started["messages"]), "bot", seconds=time.monotonic() - begun)
    return Talk(client, started["id"], started["token"], language, opening, opening.buttons)


def demo_token(client: httpx.Client, customer: str) -> str:
    """A demo customer's token, as the company's own site would hand it over."""
    answer = client.post("/api/v1/demo/token", json={"customer": customer}).raise_for_status()
    return str(answer.json()["customer_token"])


def _reply(answer: httpx.Response, seconds: float) -> Reply:
    body = answer.json()
    if answer.is_success:
        return Reply(tuple(body["messages"]), body["status"], seconds=seconds)
    # "urn:balie:problem:too-long"
    problem = str(body.get("type", answer.status_code)).rpartition(":")[2]
    return Reply(problem=problem, title=body.get("title"), seconds=seconds)
