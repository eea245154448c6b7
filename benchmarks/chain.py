"""Holds long conversations with a running Balie and times each answer."""

import itertools
import json
import statistics
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any, Literal
from urllib.parse import urlsplit

Kind = Literal["plain answer", "account question", "guide step"]
KINDS: tuple[Kind, ...] = ("plain answer", "account question", "guide step")
WINDOW = 6  # turns measured from each turn on that is asked for: two of each kind

PLAIN = "how do I change my billing from monthly to yearly?"
ACCOUNT = "why was my card declined?"


@dataclass(frozen=True)
class Timing:
    """One answer: what kind, in which turn, how many milliseconds."""

    kind: Kind
    turn: int
    milliseconds: float


class Conversation:
    """One conversation of a signed-in customer over the desk's API."""

    def __init__(self, address: str, customer: str) -> None:
        # The plainest client there is: what it costs itself, on the same cores, counts as well.
        self._connection = HTTPConnection(urlsplit(address).netloc, timeout=30)
        signed_in = self._call("POST", "/demo/token", {"customer": customer})
        opened = self._call("POST", "/conversations", {"language": "en", **signed_in})
        self._path = f"/conversations/{opened['id']}"
        self._headers = {"Authorization": f"Bearer {opened['token']}"}
        self.last: dict[str, Any] = opened

    def _call(
        self, method: str, path: str, body: dict[str, Any], headers: dict[str, str] | None = None
    ) -> dict[str, Any]:
        headers = {"Content-Type": "application/json", **(headers or {})}
        self._connection.request(method, f"/api/v1{path}", json.dumps(body), headers)
        with self._connection.getresponse() as answer:
            content = answer.read()
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path}: {answer.status} {content!r}")
        data: dict[str, Any] = json.loads(content)
        return data

    def say(self, text: str) -> None:
        """Send a typed message."""
        self._send({"text": text})

    def press(self, title: str) -> None:
        """Press a button that is shown; raises LookupError if it is not."""
        buttons = [b for message in self.last["messages"] for b in message["buttons"]]
        found = next((b for b in buttons if b["title"].startswith(title)), None)
        if found is None:
            raise LookupError(f"no button {title!r} among {[b['title'] for b in buttons]}")
        self._send({"choice": found["id"]})

    def _send(self, body: dict[str, Any]) -> None:
        headers = {**self._headers, "Idempotency-Key": str(uuid.uuid4())}
        self.last = self._call("POST", f"{self._path}/messages", body, headers)


def measure(address: str, conversations: int, turns: Sequence[int]) -> Iterator[Timing]:
    """Time the answers around each of these turns in so many conversations, one after another."""
    for _ in range(conversations):
        yield from _one(Conversation(address, "C-1001"), turns)


def _one(conversation: Conversation, turns: Sequence[int]) -> Iterator[Timing]:
    conversation.say(ACCOUNT)
    conversation.press("Yes, show me the steps")
    conversation.press("I want to use another card")
    for turn in range(3, turns[-1] + WINDOW):
        kind = KINDS[turn % len(KINDS)]
        milliseconds = _timed(conversation, kind, turn)
        start = max((t for t in turns if t <= turn), default=0)
        # The rest counts only for the figures of all turns.
        yield Timing(kind, start if turn < start + WINDOW else 0, milliseconds)


def _timed(conversation: Conversation, kind: Kind, turn: int) -> float:
    before = time.perf_counter()
    if kind == "plain answer":
        conversation.say(PLAIN)
    elif kind == "account question":
        conversation.say(ACCOUNT)
    else:
        # Forward and back by words, so that the guide never ends.
        conversation.say("done, what is next" if turn % 2 else "go back one step")
    return (time.perf_counter() - before) * 1000


def table(timings: Sequence[Timing], turns: Sequence[int]) -> list[dict[str, Any]]:
    """p50, p95 and p99 in milliseconds by kind and turn."""
    rows = []
    for kind, turn in itertools.product(KINDS, turns):
        values = [t.milliseconds for t in timings if (t.kind, t.turn) == (kind, turn)]
        if len(values) >= 2:
            rows.append({"kind": kind, "turn": turn, **_percentiles(values)})
    return rows


def overall(timings: Sequence[Timing]) -> dict[str, Any]:
    """The same of all turns together."""
    return _percentiles([each.milliseconds for each in timings])


def _percentiles(values: Sequence[float]) -> dict[str, Any]:
    cuts = statistics.quantiles(values, n=100, method="inclusive")
    return {"n": len(values), "p50": cuts[49], "p95": cuts[94], "p99": cuts[98]}
