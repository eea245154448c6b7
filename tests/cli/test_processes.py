"""Real small processes are started, tended and stopped; none is left behind."""

import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from balie.cli import processes
from balie.cli.processes import Group, PortInUse, Program, StartFailed, check_ports
from balie.cli.temporary import free_ports

SERVES = """
    import sys, time
    print("serving", flush=True)
    time.sleep(600)
"""
PRINTS_BROKEN_TEXT = """
    import sys, time
    sys.stdout.buffer.write(b"hallo\\nw\\xf6rld\\nserving\\n")
    sys.stdout.flush()
    time.sleep(600)
"""
IGNORES_SIGTERM = """
    import signal, time
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    print("serving", flush=True)
    time.sleep(600)
"""
HAS_A_CHILD = """
    import subprocess, sys, time
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    print("child", child.pid, flush=True)
    time.sleep(600)
"""
ENDS = "print('no luck', flush=True); raise SystemExit(3)"


class Echo:
    """Keeps what is echoed."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str]] = []

    def __call__(self, name: str, line: str) -> None:
        self.lines.append((name, line))

    def has(self, part: str) -> bool:
        return any(part in line for _, line in self.lines)


@pytest.fixture
def echo() -> Echo:
    return Echo()


@pytest.fixture
def groups(tmp_path: Path, echo: Echo) -> Iterator[Callable[..., Group]]:
    """Starts groups, and stops what is left of them."""
    started: list[Group] = []

    def start(*programs: Program) -> Group:
        started.append(Group(programs, tmp_path / "logs", echo))
        return started[-1]

    yield start
    for group in started:
        group.stop()


def program(code: str, name: str = "one", healthy: Callable[[], bool] = lambda: True) -> Program:
    command = [sys.executable, "-c", textwrap.dedent(code)]
    return Program(name, command, port=0, healthy=healthy)


def _wait_for(condition: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


def _is_alive(pid: int) -> bool:
    """Whether the process is there and no mere entry that waits to be read."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


on_linux = pytest.mark.skipif(sys.platform != "linux", reason="needs Linux")


# Ports ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0"])
def test_a_port_in_use_is_named_with_what_to_do(address: str) -> None:
    with socket.socket() as other:
        other.bind((address, 0))
        other.listen()
        port = other.getsockname()[1]
        taken = Program("desk", [], port, healthy=lambda: True)
        with pytest.raises(PortInUse) as error:
            check_ports([Program("rasa", [], free_ports(1)[0], lambda: True), taken])
    assert f"Port {port} (desk) is in use by another program" in str(error.value)
    assert f"BALIE_DESK_PORT={port + 1000} make run" in str(error.value)


def test_free_ports_are_fine() -> None:
    check_ports([Program("a", [], port, lambda: True) for port in free_ports(3)])


def test_a_port_that_has_just_been_closed_is_free_again() -> None:
    with socket.socket() as server, socket.socket() as client:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as web servers do
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
        client.connect(("127.0.0.1", port))
        server.accept()[0].close()
    check_ports([Program("a", [], port, lambda: True)])


# Starting and tending ---------------------------------------------------------------------------


def test_what_processes_print_is_logged_and_echoed(
    groups: Callable[..., Group], echo: Echo, tmp_path: Path
) -> None:
    groups(program(PRINTS_BROKEN_TEXT))
    _wait_for(lambda: echo.has("serving"))
    assert ("one", "hallo") in echo.lines
    assert "hallo\n" in (tmp_path / "logs" / "one.log").read_text()


