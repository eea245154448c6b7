"""How likely each intent is for examples, by models that have not seen them; step by step."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from joblib import Parallel, delayed
from scipy.special import softmax

from balie.nlu.cross_validation import MANY, UNKNOWN, Fit, aligned_scores, assign_folds
from balie.nlu.features import Blocks, Floats
from balie.nlu.intent_model import IntentModel, best_temperature
from balie.nlu.sentences import Sentence

Rows = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Likely:
    """The likeliest intent of an example, and how likely it is (0 to 1)."""

    intent: str
    confidence: float


class HeldOutModel(IntentModel):
    """The models of the folds only: training one of all examples would take as long again."""

    def likeliest(
        self, wholes: Sequence[Sentence], intents: Sequence[str], languages: Sequence[str]
    ) -> Iterator[list[Likely] | None]:
        """Yields None when the features are made and after each fold; at last the result."""
        names = sorted(set(intents))
        scores = np.full((len(wholes), len(names)), UNKNOWN, np.float32)
        blocks = self._fit_blocks(wholes)
        yield None
        folds = np.array(
            assign_folds(list(zip(intents, languages, strict=True)), self._options.folds)
        )
        jobs = (
            delayed(_scores)(self._fit, blocks, intents, folds == fold, names)
            for fold in range(self._options.folds)
        )
        workers = -1 if len(wholes) >= MANY else 1
        for rows, found in Parallel(n_jobs=workers, return_as="generator_unordered")(jobs):
            scores[rows] = found
            yield None
        columns = np.array([names.index(intent) for intent in intents])
        probabilities = softmax(scores / best_temperature(scores, columns), axis=1)
        yield [Likely(names[int(row.argmax())], float(row.max())) for row in probabilities]


def _scores(
    fit: Fit, blocks: Blocks, intents: Sequence[str], rows: Rows, names: Sequence[str]
) -> tuple[Rows, Floats]:
    """The scores of the chosen rows by a model of the others; a column for each name."""
    if not rows.any():
        return rows, np.zeros((0, len(names)), np.float32)
    known = [each for each, out in zip(intents, rows, strict=True) if not out]
    return rows, aligned_scores(fit(blocks.rows(~rows), known), blocks.rows(rows), names)
