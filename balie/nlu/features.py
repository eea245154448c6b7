"""What a linear model sees of documents: counted n-grams, and vectors of meaning."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.integer]
Analyzer = Callable[[Any], list[str]]
Vocabularies = dict[str, list[str]]


@dataclass(frozen=True)
class Counts:
    """How often each n-gram occurs in some documents, as a sparse matrix of compressed rows.

    Plain arrays: to make one of SciPy's matrices takes longer than to score a message with it.
    """

    values: Floats
    columns: Ints  # of each value the number of its n-gram
    starts: Ints  # where each row begins among the values, and where the last one ends
    width: int

    @classmethod
    def of(cls, matrix: csr_matrix) -> "Counts":
        """The counts of a matrix."""
        return cls(matrix.data, matrix.indices, matrix.indptr, matrix.shape[1])

    @property
    def matrix(self) -> csr_matrix:
        """The counts as SciPy and scikit-learn take them."""
        shape = (len(self.starts) - 1, self.width)
        return csr_matrix((self.values, self.columns, self.starts), shape)


@dataclass(frozen=True)
class Blocks:
    """Features of some documents, a row each: counts by block, and vectors (maybe 0 wide)."""

    counts: Mapping[str, Counts]
    vectors: Floats

    def rows(self, chosen: npt.NDArray[np.bool_]) -> "Blocks":
        """The chosen documents."""
        counts = {name: Counts.of(block.matrix[chosen]) for name, block in self.counts.items()}
        return Blocks(counts, self.vectors[chosen])


# In a corpus smaller than this every n-gram counts: hardly any would come twice.
SMALL = 2000


class NgramCounter:
    """Counts n-grams; `analyzers` turn a document into n-grams, one block each."""

    def __init__(self, analyzers: Mapping[str, Analyzer], rarest: int = 1) -> None:
        """`rarest`: the number of documents of a corpus from which on an n-gram counts."""
        self._rarest = rarest
        self._analyzers = analyzers
        self._columns: dict[str, dict[str, int]] = {name: {} for name in analyzers}

    def fit(self, documents: Sequence[Any]) -> dict[str, Counts]:
        """Learn the n-grams of some documents, and count them."""
        # Here and not above: a server only counts, and starts half a second sooner without it.
        from sklearn.feature_extraction.text import CountVectorizer

        rarest = self._rarest if len(documents) >= SMALL else 1
        found = {}
        for name, analyzer in self._analyzers.items():
            vectorizer = CountVectorizer(analyzer=analyzer, min_df=rarest, dtype=np.float32)
            found[name] = Counts.of(vectorizer.fit_transform(documents))
            names = vectorizer.get_feature_names_out()
            self._columns[name] = {ngram: column for column, ngram in enumerate(names)}
        return found

    def count(self, documents: Sequence[Any]) -> dict[str, Counts]:
        """Count the n-grams that `fit` has seen."""
        return {
            name: _count([analyzer(document) for document in documents], self._columns[name])
            for name, analyzer in self._analyzers.items()
        }

    @property
    def vocabularies(self) -> Vocabularies:
        """The n-grams of each block, in the order of its columns."""
        return {name: list(columns) for name, columns in self._columns.items()}

    @vocabularies.setter
    def vocabularies(self, vocabularies: Vocabularies) -> None:
        for name, vocabulary in vocabularies.items():
            self._columns[name] = {ngram: column for column, ngram in enumerate(vocabulary)}


def _count(documents: Sequence[Sequence[str]], known: Mapping[str, int]) -> Counts:
    rows = [Counter(known[ngram] for ngram in ngrams if ngram in known) for ngrams in documents]
    return Counts(
        values=np.fromiter(chain.from_iterable(row.values() for row in rows), np.float32),
        columns=np.fromiter(chain.from_iterable(rows), np.int32),
        starts=np.cumsum([0, *map(len, rows)], dtype=np.int32),
        width=len(known),
    )


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
