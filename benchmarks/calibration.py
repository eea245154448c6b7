"""Ways to make probabilities of the intent model's scores, on the development set.

`python -m benchmarks.calibration` prints a table in Markdown. All learn from the scores that
cross-validation gives the training examples; the development set only judges.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from scipy.special import softmax
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss

from balie.content import LANGUAGES
from balie.nlu import data_checks
from balie.nlu.cross_validation import Example
from balie.nlu.features import Floats
from balie.nlu.intent_model import IntentModel, best_temperature
from balie.nlu.metrics import BINS
from benchmarks.ablation import CHOSEN, ROOT, Corpus

Ints = npt.NDArray[np.int_]
# Scores and true columns to learn from, and scores to make probabilities of.
Calibrate = Callable[[Floats, Ints, Floats], Floats]


def main() -> None:
    """Print the table."""
    training = Corpus.read(data_checks.training_files(ROOT / "data"))
    folder = ROOT / "tests" / "nlu"
    development = Corpus.read([folder / f"development.{each}.yml" for each in LANGUAGES])
    # A weight of its own for one intent is no matter of calibration.
    model = IntentModel(replace(CHOSEN, out_of_scope_weight=1.0))
    learned = model.train(_examples(training)).wholes
    columns = _columns(model.intents, training.intents)
    # Scores but for a constant in each row, which no probability depends on.
    asked = np.log(_probabilities(model, development)) * best_temperature(learned, columns)
    truth = _columns(model.intents, development.intents)
    print("| probabilities by | ECE | log loss | right |")
    print("|---|---|---|---|")
    for name, calibrate in METHODS.items():
        found = calibrate(learned, columns, asked)
        right = found.argmax(axis=1) == truth
        loss = log_loss(truth, found, labels=range(found.shape[1]))
        print(
            f"| {name} | {_ece(found.max(axis=1), right):.3f} | {loss:.3f} | {right.mean():.1%} |"
        )


def none(_learned: Floats, _columns: Ints, asked: Floats) -> Floats:
    """A softmax of the bare scores."""
    return softmax(asked, axis=1)


def temperature(learned: Floats, columns: Ints, asked: Floats) -> Floats:
    """A softmax with the temperature under which the truth is likeliest."""
    return softmax(asked / best_temperature(learned, columns), axis=1)


def platt(learned: Floats, columns: Ints, asked: Floats) -> Floats:
    """A sigmoid for each intent, scaled to one."""

    def one(scores: Floats, is_it: npt.NDArray[np.bool_], new: Floats) -> Floats:
        machine = LogisticRegression(C=1e6).fit(scores[:, None], is_it)
        return machine.predict_proba(new[:, None])[:, 1]

    return _each(one, _centred(learned), columns, _centred(asked))


def isotonic(learned: Floats, columns: Ints, asked: Floats) -> Floats:
    """A rising step function for each intent, scaled to one."""

    def one(scores: Floats, is_it: npt.NDArray[np.bool_], new: Floats) -> Floats:
        steps = IsotonicRegression(y_min=1e-4, y_max=1 - 1e-4, out_of_bounds="clip")
        return steps.fit(scores, is_it).predict(new)

    return _each(one, _centred(learned), columns, _centred(asked))


METHODS: dict[str, Calibrate] = {
    "softmax alone": none,
    "temperature (chosen)": temperature,
    "Platt, an intent at a time": platt,
    "isotonic, an intent at a time": isotonic,
}


def _each(
    one: Callable[[Floats, npt.NDArray[np.bool_], Floats], Floats],
    learned: Floats,
    columns: Ints,
    asked: Floats,
) -> Floats:
    shares = [
        one(learned[:, column], columns == column, asked[:, column])
        for column in range(learned.shape[1])
    ]
    made = np.stack(shares, axis=1)
    return made / made.sum(axis=1, keepdims=True)


def _centred(scores: Floats) -> Floats:
    centred: Floats = scores - scores.mean(axis=1, keepdims=True)
    return centred


def _examples(corpus: Corpus) -> list[Example]:
    pairs = zip(corpus.messages, corpus.sentences, strict=True)
    return [
        Example(sentence, (), message.intent, (message.intent, message.language))
        for message, sentence in pairs
    ]


def _probabilities(model: IntentModel, corpus: Corpus) -> Floats:
    rankings = [dict(ranking) for ranking in model.rank(corpus.sentences)]
    rows = [[ranking[intent] for intent in model.intents] for ranking in rankings]
    return np.maximum(np.array(rows), 1e-12)


def _columns(intents: Sequence[str], labels: Sequence[str]) -> Ints:
    return np.array([intents.index(label) for label in labels])


def _ece(confidence: Floats, right: npt.NDArray[np.bool_]) -> float:
    """Expected calibration error of the likeliest intent."""
    numbers = np.minimum((confidence * BINS).astype(int), BINS - 1)
    inside = [numbers == number for number in range(BINS)]
    return float(
        sum(
            abs(confidence[each].mean() - right[each].mean()) * each.mean()
            for each in inside
            if each.any()
        )
    )


if __name__ == "__main__":
    main()
