"""Scores of training examples by models that had not seen them."""

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from joblib import Parallel, delayed

from balie.nlu.features import Blocks, Floats
from balie.nlu.linear_model import LinearModel
from balie.nlu.sentences import Sentence

# The score of an intent that a fold's model does not know: a clear no.
UNKNOWN = -1.0

# From so many examples on, a process for each core pays.
MANY = 2000

Ints = npt.NDArray[np.int_]
Fit = Callable[[Blocks, Sequence[str]], LinearModel]


@dataclass(frozen=True)
class Example:
    """A labelled message: the whole and its parts. Folds are balanced by `group`."""

    whole: Sentence
    parts: tuple[Sentence, ...]
    intent: str
    group: Hashable


@dataclass(frozen=True)
class HeldOut:
    """Held-out scores: a row for each example, and for each of its parts."""

    wholes: Floats
    parts: Floats
    owners: Ints  # for each part the number of its example

    def of(self, number: int) -> Floats:
        """The rows of one example: the whole first, then its parts."""
        start, end = np.searchsorted(self.owners, [number, number + 1])
        return np.vstack([self.wholes[number], self.parts[start:end]])

    def save(self, path: Path) -> None:
        """Write an npz file; half precision is enough to fit thresholds."""
        wholes, parts = self.wholes.astype(np.float16), self.parts.astype(np.float16)
        np.savez_compressed(path, wholes=wholes, parts=parts, owners=self.owners)

    @classmethod
    def load(cls, path: Path) -> "HeldOut":
        """Read what `save` wrote."""
        with np.load(path, allow_pickle=False) as arrays:
            wholes, parts = (arrays[name].astype(np.float32) for name in ("wholes", "parts"))
            return cls(wholes, parts, arrays["owners"])


def fit_and_cross_validate(
    examples: Sequence[Example], wholes: Blocks, parts: Blocks, fit: Fit, folds: int
) -> tuple[LinearModel, HeldOut]:
    """A model of all examples, and a score of each by a model fitted on the other folds.

    `wholes` and `parts` hold the features of the examples and of their parts; the columns of
    the scores are the intents in sorted order.
    """
    intents = np.array([example.intent for example in examples])
    columns = sorted(set(intents.tolist()))
    owners = np.repeat(np.arange(len(examples)), [len(example.parts) for example in examples])
    fold_of = np.array(assign_folds([example.group for example in examples], folds))
    nothing = np.zeros(len(examples), bool)
    held_out = [fold_of == fold for fold in sorted(set(fold_of.tolist()))]
    # The model of all examples, which takes longest, goes first: so no core waits for it.
    model, *models = Parallel(n_jobs=-1 if len(examples) >= MANY else 1)(
        delayed(fit)(wholes.rows(~out), intents[~out].tolist()) for out in [nothing, *held_out]
    )
    found = HeldOut(
        np.zeros((len(examples), len(columns)), np.float32),
        np.zeros((len(owners), len(columns)), np.float32),
        owners,
    )
    for out, fold_model in zip(held_out, models, strict=True):
        for scores, blocks, rows in (
            (found.wholes, wholes, out),
            (found.parts, parts, out[owners]),
        ):
            if rows.any():
                scores[rows] = aligned_scores(fold_model, blocks.rows(rows), columns)
    return model, found


def assign_folds(groups: Sequence[Hashable], folds: int) -> list[int]:
    """A fold for each item, so that every group is spread evenly over the folds."""
    seen: Counter[Hashable] = Counter()
    assigned = []
    for group in groups:
        assigned.append(seen[group] % folds)
        seen[group] += 1
    return assigned


def aligned_scores(model: LinearModel, blocks: Blocks, columns: Sequence[str]) -> Floats:
    """The model's scores, a column for each of the intents, also for those it does not know."""
    scores = np.full((len(blocks.vectors), len(columns)), UNKNOWN, np.float32)
    scores[:, [columns.index(label) for label in model.labels]] = model.scores(blocks)
    return scores
