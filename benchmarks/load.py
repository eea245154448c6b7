"""Many conversations at once through the desk, each sure that its replies are its own.

Some scripts are held alone first; what is answered then is what every conversation must hear,
word for word, while many are held at once. A reply with a text that only another customer heard is
mixed up; any other that differs is degraded: it says that it takes longer, say. Each customer has
account facts of their own, and at the end of a script the stored conversation must hold its
messages, all of them and no other.
"""

import asyncio
import itertools
import statistics
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp

LEVELS = (1, 16, 64, 200)
CUSTOMERS = ("C-1001", "C-1002", "C-1003", "C-1004", "C-1005", "C-1006")
SCRIPTS: tuple[tuple[str, ...], ...] = (
    (
        "why was my card declined?",
        "yes please",
        "what is my balance?",
        "do we pay for licenses that nobody uses?",
        "thank you",
        "how do I change my billing from monthly to yearly?",
    ),
    (
        "can we pay by invoice?",
        "where do I find my invoice?",
        "why is my bill past due?",
        "no thanks",
        "how do I change the billing address?",
        "thank you",
    ),
)
Script = tuple[str, tuple[str, ...]]


@dataclass
class Level:
    """What came of so many conversations at once."""

    conversations: int
    seconds: float = 0.0
    milliseconds: list[float] = field(default_factory=list)
    finished: int = 0
    errors: list[str] = field(default_factory=list)
    degraded: list[str] = field(default_factory=list)
    mixed_up: list[str] = field(default_factory=list)

    def row(self) -> dict[str, Any]:
        """The figures."""
        cuts = statistics.quantiles(self.milliseconds, n=100, method="inclusive")
        return {
            "conversations": self.conversations,
            "held": self.finished,
            "messages": len(self.milliseconds),
            "per_second": len(self.milliseconds) / self.seconds,
            "p50": cuts[49],
            "p95": cuts[94],
            "p99": cuts[98],
            "errors": len(self.errors),
            "degraded": len(self.degraded),
            "mixed_up": len(self.mixed_up),
            "examples": [*self.errors[:2], *self.mixed_up[:2], *self.degraded[:2]],
        }


class Talk:
    """One conversation over the desk's API."""

    def __init__(self, http: aiohttp.ClientSession, customer: str) -> None:
        self._http = http
        self.customer = customer
        self._path = ""
        self._headers: dict[str, str] = {}

    async def open(self) -> None:
        """Sign in and begin."""
        signed_in = await self._call("POST", "/demo/token", {"customer": self.customer})
        opened = await self._call("POST", "/conversations", {"language": "en", **signed_in})
        self._path = f"/conversations/{opened['id']}"
        self._headers = {"Authorization": f"Bearer {opened['token']}"}

    async def say(self, text: str) -> list[str]:
        """The texts of the reply."""
        key = {"Idempotency-Key": str(uuid.uuid4())}
        answer = await self._call("POST", f"{self._path}/messages", {"text": text}, key)
        return [message["text"] for message in answer["messages"]]

    async def stored(self) -> list[dict[str, Any]]:
        """Every message of the conversation, as the desk keeps it."""
        found = await self._call("GET", f"{self._path}/messages?after=0", None)
        messages: list[dict[str, Any]] = found["messages"]
        return messages

    async def _call(
        self, method: str, path: str, body: Any, headers: dict[str, str] | None = None
    ) -> Any:
        all_headers = {**self._headers, **(headers or {})}
        async with self._http.request(
            method, f"/api/v1{path}", json=body, headers=all_headers
        ) as answer:
            if answer.status >= 400:
                raise RuntimeError(f"{method} {path}: {answer.status} {await answer.text()}")
            return await answer.json()


def measure(address: str, levels: Sequence[int], seconds: float) -> Iterator[dict[str, Any]]:
    """The figures of each level, for so many seconds each."""
    expected = asyncio.run(_alone(address))
    for level in levels:
        yield asyncio.run(_together(address, expected, level, seconds)).row()


async def _alone(address: str) -> dict[Script, list[list[str]]]:
    """What is answered to each customer and script when nobody else asks."""
    expected = {}
    async with _client(address) as http:
        for customer, texts in itertools.product(CUSTOMERS, SCRIPTS):
            talk = Talk(http, customer)
            await talk.open()
            expected[customer, texts] = [await talk.say(text) for text in texts]
    return expected


async def _together(
    address: str, expected: dict[Script, list[list[str]]], level: int, seconds: float
) -> Level:
    result = Level(level)
    scripts = itertools.cycle(expected)
    until = time.perf_counter() + seconds
    async with _client(address) as http:

        async def one_after_another() -> None:
            while time.perf_counter() < until:
                script = next(scripts)
                try:
                    await _hold(Talk(http, script[0]), script[1], expected, result, until)
                except (aiohttp.ClientError, RuntimeError, TimeoutError) as error:
                    result.errors.append(repr(error))

        started = time.perf_counter()
        await asyncio.gather(*(one_after_another() for _ in range(level)))
        result.seconds = time.perf_counter() - started
    return result


async def _hold(
    talk: Talk,
    texts: tuple[str, ...],
    expected: dict[Script, list[list[str]]],
    result: Level,
    until: float,
) -> None:
    await talk.open()
    said = []
    foreign = _of_others(expected, talk.customer)
    for text, own in zip(texts, expected[talk.customer, texts], strict=True):
        if time.perf_counter() > until:
            break
        before = time.perf_counter()
        heard = await talk.say(text)
        result.milliseconds.append((time.perf_counter() - before) * 1000)
        said.append(text)
        if heard != own:
            found = result.degraded if foreign.isdisjoint(heard) else result.mixed_up
            found.append(f"{text!r}: {heard} instead of {own}")
    kept = await talk.stored()
    if [message["text"] for message in kept if message["author"] == "customer"] != said:
        result.mixed_up.append(f"stored {[message['text'] for message in kept]} after {said}")
    if [message["seq"] for message in kept] != list(
        range(kept[0]["seq"], kept[0]["seq"] + len(kept))
    ):
        result.mixed_up.append("the numbers of the stored messages have gaps")
    result.finished += 1


def _of_others(expected: dict[Script, list[list[str]]], customer: str) -> set[str]:
    """The texts that other customers heard and this one never."""
    heard: dict[bool, set[str]] = {True: set(), False: set()}
    for (each, _), replies in expected.items():
        heard[each == customer].update(itertools.chain.from_iterable(replies))
    return heard[False] - heard[True]


def _client(address: str) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        address,
        connector=aiohttp.TCPConnector(limit=0),
        timeout=aiohttp.ClientTimeout(total=60),
    )
