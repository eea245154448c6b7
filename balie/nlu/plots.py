"""Pictures of how well messages are understood."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from balie.nlu.metrics import Outcome, reliability, risk_coverage


def write_plots(outcomes: Sequence[Outcome], folder: Path) -> list[Path]:
    """Write confusion matrix, risk-coverage curve and reliability diagram as PNG."""
    folder.mkdir(parents=True, exist_ok=True)
    drawings = {
        "confusion_matrix": (_draw_confusions, (12.0, 11.0)),
        "risk_coverage": (_draw_risk_coverage, (6.0, 5.0)),
        "reliability": (_draw_reliability, (6.0, 5.0)),
    }
    paths = []
    for name, (draw, size) in drawings.items():
        figure = Figure(figsize=size, layout="constrained")
        draw(figure.add_subplot(), outcomes)
        paths.append(folder / f"{name}.png")
        figure.savefig(paths[-1], dpi=120)
    return paths


def _draw_confusions(axes: Axes, outcomes: Sequence[Outcome]) -> None:
    names = {outcome.message.intent for outcome in outcomes}
    intents = sorted(names | {outcome.found["intent"] for outcome in outcomes})
    matrix = np.zeros((len(intents), len(intents)))
    for outcome in outcomes:
        matrix[intents.index(outcome.message.intent), intents.index(outcome.found["intent"])] += 1
    axes.imshow(matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1), cmap="Blues")
    for row, column in zip(*matrix.nonzero(), strict=True):
        axes.text(column, row, f"{matrix[row, column]:.0f}", ha="center", va="center", size=7)
    axes.set_xticks(range(len(intents)), intents, rotation=90)
    axes.set_yticks(range(len(intents)), intents)
    axes.set(xlabel="found", ylabel="label", title="Confusion matrix")


def _draw_risk_coverage(axes: Axes, outcomes: Sequence[Outcome]) -> None:
    coverage, risk = risk_coverage(outcomes)
    axes.plot(coverage, risk)
    axes.set(
        xlabel="coverage (share of the messages, the surest first)",
        ylabel="risk (share of these that is wrong)",
        title="Risk and coverage",
        xlim=(0, 1),
        ylim=(0, None),
    )
    axes.grid(alpha=0.3)


def _draw_reliability(axes: Axes, outcomes: Sequence[Outcome]) -> None:
    bins = reliability(outcomes)
    axes.plot([0, 1], [0, 1], linestyle="--", color="gray")
    axes.plot([b.confidence for b in bins], [b.accuracy for b in bins], marker="o")
    for b in bins:
        axes.annotate(
            str(b.messages),
            (b.confidence, b.accuracy),
            textcoords="offset points",
            xytext=(6, -10),
            size=8,
        )
    axes.set(xlabel="confidence", ylabel="accuracy", title="Reliability", xlim=(0, 1), ylim=(0, 1))
    axes.grid(alpha=0.3)
