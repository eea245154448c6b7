"""The two plots of docs/performance.md."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("svg")
mpl.rcParams["svg.hashsalt"] = "balie"  # the same figures give the same file

from matplotlib import pyplot as plt  # noqa: E402 - after the choice of its backend

_LINES = {
    "stock": "Rasa 3.6.21, Python 3.10",
    "no sessions": "rasa-lean",
    "rasa-lean": "rasa-lean, sessions of 60 events",
}


def by_turn(assistant: Mapping[str, Any], file: Path) -> None:
    """Milliseconds of a turn against its number in the conversation."""
    figure, axes = plt.subplots(figsize=(6.4, 3.4), layout="constrained")
    for key, label in _LINES.items():
        if key in assistant:
            turns = assistant[key]["turns"]
            axes.plot([int(turn) for turn in turns], list(turns.values()), marker="o", label=label)
    axes.set(xlabel="turn of one conversation", ylabel="p50, ms", yscale="log", xscale="log")
    axes.legend()
    _save(figure, file)


def load(rows: Sequence[Mapping[str, Any]], file: Path) -> None:
    """Messages a second, and how long an answer takes, against conversations at once."""
    figure, axes = plt.subplots(1, 2, figsize=(7.2, 3.0), layout="constrained")
    names = [str(row["conversations"]) for row in rows]
    axes[0].bar(names, [row["per_second"] for row in rows])
    axes[0].set(xlabel="conversations at once", ylabel="messages a second")
    for name in ("p50", "p95", "p99"):
        axes[1].plot(names, [row[name] for row in rows], marker="o", label=name)
    axes[1].set(xlabel="conversations at once", ylabel="ms", yscale="log")
    axes[1].legend()
    _save(figure, file)


def _save(figure: Any, file: Path) -> None:
    figure.savefig(file, metadata={"Date": None})
    plt.close(figure)
