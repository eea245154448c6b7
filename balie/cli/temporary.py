"""A whole Balie of one's own for a while: free ports, its own state folder, real processes."""

import contextlib
import shutil
import signal
import socket
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from balie.billing.events import EventName
from balie.cli.conversations.backstage import BillingBackstage
from balie.cli.conversations.form import Process
from balie.cli.processes import Group, Running, StartFailed
from balie.cli.run import programs, write_endpoints
from balie.cli.training import train
from balie.settings import Settings

READY_SECONDS = 120.0
# Short, so that a conversation after an outage of the billing system need not wait.
_BREAKER_PAUSE = 0.5
_PORTS = ("desk_port", "rasa_port", "actions_port", "billing_port")
_RATES = ("rate_address", "rate_beginning", "rate_conversation")
# Databases and addresses of another Balie, which a temporary one must not touch.
_ELSEWHERE = (
    *("database_url", "billing_database_url", "redis_url", "rabbitmq_url"),
    *("rasa_url", "actions_url", "billing_url"),
)


class TemporaryBalie:
    """Runs from `with` to its end. Trains first if the data has changed.

    `shared` are settings that it has in common with others, such as a database. Raises
    `TrainingFailed` or `StartFailed` where there is no starting it.
    """

    def __init__(self, base: Settings, **shared: object) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="balie-"))
        self.settings = temporary_settings(base, self._folder).model_copy(update=shared)
        self.logs = self.settings.path("logs")
        self._group: Group | None = None
        self._down: set[Process] = set()
        self._billing: BillingBackstage | None = None

    @property
    def address(self) -> str:
        """Where the desk answers."""
        return f"http://{self.settings.desk_host}:{self.settings.desk_port}"

    def pids(self) -> dict[str, int]:
        """Process ids by name, none before the start."""
        return self._group.pids() if self._group else {}

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _start(self) -> None:
        model = train(self.settings.project_dir)
        self.logs.mkdir(parents=True)
        write_endpoints(self.settings)
        self._group = Group(programs(self.settings, model), self.logs, lambda _name, _line: None)
        try:
            self._group.wait_until_healthy(READY_SECONDS)
        except StartFailed as error:
            tails = (f"--- {name}\n{tail}" for name, tail in self.log_tails({}).items())
            raise StartFailed("\n".join([str(error), *tails])) from None
        self._billing = BillingBackstage(self.settings)

    def close(self) -> None:
        """Stop every process and remove the state folder."""
        if self._group is not None:
            self._group.stop()
            self._group = None
        shutil.rmtree(self._folder, ignore_errors=True)

    # Backstage of conversation tests ---------------------------------------------------------

    def happen(self, event: EventName, customer: str) -> None:
        """Let an event happen to a demo customer."""
        self._backstage.happen(event, customer)

    def restart(self, process: Process) -> None:
        """Kill a process and start it anew."""
        self.fault(process, down=True)
        self.fault(process, down=False)

    def fault(self, process: Process, down: bool) -> None:
        """Kill a process, or start it again and wait until it is healthy."""
        if down:
            self._running(process).kill()
            self._down.add(process)
        elif process in self._down:
            if self._running(process).process.poll() is not None:
                self.start(process)
            self._wait_for(process)
            self._down.discard(process)
            if process == "billing":
                self._backstage.wait_for_breaker()

    def start(self, process: Process) -> None:
        """Start a process that is down; it is not healthy yet."""
        self._running(process).start_again()

    def restore(self) -> None:
        """Start what is down, and make the demo customers as they were."""
        for process in sorted(self._down):
            self.fault(process, down=False)
        self._backstage.restore()

    @contextlib.contextmanager
    def frozen(self, process: Process) -> Iterator[None]:
        """Have a process stand still for a while: connections are taken and nothing answers."""
        running = self._running(process)
        running.signal(signal.SIGSTOP)
        try:
            yield
        finally:
            running.signal(signal.SIGCONT)

    # Logs ------------------------------------------------------------------------------------

    def log_sizes(self) -> dict[Path, int]:
        """How long each log is now, for `log_tails`."""
        return {path: path.stat().st_size for path in sorted(self.logs.glob("*.log"))}

    def log_tails(self, since: dict[Path, int], lines: int = 15) -> dict[str, str]:
        """The last lines that each process has logged since then, by its name."""
        tails = {}
        for path in sorted(self.logs.glob("*.log")):
            with path.open("rb") as log:
                log.seek(since.get(path, 0))
                new = log.read().decode("utf-8", "replace").splitlines()
            if new:
                tails[path.stem] = "\n".join(new[-lines:])
        return tails

    # Small parts -----------------------------------------------------------------------------

    @property
    def _backstage(self) -> BillingBackstage:
        if self._billing is None:
            raise RuntimeError("this Balie has not been started")
        return self._billing

    def _running(self, process: Process) -> Running:
        if self._group is None:
            raise RuntimeError("this Balie has not been started")
        return self._group[process]

    def _wait_for(self, process: Process) -> None:
        running = self._running(process)
        deadline = time.monotonic() + READY_SECONDS
        while not running.program.healthy():
            if running.process.poll() is not None or time.monotonic() > deadline:
                raise StartFailed(f"{process} did not become ready again")
            time.sleep(0.05)


def temporary_settings(base: Settings, folder: Path) -> Settings:
    """`base` with free ports, its state in `folder`, and no address or database of elsewhere."""
    ports = dict(zip(_PORTS, free_ports(len(_PORTS)), strict=True))
    own = {
        **ports,
        **dict.fromkeys(_ELSEWHERE),
        "state_dir": folder / "state",
        "breaker_pause": _BREAKER_PAUSE,
        # Everybody who talks to it does so from one address.
        **dict.fromkeys(_RATES, "off"),
    }
    return base.model_copy(update=own)


def free_ports(count: int) -> list[int]:
    """Ports of this machine on which nothing listens now."""
    with contextlib.ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]
