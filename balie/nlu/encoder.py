"""Sentence encoders: vectors of meaning, alike for a sentence and its translation.

Which one is used is chosen in config.yml; the pipeline works without any. docs/encoders.md tells
how to write another.
"""

import logging
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Protocol

import numpy as np

from balie.nlu.features import Floats

logger = logging.getLogger(__name__)

NONE = "none"
USE = "use"
SPACY = "spacy:"


class SentenceEncoder(Protocol):
    """What an encoder must do."""

    def encode(self, texts: Sequence[str]) -> Floats:
        """A row for each text, in their order, of unit length (or zeros where it knows nothing).

        The width is always the same, also for no texts at all.
        """


class MissingEncoder(Exception):
    """The sentence encoder that was chosen is not installed."""


class UnknownEncoder(ValueError):
    """The configuration names an encoder that there is not."""


@cache
def make_encoder(name: str) -> SentenceEncoder | None:
    """The encoder of that name, loaded once a process; None for `none`.

    A name is `use`, `spacy:<model>` or the dotted path of a class that is made without arguments.
    Raises `MissingEncoder` or `UnknownEncoder`.
    """
    if name == NONE:
        return None
    if name == USE:
        from balie.nlu.use_encoder import UseEncoder

        return UseEncoder()
    if name.startswith(SPACY):
        from balie.nlu.spacy_encoder import SpacyEncoder

        return SpacyEncoder(name.removeprefix(SPACY))
    return _custom(name)


def _custom(name: str) -> SentenceEncoder:
    module, _, kind = name.rpartition(".")
    if not module:
        known = f"{NONE}, {USE}, {SPACY}<model> or the dotted path of a class"
        raise UnknownEncoder(f"encoder {name!r}: must be {known}")
    try:
        made: SentenceEncoder = getattr(import_module(module), kind)()
    except ImportError as error:
        raise MissingEncoder(f"encoder {name}: {error}") from error
    except AttributeError as error:
        raise UnknownEncoder(f"encoder {name}: {error}") from error
    return made


class Vectors:
    """An encoder's vectors in the main directions of the training texts; none where it is off."""

    def __init__(self, encoder: str, width: int, weight: float) -> None:
        """`weight` is about the length of a vector. 0 or the encoder `none` turns it off."""
        self._name = encoder if weight else NONE
        self._width = width
        self._weight = weight
        self._directions: Floats = np.zeros((0, 0), np.float32)

    def fit(self, texts: Sequence[str]) -> Floats:
        """Learn the main directions of some texts, and encode them.

        Where the encoder is not installed, the model does without: a machine that cannot have it
        must be able to train. `balie doctor` says so too.
        """
        try:
            encoder = make_encoder(self._name)
        except MissingEncoder as error:
            logger.warning("%s; the model is trained without an encoder", error)
            encoder = None
        if encoder is None:
            return self.encode(texts)
        vectors = encoder.encode(texts)
        _, directions = np.linalg.eigh(vectors.T @ vectors)  # the main ones come last
        self._directions = np.float32(self._weight) * directions[:, -self._width :]
        return vectors @ self._directions

    def encode(self, texts: Sequence[str]) -> Floats:
        """A row for each text."""
        encoder = make_encoder(self._name) if self._directions.size else None
        if encoder is None:
            return np.zeros((len(texts), 0), np.float32)
        return encoder.encode(texts) @ self._directions

    def save(self, path: Path) -> None:
        """Write the directions into an npy file."""
        np.save(path, self._directions)

    def load(self, path: Path) -> "Vectors":
        """Read what `save` wrote; raises `MissingEncoder`."""
        self._directions = np.load(path, allow_pickle=False)
        if self._directions.size:
            try:
                make_encoder(self._name)
            except MissingEncoder as error:
                raise MissingEncoder(
                    f"the model needs it: install it or train again: {error}"
                ) from (error)
        return self
