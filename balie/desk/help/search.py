"""Search over topics: SQLite's full-text index in memory, with words by their stems.

Looks into titles, answers and steps, and into the examples of how customers put their questions, so
that "overdue" finds what we call past due.
"""

import re
import sqlite3
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from threading import Lock

import snowballstemmer

from balie.content import Content, Language, Question, Topic, fold, topic_examples

_WORD = re.compile(r"[^\W_]+")
_STEMMERS: dict[Language, str] = {"en": "english", "nl": "dutch"}
# A word in the title says more than one in a step.
_WEIGHTS = (10.0, 5.0, 3.0, 1.0, 4.0)
_MOST_WORDS = 16
_SHORTEST_PREFIX = 3
# What has little to do with the best find is no find.
_CLOSE_ENOUGH = 0.3
_MOST_FINDS = 8
_MOST_STEMS = 20_000


class Search:
    """Finds topics of one language in the content that it was made from."""

    def __init__(self, content: Content, data_dir: Path, language: Language) -> None:
        # The same words come again and again, and a stem takes a while.
        self._stem = lru_cache(_MOST_STEMS)(snowballstemmer.stemmer(_STEMMERS[language]).stemWord)
        # Searches come from several threads, one at a time.
        self._index = sqlite3.connect(":memory:", check_same_thread=False)
        self._lock = Lock()
        self._index.execute(
            "CREATE VIRTUAL TABLE topics"
            " USING fts5(name UNINDEXED, title, short, answer, steps, said)"
        )
        for name, topic in content.topics.items():
            said = " ".join(topic_examples(data_dir, name, language))
            texts = map(self._stemmed, (*_texts(topic, language), said))
            self._index.execute("INSERT INTO topics VALUES (?, ?, ?, ?, ?, ?)", (name, *texts))

    def find(self, query: str) -> list[str]:
        """Names of topics, the best find first."""
        words = self._stems(query)[:_MOST_WORDS]
        if not words:
            return []
        found = self._ranked(" OR ".join(map(_term, dict.fromkeys(words))))
        best = found[0][1] if found else 0.0
        return [name for name, rank in found if rank <= best * _CLOSE_ENOUGH]

    def _ranked(self, wanted: str) -> list[tuple[str, float]]:
        """Name and rank of what holds the words; the smaller the rank the better."""
        with self._lock:
            return self._index.execute(
                "SELECT name, bm25(topics, 0, ?, ?, ?, ?, ?) AS rank FROM topics"
                " WHERE topics MATCH ? ORDER BY rank LIMIT ?",
                (*_WEIGHTS, wanted, _MOST_FINDS),
            ).fetchall()

    def _stems(self, text: str) -> list[str]:
        return [self._stem(word) for word in _WORD.findall(fold(text))]

    def _stemmed(self, text: str) -> str:
        return " ".join(self._stems(text))


def _texts(topic: Topic, language: Language) -> tuple[str, str, str, str]:
    short = topic.description[language] if topic.description else ""
    return (
        topic.title[language],
        short,
        topic.answer[language],
        " ".join(_guide_texts(topic, language)),
    )


def _guide_texts(topic: Topic, language: Language) -> Iterator[str]:
    for item in topic.guide:
        yield item[language]
        if item.help:
            yield item.help[language]
        if isinstance(item, Question):
            yield from (option[language] for option in item.options.values())


def _term(word: str) -> str:
    """A word of the search, which may be the beginning of a longer one."""
    return f'"{word}"*' if len(word) >= _SHORTEST_PREFIX else f'"{word}"'
