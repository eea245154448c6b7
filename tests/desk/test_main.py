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

from tests.desk.conftest import CARD, read_events


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
        deadline = time.monotonic() + 20
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
        output, _ = process.communicate(timeout=6)

    assert process.returncode in (0, -signal.SIGTERM)
    assert "rasa=unreachable" in output
    assert "Traceback" not in output
    assert "4111" not in output
    assert "127.0.0.1:" not in output.replace(f"127.0.0.1:{port}", "")


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"BALIE_ENVIRONMENT": "production"}, "BALIE_CONVERSATION_SECRET"),
        ({"BALIE_OPENING_HOURS": "always"}, "not opening hours"),
    ],
)
def test_it_refuses_to_start_wrongly_set_up_and_says_why(
    start: Start, settings: dict[str, str], told: str
) -> None:
    output, _ = start(**settings).communicate(timeout=20)

    assert told in output
    assert "Traceback" not in output


def test_it_refuses_to_start_without_texts_and_says_which(start: Start, tmp_path: Path) -> None:
    process = start(BALIE_PROJECT_DIR=str(tmp_path))
    output, _ = process.communicate(timeout=20)

    assert process.returncode == 1
    assert "conversation/page.yml" in output
    assert "Traceback" not in output
