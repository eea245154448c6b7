"""Which intent a sentence has, with calibrated probabilities.

Linear scores become probabilities by a softmax whose temperature is fitted on sentences that the
model had not seen.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax

from balie.nlu.cross_validation import Example, Fit, HeldOut, fit_and_cross_validate
from balie.nlu.encoder import USE, Vectors
from balie.nlu.features import Blocks, Floats, NgramCounter, character_ngrams, ngrams
from balie.nlu.intents import OUT_OF_SCOPE
from balie.nlu.linear_model import LinearModel, fit_linear
from balie.nlu.sentences import Sentence

Ranking = list[tuple[str, float]]


@dataclass(frozen=True)
class Options:
    """What can be chosen about the model; docs/understanding.md has the measurements."""

    word_ngrams: int = 2
    char_ngrams: int = 5
    rarest: int = 2  # of how many examples an n-gram must be; two thirds are of one alone
    penalty: float = 1.0
    balance: float = 0.5  # 0: every example weighs the same, 1: every intent does
    encoder: str = USE  # docs/encoders.md
    encoder_weight: float = 0.5  # 0: n-grams alone
    encoder_width: int = (
        128  # main directions kept of the encoder's 512; training takes half the time
    )
    # To turn away somebody with a question of ours is twice as bad as to offer topics in vain.
    out_of_scope_weight: float = 0.5
    folds: int = 4


class IntentModel:
    """Ranks intents for sentences."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._counter = NgramCounter(
            {"words": self._words, "characters": self._characters}, options.rarest
        )
        self._model = LinearModel()
        self._temperature = 1.0
        self._encoder = Vectors(options.encoder, options.encoder_width, options.encoder_weight)

    @property
    def intents(self) -> list[str]:
        """The known intents."""
        return self._model.labels

    def train(self, examples: Sequence[Example]) -> HeldOut:
        """Learn from examples; the scores that cross-validation gave them are returned."""
        intents = [example.intent for example in examples]
        parts = [part for example in examples for part in example.parts]
        wholes = self._fit_blocks([example.whole for example in examples])
        self._model, found = fit_and_cross_validate(
            examples, wholes, self._blocks(parts), self._fit, self._options.folds
        )
        columns = np.array([self.intents.index(intent) for intent in intents])
        self._temperature = best_temperature(found.wholes, columns)
        return found

    def fit_final(
        self, wholes: Sequence[Sentence], intents: Sequence[str], temperature: float
    ) -> None:
        """Learn the intents of all sentences; the temperature is known already."""
        self._model = self._fit(self._fit_blocks(wholes), intents)
        self._temperature = temperature

    def rank(self, sentences: Sequence[Sentence]) -> list[Ranking]:
        """For each sentence all intents with their probabilities, likeliest first."""
        return self.rankings(self._model.scores(self._blocks(sentences)))

    def rankings(self, scores: Floats) -> list[Ranking]:
        """The same for rows of scores, held-out ones for example."""
        weights = [self._weight(intent) for intent in self.intents]
        probabilities = softmax(scores / self._temperature + np.log(weights), axis=1)
        order = np.argsort(-probabilities, axis=1, kind="stable")
        return [
            [(self.intents[column], float(row[column])) for column in columns]
            for row, columns in zip(probabilities, order, strict=True)
        ]

    def save(self, folder: Path) -> None:
        """Write the model into a folder."""
        self._model.save(folder / "weights.npz")
        self._encoder.save(folder / "directions.npy")
        rest = {
            "temperature": self._temperature,
            "vocabularies": self._counter.vocabularies,
        }
        (folder / "model.json").write_text(json.dumps(rest), encoding="utf-8")

    def load(self, folder: Path) -> "IntentModel":
        """Read what `save` wrote; raises `MissingEncoder`."""
        self._model.load(folder / "weights.npz")
        self._encoder.load(folder / "directions.npy")
        rest = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        self._temperature = rest["temperature"]
        self._counter.vocabularies = rest["vocabularies"]
        return self

    @property
    def _fit(self) -> Fit:
        return partial(fit_linear, penalty=self._options.penalty, balance=self._options.balance)

    def _weight(self, intent: str) -> float:
        return self._options.out_of_scope_weight if intent == OUT_OF_SCOPE else 1.0

    def _fit_blocks(self, sentences: Sequence[Sentence]) -> Blocks:
        vectors = self._encoder.fit([sentence.text for sentence in sentences])
        return Blocks(self._counter.fit(sentences), vectors)

    def _blocks(self, sentences: Sequence[Sentence]) -> Blocks:
        vectors = self._encoder.encode([sentence.text for sentence in sentences])
        return Blocks(self._counter.count(sentences), vectors)

    def _words(self, sentence: Sentence) -> list[str]:
        longest = self._options.word_ngrams
        # The mark keeps a lemma apart from a form that is spelled alike.
        lemmas = [f"{lemma}*" for lemma in sentence.lemmas]
        return ngrams(sentence.forms, longest) + ngrams(lemmas, longest)

    def _characters(self, sentence: Sentence) -> list[str]:
        return character_ngrams(sentence.forms, 2, self._options.char_ngrams)


def best_temperature(scores: Floats, columns: npt.NDArray[np.int_]) -> float:
    """The softmax temperature under which the true columns are likeliest."""
    rows = np.arange(len(columns))

    def surprise(log_temperature: float) -> float:
        logs = log_softmax(scores / np.exp(log_temperature), axis=1)
        return float(-logs[rows, columns].mean())

    return float(np.exp(minimize_scalar(surprise, bounds=(-5.0, 3.0), method="bounded").x))
