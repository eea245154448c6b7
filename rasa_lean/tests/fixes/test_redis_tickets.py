"""Two servers that take tickets in Redis at once get different ones, and none is lost."""

import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import rasa.core.lock_store as module
from rasa.core.lock import TicketLock
from rasa.core.lock_store import LockError, RedisLockStore

Original = Callable[[Any, str], Any]
CHANGES = ("issue_ticket", "update_lock", "finish_serving", "cleanup")
ROUNDS = 60

# One server: takes the lock again and again, and writes down when it had it.
SERVER = """
    import asyncio, sys, time
    from rasa.core.lock_store import RedisLockStore
    prefix, rounds, log = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    store = RedisLockStore(**{options}, key_prefix=prefix)

    async def serve():
        store.red.incr(prefix + ":ready")
        while int(store.red.get(prefix + ":ready")) < 2:
            time.sleep(0.001)
        with open(log, "w") as out:
            for _ in range(rounds):
                async with store.lock("c-1", wait_time_in_seconds=0.001):
                    begin = time.monotonic_ns()
                    await asyncio.sleep(0.0005)
                    print(begin, time.monotonic_ns(), file=out)

    asyncio.run(serve())
"""


@pytest.fixture(scope="module")
def options() -> dict[str, Any]:
    """Where Redis is, as Rasa's lock store takes it."""
    redis = pytest.importorskip("redis")
    url = os.environ.get("BALIE_TEST_REDIS_URL")
    if not url:
        pytest.skip("BALIE_TEST_REDIS_URL names no Redis server")
    named = redis.connection.parse_url(url)
    return {
        key: named[key] for key in ("host", "port", "db", "username", "password") if key in named
    }


@pytest.fixture
def prefix(options: dict[str, Any]) -> Iterator[str]:
    """A prefix of the test's own; its keys are deleted afterwards."""
    prefix = uuid4().hex
    yield prefix
    red = RedisLockStore(**options).red
    for key in red.scan_iter(f"{prefix}:*"):
        red.delete(key)


@pytest.fixture
def store(options: dict[str, Any], prefix: str) -> RedisLockStore:
    return RedisLockStore(**options, key_prefix=prefix)


@pytest.fixture
def rasas_own(options: dict[str, Any], prefix: str, original: Original) -> RedisLockStore:
    """A store with Rasa's own methods, beside `store` in another corner of Redis."""
    own = {name: original(module, f"LockStore.{name}") for name in CHANGES}
    kind = type("Stock", (RedisLockStore,), own)
    store: RedisLockStore = kind(**options, key_prefix=prefix)
    store.key_prefix = f"{prefix}:own:"
    return store


def test_two_servers_at_once_never_hold_the_lock_together(
    options: dict[str, Any], prefix: str, tmp_path: Path
) -> None:
    code = textwrap.dedent(SERVER).replace("{options}", repr(options))
    logs = [tmp_path / "a", tmp_path / "b"]
    servers = [
        subprocess.Popen([sys.executable, "-c", code, prefix, str(ROUNDS), str(log)])
        for log in logs
    ]
    try:
        assert [server.wait(60) for server in servers] == [0, 0]
    finally:
        for server in servers:
            server.kill()
    held = [
        (*map(int, line.split()), log.name) for log in logs for line in log.read_text().splitlines()
    ]
    held.sort()
    assert len(held) == 2 * ROUNDS
    assert all(end <= begin for (_, end, _), (begin, *_) in pairwise(held))
    turns = sum(one[2] != next_[2] for one, next_ in pairwise(held))
    assert turns > ROUNDS // 10, "they did not work at the same time"


def _ticket_in_between(store: Any, other: Any, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The tickets where `other` takes one while `store` has read the lock and not yet written."""
    issue = TicketLock.issue_ticket
    tickets: list[int] = []

    def issue_late(lock: TicketLock, lifetime: float) -> int:
        monkeypatch.setattr(TicketLock, "issue_ticket", issue)
        tickets.append(other.issue_ticket("c-1"))
        return int(issue(lock, lifetime))

    monkeypatch.setattr(TicketLock, "issue_ticket", issue_late)
    tickets.append(store.issue_ticket("c-1"))
    return tickets


def test_a_ticket_is_given_out_once(store: RedisLockStore, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _ticket_in_between(store, store, monkeypatch) == [0, 1]
    lock = store.get_lock("c-1")
    assert lock is not None
    assert [ticket.number for ticket in lock.tickets] == [0, 1]


def test_rasas_own_store_gives_it_out_twice(
    rasas_own: RedisLockStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The reason for the fix; when this fails, Rasa has mended it and the fix can go.
    assert _ticket_in_between(rasas_own, rasas_own, monkeypatch) == [0, 0]


def test_a_ticket_taken_while_another_is_given_back_is_kept(
    store: RedisLockStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = store.issue_ticket("c-1")
    remove = TicketLock.remove_ticket_for
    tickets: list[int] = []

    def remove_late(lock: TicketLock, number: int) -> None:
        monkeypatch.setattr(TicketLock, "remove_ticket_for", remove)
        tickets.append(store.issue_ticket("c-1"))
        remove(lock, number)

    monkeypatch.setattr(TicketLock, "remove_ticket_for", remove_late)
    store.cleanup("c-1", first)
    lock = store.get_lock("c-1")
    assert lock is not None
    assert [ticket.number for ticket in lock.tickets] == tickets == [1]


@pytest.mark.parametrize(
    "steps",
    [
        [("issue_ticket", 60)],
        [("issue_ticket", 60), ("issue_ticket", 60), ("update_lock",)],
        [("issue_ticket", 60), ("cleanup", 0), ("issue_ticket", 60)],
        [("issue_ticket", 60), ("issue_ticket", 60), ("cleanup", 0), ("issue_ticket", 60)],
        [("issue_ticket", 60), ("issue_ticket", 60), ("finish_serving", 1), ("cleanup", 0)],
        [("issue_ticket", -1), ("issue_ticket", 60), ("update_lock",), ("cleanup", 0)],
        [("issue_ticket", 60), ("cleanup", 7), ("issue_ticket", 60)],
        [("update_lock",), ("cleanup", 0)],
    ],
)
def test_one_server_alone_sees_what_it_saw_before(
    steps: list[tuple[Any, ...]], store: RedisLockStore, rasas_own: RedisLockStore
) -> None:
    seen = []
    for each in (store, rasas_own):
        results = [getattr(each, name)("c-1", *rest) for name, *rest in steps]
        lock = each.get_lock("c-1")
        numbers = [ticket.number for ticket in lock.tickets] if lock else None
        seen.append((results, numbers, each.is_someone_waiting("c-1")))
    assert seen[0] == seen[1]


async def test_who_waited_longer_than_its_ticket_lives_hears_so(store: RedisLockStore) -> None:
    store.issue_ticket("c-1", lock_lifetime=0.1)
    with pytest.raises(LockError):  # Rasa's own store waits for ever
        async with store.lock("c-1", lock_lifetime=0.05, wait_time_in_seconds=0.2):
            pass
    assert store.get_lock("c-1") is None


def test_a_redis_that_is_away_is_a_lock_error() -> None:
    with pytest.raises(LockError, match="Error while acquiring lock"):
        RedisLockStore(host="127.0.0.1", port=9).issue_ticket("c-1")
