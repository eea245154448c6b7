"""The same assistant on stock Rasa and rasa-lean, also without each fix, and Rasa's defaults."""

import statistics
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import projects, server
from benchmarks.machine import environment_mb, site_packages
from benchmarks.server import Environment

ROOT = projects.ROOT
BASELINE = ROOT / ".venv-baseline"
OURS = Path(sys.prefix)
# Those that save time; the others mend what does not work.
FIXES = (
    "reply_validator",
    "sql_statements",
    "sqlite_wal",
    "policy_states",
    "graph_runner",
    "action_connections",
    "event_types",
    "carried_slots",
    "fewer_imports",
    "fingerprints",
    "message_copies",
    "duplicate_examples",
)
# Long conversations are cut into sessions by this many events, as Balie's own are.
SESSION_EVENTS = {"RASA_LEAN_SESSION_EVENTS": "60"}
TEXTS = ["why was my card declined?", "where do I find my invoice?", "can we pay by invoice?"]
INIT_TEXTS = ["hello", "I am sad", "bye"]

Result = dict[str, Any]


@dataclass(frozen=True)
class Sizes:
    """How much is measured."""

    share: float = 0.05  # of Balie's examples: about a thousand, what a team's assistant has
    conversations: int = 40
    turns: tuple[int, ...] = (3, 100, 300)
    far: int = 1000  # only where it does not take hours
    window: int = 9
    version_runs: int = 5
    epochs: int = 2


QUICK = Sizes(0.02, 10, (3, 30, 60), 90, 6, 2, 1)


def stock() -> Environment | None:
    """The pinned original, where `make baseline` has set it up."""
    python = BASELINE / "bin" / "python"
    return Environment(python) if python.exists() else None


def lean(without: str = "", sessions: bool = True) -> Environment:
    """Our installation, perhaps without a fix."""
    variables = {"RASA_LEAN_WITHOUT": without, **(SESSION_EVENTS if sessions else {})}
    return Environment(Path(sys.executable), variables)


def installations() -> Result:
    """Megabytes on disk."""
    requirements = ROOT / "requirements"
    found = {
        "rasa-lean": environment_mb(OURS, requirements / "base.txt", requirements / "rasa.txt")
    }
    if stock():
        found["stock"] = environment_mb(BASELINE)
    return found


def version_seconds(sizes: Sizes) -> Result:
    """Median of `rasa --version`: seconds by the clock."""
    found = {}
    for name, environment in (("rasa-lean", lean()), ("stock", stock())):
        if environment:
            runs = [
                server.run(environment, ROOT, "rasa", "--version")
                for _ in range(sizes.version_runs)
            ]
            found[name] = {
                "seconds": statistics.median(each.seconds for each in runs),
                "cpu": statistics.median(each.cpu for each in runs),
            }
    return found


def same_assistant(sizes: Sizes) -> Iterator[tuple[str, Result]]:
    """Training, start, memory and turns of the same assistant, stock and ours."""
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        folder = projects.ours(Path(scratch), projects.LINEAR, sizes.share)
        original = stock()
        if original:
            yield "stock", _all_of(original, folder, "stock", sizes, sizes.turns)
        yield "rasa-lean", _all_of(lean(), folder, "lean", sizes, (*sizes.turns, sizes.far))
        yield "no sessions", _turns(lean(sessions=False), folder, "lean", sizes, sizes.turns)
        for fix in FIXES:
            yield fix, _all_of(lean(fix), folder, "without", sizes, sizes.turns)


def _all_of(
    environment: Environment, folder: Path, name: str, sizes: Sizes, turns: tuple[int, ...]
) -> Result:
    trained = server.train(environment, folder, name)
    return {
        "train": trained.seconds,
        "train_cpu": trained.cpu,
        **_turns(environment, folder, name, sizes, turns),
    }


def _turns(
    environment: Environment, folder: Path, name: str, sizes: Sizes, turns: tuple[int, ...]
) -> Result:
    with server.serve(environment, folder, TEXTS[0], name) as running:
        found: Result = {
            "start": running.start_seconds,
            "action_turn": running.first_turns(TEXTS, sizes.conversations),
            "memory": running.memory(),
        }
        found["turns"] = running.by_turn(TEXTS, turns, sizes.window)
    return found


def rasa_init(sizes: Sizes) -> Result | None:
    """The assistant of `rasa init` (DIET and TED, no action) on stock Rasa."""
    environment = stock()
    if environment is None:
        return None
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        folder = projects.rasa_init(Path(scratch), site_packages(BASELINE))
        trained = server.train(environment, folder)
        with server.serve(environment, folder, INIT_TEXTS[0], actions=False) as running:
            return {
                "train": trained.seconds,
                "train_cpu": trained.cpu,
                "start": running.start_seconds,
                "action_turn": running.first_turns(INIT_TEXTS, sizes.conversations),
                "memory": running.memory(),
                "turns": running.by_turn(INIT_TEXTS, sizes.turns[:2], sizes.window),
            }


def default_pipeline(sizes: Sizes) -> Result | None:
    """All our examples under Rasa's default DIET pipeline; few epochs, since one takes minutes."""
    environment = stock()
    if environment is None:
        return None
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        share = 1.0 if sizes.share > QUICK.share else QUICK.share
        folder = projects.ours(Path(scratch), projects.diet(sizes.epochs), share)
        trained = server.train(environment, folder)
        with server.serve(environment, folder, TEXTS[0]) as running:
            return {
                "epochs": sizes.epochs,
                "examples": sum(1 for line in (folder / "data/nlu.yml").open() if "- " in line),
                "train": trained.seconds,
                "train_cpu": trained.cpu,
                "start": running.start_seconds,
                "action_turn": running.first_turns(TEXTS, sizes.conversations),
                "memory": running.memory(),
            }
