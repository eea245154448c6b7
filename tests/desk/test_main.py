"""`python -m balie.desk` starts, serves and stops."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from balie.desk.tokens import Fingerprints
from balie.settings import DEVELOPMENT_SECRET
from tests.desk.conftest import CARD, read_events

ADDRESS = "203.0.113.77"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(data_dir: Path, tmp_path: Path) -> Iterator[Start]:
    """Starts desks in processes of their own."""
    processes: list[subprocess.Popen[str]] = []

    def started(**settings: str) -> subprocess.Popen[str]:
        environment = {
            **os.environ,
            "BALIE_PROJECT_DIR": str(data_dir.parent),
            "BALIE_STATE_DIR": str(tmp_path),
            "BALIE_RASA_PORT": "9",
            "BALIE_LOG_LEVEL": "DEBUG",
            **settings,
        }
        command = [sys.executable, "-m", "balie.desk"]
        processes.append(
            subprocess.Popen(
                command,
                env=environment,
                text=True,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
        )
        return processes[-1]

    yield started
    for process in processes:
        process.kill()
        process.communicate()


@contextmanager
def served(process: "subprocess.Popen[str]", port: int) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as http:
        deadline = time.monotonic() + 60
        while True:
            try:
                http.get("/health")
                break
            except httpx.ConnectError:
                assert process.poll() is None, process.communicate()[0]
                assert time.monotonic() < deadline
                time.sleep(0.05)
        yield http


def test_it_serves_ends_its_streams_and_stops_cleanly(start: Start) -> None:
    port = free_port()
    process = start(BALIE_DESK_PORT=str(port))
    with served(process, port) as http:
        begun = http.post("/api/v1/conversations", json={}).json()
        headers = {"Authorization": f"Bearer {begun['token']}"}
        address = f"/api/v1/conversations/{begun['id']}"
        http.post(f"{address}/messages", json={"text": f"card {CARD}"}, headers=headers)
        with http.stream("GET", f"{address}/events", headers=headers) as stream:
            events = read_events(stream)
            next(events)
            process.send_signal(signal.SIGTERM)
            with suppress(httpx.RemoteProtocolError):  # cut off in the middle, not at the end
                list(events)
        output, _ = process.communicate(timeout=60)

    assert process.returncode in (0, -signal.SIGTERM)
    assert "rasa=unreachable" in output
    assert "Traceback" not in output
    assert "4111" not in output
    assert "127.0.0.1:" not in output.replace(f"127.0.0.1:{port}", "")


def test_S6_a_burst_leaves_memory_flat(start: Start) -> None:
    port = free_port()
    process = start(BALIE_DESK_PORT=str(port), BALIE_LOG_LEVEL="WARNING")
    too_large = b"x" * 100_000

    def burst(http: httpx.Client, calls: int) -> set[int]:
        begun = http.post("/api/v1/conversations", json={}).json()
        headers = {"Authorization": f"Bearer {begun['token']}"}
        path = f"/api/v1/conversations/{begun['id']}/messages"
        statuses = set()
        for call in range(calls):
            said = http.post(path, json={"text": "x" * 2000}, headers=headers)
            statuses.add(said.status_code)
            address = {"X-Forwarded-For": f"198.18.{call // 250}.{call % 250}"}
            statuses.add(http.get("/api/v1/nowhere", headers=address).status_code)
            statuses.add(http.get("/api/v1/nowhere").status_code)
            if call % 10 == 0:
                answer = http.post("/api/v1/conversations", content=too_large, headers=address)
                statuses.add(answer.status_code)
        return statuses

    with served(process, port) as http:
        burst(http, 150)  # what is loaded and kept once
        before = memory_of(process)
        assert burst(http, 1000) == {200, 404, 413, 429}
        assert memory_of(process) - before < 8 * 2**20


def memory_of(process: "subprocess.Popen[str]") -> int:
    """Bytes that the process holds in memory."""
    pages = int(Path(f"/proc/{process.pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def test_P7_what_the_desk_writes_down_holds_no_address(start: Start, tmp_path: Path) -> None:
    port = free_port()
    process = start(BALIE_DESK_PORT=str(port), BALIE_RATE_CONVERSATION="2/minute")
    with served(process, port) as http:
        http.headers.update({"X-Forwarded-For": ADDRESS, "User-Agent": "a browser"})
        begun = http.post("/api/v1/conversations", json={}).json()
        headers = {"Authorization": f"Bearer {begun['token']}", "Idempotency-Key": "k"}
        for text in ("hello", "hello?", "x" * 3000):  # answered, refused as too often, too long
            path = f"/api/v1/conversations/{begun['id']}/messages"
            http.post(path, json={"text": text}, headers=headers)
        http.post(f"/api/v1/conversations/{begun['id']}/handoff", json={}, headers=headers)
        http.get("/nowhere", headers={"Origin": "https://evil.example"})
        with socket.create_connection(("127.0.0.1", port)) as broken:
            broken.sendall(b"no HTTP at all\r\n\r\n")
            broken.recv(1024)
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=60)

    written = [output.encode(), *(path.read_bytes() for path in tmp_path.rglob("*.db*"))]
    assert len(written) > 1
    for number in (ADDRESS, fingerprint_of(ADDRESS)):
        assert not any(number.encode() in each for each in written)


def fingerprint_of(address: str) -> str:
    return Fingerprints(DEVELOPMENT_SECRET).of(address)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"BALIE_RATE_ADDRESS": "often"}, "not a rate"),
        ({"BALIE_ALLOWED_ORIGINS": "example.com"}, "not an origin"),
        ({"BALIE_OPENING_HOURS": "always"}, "not opening hours"),
    ],
)
def test_it_refuses_to_start_wrongly_set_up_and_says_why(
    start: Start, settings: dict[str, str], told: str
) -> None:
    output, _ = start(**settings).communicate(timeout=60)

    assert told in output
    assert "Traceback" not in output


def test_S10_in_production_it_refuses_to_start_with_default_secrets_and_says_which(
    start: Start,
) -> None:
    process = start(BALIE_ENVIRONMENT="production", BALIE_AGENT_KEY="x" * 32)
    output, _ = process.communicate(timeout=60)

    assert process.returncode == 1
    assert "BALIE_CONVERSATION_SECRET" in output
    assert "BALIE_AGENT_KEY" not in output
    assert "Traceback" not in output


def test_it_refuses_to_start_without_texts_and_says_which(start: Start, tmp_path: Path) -> None:
    process = start(BALIE_PROJECT_DIR=str(tmp_path))
    output, _ = process.communicate(timeout=60)

    assert process.returncode == 1
    assert "data/conversation/" in output
    assert "Traceback" not in output
