"""A spaCy model with word vectors as sentence encoder."""

from collections.abc import Sequence

import numpy as np
import spacy

from balie.nlu.encoder import MissingEncoder, UnknownEncoder
from balie.nlu.features import Floats


class SpacyEncoder:
    """The mean of a text's word vectors. Most models hold one language; see docs/encoders.md."""

    def __init__(self, model: str) -> None:
        """`model` is an installed package or a folder.

        Raises `MissingEncoder`, or `UnknownEncoder` for a model without word vectors.
        """
        try:
            loaded = spacy.load(model)
        except OSError as error:  # what spaCy raises for a model that is not there
            raise MissingEncoder(f"spaCy model {model}: {error}") from error
        if not loaded.vocab.vectors_length:
            raise UnknownEncoder(f"spaCy model {model} has no word vectors")
        self._width = int(loaded.vocab.vectors_length)
        # Word vectors need the tokenizer alone.
        self._tokenize = loaded.make_doc

    def encode(self, texts: Sequence[str]) -> Floats:
        """A row for each text."""
        vectors = np.zeros((len(texts), self._width), np.float32)
        for row, text in zip(vectors, texts, strict=True):
            row[:] = self._tokenize(text).vector
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        scaled: Floats = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
        return scaled
