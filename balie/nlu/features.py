"""What a linear model sees of documents: counted n-grams, and vectors of meaning."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import CountVectorizer

Floats = npt.NDArray[np.float32]
Analyzer = Callable[[Any], list[str]]
Vocabularies = dict[str, list[str]]


@dataclass(frozen=True)
class Blocks:
    """Features of some documents, a row each: counts by block, and vectors (maybe 0 wide)."""

    counts: Mapping[str, csr_matrix]
    vectors: Floats

    def rows(self, chosen: npt.NDArray[np.bool_]) -> "Blocks":
        """The chosen documents."""
        counts = {name: block[chosen] for name, block in self.counts.items()}
        return Blocks(counts, self.vectors[chosen])


class NgramCounter:
    """Counts n-grams; `analyzers` turn a document into n-grams, one block each."""

    def __init__(self, analyzers: Mapping[str, Analyzer]) -> None:
        self._vectorizers = {
            name: CountVectorizer(analyzer=analyzer, dtype=np.float32)
            for name, analyzer in analyzers.items()
        }

    def fit(self, documents: Sequence[Any]) -> dict[str, csr_matrix]:
        """Learn the n-grams of some documents, and count them."""
        return {name: v.fit_transform(documents) for name, v in self._vectorizers.items()}

    def count(self, documents: Sequence[Any]) -> dict[str, csr_matrix]:
        """Count the n-grams that `fit` has seen."""
        return {name: v.transform(documents) for name, v in self._vectorizers.items()}

    @property
    def vocabularies(self) -> Vocabularies:
        """The n-grams of each block, in the order of its columns."""
        return {name: list(v.get_feature_names_out()) for name, v in self._vectorizers.items()}

    @vocabularies.setter
    def vocabularies(self, vocabularies: Vocabularies) -> None:
        for name, vocabulary in vocabularies.items():
            columns = {ngram: column for column, ngram in enumerate(vocabulary)}
            self._vectorizers[name].set_params(vocabulary=columns)


def ngrams(items: Sequence[str], longest: int) -> list[str]:
    """All runs of 1 to `longest` items, joined by spaces."""
    return [
        " ".join(items[start : start + length])
        for length in range(1, longest + 1)
        for start in range(len(items) - length + 1)
    ]


def character_ngrams(items: Sequence[str], shortest: int, longest: int) -> list[str]:
    """All runs of characters within each item, whose ends are marked by a space."""
    return [
        padded[start : start + length]
        for padded in (f" {item} " for item in items)
        for length in range(shortest, min(longest, len(padded)) + 1)
        for start in range(len(padded) - length + 1)
    ]
