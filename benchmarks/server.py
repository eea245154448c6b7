"""Trains and runs a Rasa project in one environment or another, and times it."""

import contextlib
import json
import os
import resource
import statistics
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from balie.cli.temporary import free_ports
from benchmarks.machine import memory_mb
from benchmarks.projects import write_endpoints

READY_SECONDS = 300
_LOCAL = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True)
class Environment:
    """An installation of Rasa, and what its processes are told."""

    python: Path
    variables: Mapping[str, str] = field(default_factory=dict)

    def command(self, *arguments: str) -> list[str]:
        """How to run a module with this installation."""
        return [str(self.python), "-W", "ignore", "-m", *arguments]

    def environment(self) -> dict[str, str]:
        """Environment variables of its processes."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("RASA_", "BALIE_"))}
        return {**kept, "RASA_TELEMETRY_ENABLED": "false", **self.variables}


@dataclass(frozen=True)
class Spent:
    """Seconds by the clock, and seconds that the processor worked."""

    seconds: float
    cpu: float


def run(environment: Environment, folder: Path, *arguments: str) -> Spent:
    """Run a module to its end; raises RuntimeError with what it printed if that fails."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(  # noqa: S603  (our own commands)
        environment.command(*arguments),
        cwd=folder,
        env=environment.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    seconds = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise RuntimeError(f"{arguments} failed:\n{done.stdout[-3000:]}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Spent(seconds, cpu)


def train(environment: Environment, folder: Path, name: str = "model") -> Spent:
    """`rasa train --force`, without a cache."""
    fresh = Environment(
        environment.python,
        {**environment.variables, "RASA_CACHE_DIRECTORY": str(folder / f".cache-{name}")},
    )
    arguments = ("train", "--force", "--skip-validation", "--fixed-model-name", name)
    return run(fresh, folder, "rasa", *arguments)


@dataclass
class Server:
    """A running Rasa server with its action server."""

    port: int
    pid: int
    start_seconds: float

    def say(self, conversation: str, text: str) -> float:
        """Milliseconds until the answer; raises RuntimeError if there is none."""
        started = time.perf_counter()
        if not self._post(conversation, text):
            raise RuntimeError(f"no answer to {text!r}")
        return (time.perf_counter() - started) * 1000

    def _post(self, conversation: str, text: str) -> list[object]:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/webhooks/rest/webhook",
            data=json.dumps({"sender": conversation, "message": text}).encode(),
            headers={"Content-Type": "application/json"},
        )
        with _LOCAL.open(request, timeout=60) as answer:
            found: list[object] = json.loads(answer.read())
        return found

    def memory(self) -> float:
        """Megabytes of the Rasa process."""
        return memory_mb(self.pid)

    def first_turns(self, texts: list[str], conversations: int) -> float:
        """p50 of the turns of new conversations, each of all the texts."""
        return statistics.median(
            self.say(f"new-{number}", text) for number in range(conversations) for text in texts
        )

    def by_turn(self, texts: list[str], turns: tuple[int, ...], window: int) -> dict[int, float]:
        """p50 of the turns around each of `turns` in one long conversation."""
        timings = [self.say("long", texts[n % len(texts)]) for n in range(turns[-1] + window)]
        return {turn: statistics.median(timings[turn - 1 : turn - 1 + window]) for turn in turns}


@contextlib.contextmanager
def serve(
    environment: Environment, folder: Path, first: str, name: str = "model", actions: bool = True
) -> Iterator[Server]:
    """Run the project's servers; the first answer has been given when the block begins."""
    port, actions_port = free_ports(2)
    write_endpoints(folder, actions_port)
    for leftover in folder.glob("tracker.db*"):
        leftover.unlink()
    with contextlib.ExitStack() as stack, (folder / "server.log").open("a") as log:

        def start(*arguments: str) -> "subprocess.Popen[bytes]":
            process = subprocess.Popen(  # noqa: S603
                environment.command(*arguments),
                cwd=folder,
                env={**environment.environment(), "SANIC_HOST": "127.0.0.1"},
                stdout=log,
                stderr=log,
            )
            stack.callback(_stop, process)
            return process

        if actions:
            start("rasa_sdk", "--port", str(actions_port), "--actions", "actions")
            _wait_for(f"http://127.0.0.1:{actions_port}/health")
        arguments = ("--endpoints", "endpoints.yml", "--credentials", "credentials.yml")
        started = time.perf_counter()
        rasa = start(
            *("rasa", "run", "--interface", "127.0.0.1", "--port", str(port)),
            *("--model", f"models/{name}.tar.gz", *arguments),
        )
        server = Server(port, rasa.pid, 0.0)
        _wait_for_answer(server, rasa, first)
        server.start_seconds = time.perf_counter() - started
        yield server


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while True:
        try:
            with _LOCAL.open(url, timeout=5):
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def _wait_for_answer(server: Server, process: "subprocess.Popen[bytes]", text: str) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while True:
        with contextlib.suppress(OSError, RuntimeError):
            server.say("first", text)
            return
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError("the Rasa server did not start; see server.log")
        time.sleep(0.05)


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