def test_a_terminal_that_is_gone_does_not_hold_a_process_up(
    tmp_path: Path, groups: Callable[..., Group], monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(name: str, line: str) -> None:
        raise BrokenPipeError

    monkeypatch.setattr(Echo, "__call__", lambda self, name, line: closed(name, line))
    groups(program("for n in range(20_000): print('line', n)"))
    log = tmp_path / "logs" / "one.log"
    _wait_for(lambda: log.exists() and "line 19999" in log.read_text())


def test_the_group_is_healthy_when_every_program_is(groups: Callable[..., Group]) -> None:
    answers = iter([False, False, True])
    group = groups(program(SERVES, "a"), program(SERVES, "b", healthy=lambda: next(answers)))
    group.wait_until_healthy(10)
    assert set(group.pids()) == {"a", "b"}
    assert all(_is_alive(pid) for pid in group.pids().values())


def test_a_program_that_does_not_become_healthy_is_named(groups: Callable[..., Group]) -> None:
    group = groups(program(SERVES, "a"), program(SERVES, "b", healthy=lambda: False))
    with pytest.raises(StartFailed, match=r"^b did not become ready within 0 seconds"):
        group.wait_until_healthy(0.2)


def test_R5_a_crashed_process_is_started_again(groups: Callable[..., Group], echo: Echo) -> None:
    group = groups(program(SERVES, "a"), program(SERVES, "b"))
    _wait_for(lambda: len(echo.lines) == 2)
    before = group.pids()
    os.kill(before["a"], signal.SIGKILL)
    _wait_for(lambda: not _is_alive(before["a"]))
    group.tend()
    after = group.pids()
    assert after["a"] != before["a"]
    assert after["b"] == before["b"]
    _wait_for(lambda: len([line for line in echo.lines if line == ("a", "serving")]) == 2)
    assert ("a", "ended with exit code -9; starting it again") in echo.lines


def test_a_process_that_keeps_ending_stops_everything_with_its_name(
    groups: Callable[..., Group], echo: Echo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes.time, "sleep", lambda seconds: None)
    group = groups(program(SERVES, "good"), program(ENDS, "bad"))
    with pytest.raises(StartFailed, match=r"^bad keeps ending \(exit code 3\)"):
        _wait_for(lambda: bool(group.tend()), seconds=30)
    assert len([line for line in echo.lines if line == ("bad", "no luck")]) >= 3
    group.stop()
    assert not any(_is_alive(pid) for pid in group.pids().values())


def test_a_command_that_cannot_be_started_leaves_nothing_running(
    groups: Callable[..., Group], tmp_path: Path
) -> None:
    mark = tmp_path / "pid"
    code = f"import os; open({str(mark)!r}, 'w').write(str(os.getpid()))\n" + textwrap.dedent(
        SERVES
    )
    nonsense = Program("b", ["/no/such/program"], 0, lambda: True)
    first = Program("a", [sys.executable, "-c", code], 0, lambda: True)
    with pytest.raises(OSError, match="no/such"):
        groups(first, nonsense)
    time.sleep(0.3)
    assert not mark.exists() or not _is_alive(int(mark.read_text()))


# Stopping ---------------------------------------------------------------------------------------


@on_linux
def test_stopping_ends_processes_and_their_children(
    groups: Callable[..., Group], echo: Echo
) -> None:
    group = groups(program(SERVES, "a"), program(HAS_A_CHILD, "b"))
    _wait_for(lambda: echo.has("child"))
    child = int(next(line for _, line in echo.lines if "child" in line).split()[1])
    pids = [*group.pids().values(), child]
    assert all(_is_alive(pid) for pid in pids)
    group.stop()
    _wait_for(lambda: not any(_is_alive(pid) for pid in pids), seconds=30)
    group.stop()  # once more does no harm


@on_linux
def test_a_process_that_will_not_stop_is_ended(
    groups: Callable[..., Group], echo: Echo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "STOP_SECONDS", 0.3)
    group = groups(program(IGNORES_SIGTERM))
    _wait_for(lambda: echo.has("serving"))
    group.stop()
    assert not _is_alive(group.pids()["one"])


# The whole command, as a process of its own ------------------------------------------------------

RUNS = """
    import signal
    import sys
    from pathlib import Path
    from balie.cli import run
    from balie.cli.processes import Program
    from balie.settings import Settings

    # Whoever started the tests may have had them ignore these (`nohup`, `&`).
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    folder = Path(sys.argv[1])
    code = "import os, time; print('pid', os.getpid(), flush=True); time.sleep(600)"
    programs = [
        Program(name, [sys.executable, "-c", code], 0, lambda: True) for name in ("one", "two")
    ]
    run.programs = lambda settings, model: programs
    run._serve(Settings(project_dir=folder), Path("model"))
    print("clean end", flush=True)
"""


@pytest.fixture
def running(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], list[int]]]:
    """`balie run` with two small programs, and their process ids."""
    command = [sys.executable, "-c", textwrap.dedent(RUNS), str(tmp_path)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    ) as process:
        assert process.stdout is not None
        pids: list[int] = []
        ready = False
        while len(pids) < 2 or not ready:
            line = process.stdout.readline()
            assert line, "it ended"
            if "pid" in line:
                pids.append(int(line.split()[-1]))
            ready = ready or "Ctrl-C stops everything" in line
        yield process, pids
        process.kill()
    for pid in pids:
        if _is_alive(pid):
            os.kill(pid, signal.SIGKILL)


@on_linux
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_everything_cleanly(
    running: tuple[subprocess.Popen[str], list[int]], number: signal.Signals
) -> None:
    process, pids = running
    process.send_signal(number)
    printed, _ = process.communicate(timeout=60)
    assert "Stopping..." in printed
    assert printed.endswith("clean end\n")
    assert process.returncode == 0
    assert not any(_is_alive(pid) for pid in pids)


@on_linux
def test_an_impatient_second_signal_leaves_nothing_running(
    running: tuple[subprocess.Popen[str], list[int]],
) -> None:
    process, pids = running
    for _ in range(4):
        process.send_signal(signal.SIGINT)
        time.sleep(0.01)
    process.communicate(timeout=60)
    _wait_for(lambda: not any(_is_alive(pid) for pid in pids), seconds=30)


@on_linux
def test_when_it_is_killed_its_processes_end_too(
    running: tuple[subprocess.Popen[str], list[int]],
) -> None:
    process, pids = running
    process.kill()
    process.wait(timeout=10)
    _wait_for(lambda: not any(_is_alive(pid) for pid in pids), seconds=5)
