"""Runs Balie's processes as one group: readable logs, restart after a crash, a clean stop.

Not a cluster manager: one machine, four processes. Larger set-ups use the operator's own
(systemd, compose, Kubernetes; see docs/operators.md).
"""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

STOP_SECONDS = 8.0
RESTARTS_A_MINUTE = 3
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)  # loaded here: between fork and exec it could hang


class PortInUse(Exception):
    """Another program listens on a port that Balie needs."""

    def __init__(self, name: str, port: int) -> None:
        super().__init__(
            f"Port {port} ({name}) is in use by another program. Stop that program, "
            f"or choose another port: BALIE_{name.upper()}_PORT={port + 1000} make run"
        )


class StartFailed(Exception):
    """A process did not become healthy, or keeps ending."""


@dataclass(frozen=True)
class Program:
    """One process: its name in the logs, its command, and when it is ready for work."""

    name: str
    command: Sequence[str]
    port: int
    healthy: Callable[[], bool]
    environment: Mapping[str, str] = field(default_factory=dict)
    folder: Path | None = None


def check_ports(programs: Sequence[Program]) -> None:
    """Raise `PortInUse` for the first port that is taken."""
    for program in programs:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", program.port))
            except OSError as error:
                raise PortInUse(program.name, program.port) from error


class Running:
    """A program that is started anew when it ends by itself."""

    def __init__(self, program: Program, log_dir: Path, echo: Callable[[str, str], None]) -> None:
        self.program = program
        self._log_path = log_dir / f"{program.name}.log"
        self._echo = echo
        self._starts: deque[float] = deque(maxlen=RESTARTS_A_MINUTE + 1)
        self.process = self._start()

    def _start(self) -> subprocess.Popen[str]:
        self._starts.append(time.monotonic())
        process = subprocess.Popen(  # noqa: S603  (our own commands)
            self.program.command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            errors="replace",
            env={**os.environ, "PYTHONUNBUFFERED": "1", **self.program.environment},
            cwd=self.program.folder,
            start_new_session=True,
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,
        )
        assert process.stdout is not None
        threading.Thread(target=self._copy_log, args=(process.stdout,), daemon=True).start()
        return process

    def _copy_log(self, lines: IO[str]) -> None:
        with self._log_path.open("a", encoding="utf-8") as log:
            for line in lines:
                log.write(line)
                log.flush()
                with contextlib.suppress(OSError):  # a closed terminal must not hold the process up
                    self._echo(self.program.name, line.rstrip("\n"))

    def tend(self) -> None:
        """Start the process anew if it has ended; raise `StartFailed` if it keeps ending."""
        code = self.process.poll()
        if code is None:
            return
        recent = [start for start in self._starts if time.monotonic() - start < 60]
        if len(recent) > RESTARTS_A_MINUTE:
            raise StartFailed(f"{self.program.name} keeps ending (exit code {code}).")
        self._echo(self.program.name, f"ended with exit code {code}; starting it again")
        time.sleep(min(2 ** (len(recent) - 1), 5) / 2)
        self.process = self._start()

    def signal(self, number: int) -> None:
        """Send a signal to the process and whatever it has started."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, number)

    def kill(self) -> None:
        """End the process without warning, as a crash would."""
        self.signal(signal.SIGKILL)
        self.process.wait()

    def start_again(self) -> None:
        """Start the process after `kill`; it does not count among the crashes."""
        self._starts.clear()
        self.process = self._start()


class Group:
    """All processes together."""

    def __init__(
        self, programs: Sequence[Program], log_dir: Path, echo: Callable[[str, str], None]
    ) -> None:
        log_dir.mkdir(parents=True, exist_ok=True)
        self._running: dict[str, Running] = {}
        try:
            for program in programs:
                self._running[program.name] = Running(program, log_dir, echo)
        except BaseException:
            self.stop()
            raise

    def __getitem__(self, name: str) -> Running:
        """The running program of this name."""
        return self._running[name]

    def tend(self) -> None:
        """Look after every process once."""
        for running in self._running.values():
            running.tend()

    def wait_until_healthy(self, seconds: float) -> None:
        """Return when every program is healthy; raise `StartFailed` naming those that are not."""
        deadline = time.monotonic() + seconds
        waiting = list(self._running.values())
        while waiting:
            self.tend()
            waiting = [running for running in waiting if not running.program.healthy()]
            if waiting and time.monotonic() > deadline:
                names = ", ".join(running.program.name for running in waiting)
                raise StartFailed(f"{names} did not become ready within {seconds:.0f} seconds.")
            time.sleep(0.1 if waiting else 0)

    def pids(self) -> dict[str, int]:
        """Process ids by name."""
        return {name: running.process.pid for name, running in self._running.items()}

    def stop(self) -> None:
        """Ask every process to stop, then end those that do not."""
        for running in self._running.values():
            running.signal(signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        for running in self._running.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                running.process.wait(max(0.0, deadline - time.monotonic()))
        for running in self._running.values():
            running.signal(signal.SIGKILL)
            with contextlib.suppress(subprocess.TimeoutExpired):
                running.process.wait(1)


def _die_with_parent() -> None:
    """Have the kernel end this process when `balie run` is killed without a chance to stop it."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
