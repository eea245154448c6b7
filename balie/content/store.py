"""The content of a running process: reloaded when a file changes, never worse than before."""

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from balie.content.checker import Usable, load_content, load_usable
from balie.content.loader import content_entries
from balie.content.model import Content
from balie.content.problems import ContentErrors, Problem
from balie.content.rules.product import check_served

logger = logging.getLogger(__name__)

Fingerprint = tuple[tuple[str, int, int], ...]


class ContentStore:
    """Hands out the newest content that has no errors.

    Where there never was any, one broken topic does not cost the others: it is left out.
    """

    def __init__(
        self,
        data_dir: Path,
        look_every: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`look_every`: seconds between two looks at the files. Reads nothing yet."""
        self._data_dir = data_dir
        self._look_every = look_every
        self._clock = clock
        self._next_look = float("-inf")
        self._fingerprint: Fingerprint | None = None
        self._content: Content | None = None
        self._missing: frozenset[Problem] = frozenset()  # of what processes look up, already then
        self.problem: str | None = None
        self.left_out: Mapping[str, list[Problem]] = {}

    def current(self) -> Content:
        """The content as of now; raises `ContentErrors` when it never had a good version.

        After an edit that breaks it, the last good version stays and `problem` says why.
        """
        if self._clock() >= self._next_look:
            self._next_look = self._clock() + self._look_every
            self._look()
        if self._content is None:
            return load_content(self._data_dir)
        return self._content

    def _look(self) -> None:
        fingerprint = _fingerprint(self._data_dir)
        if fingerprint == self._fingerprint:
            return
        self._fingerprint = fingerprint
        try:
            found = load_usable(self._data_dir)
            missing = frozenset(check_served(self._data_dir))
        except (ContentErrors, OSError) as error:
            self._keep(str(error))
            return
        lost = missing - self._missing
        if self._content is not None and lost:
            self._keep(_lines(lost))
            return
        self._take(found)
        if self._content is found.content:
            self._missing = missing

    def _take(self, found: Usable) -> None:
        if not found.left_out:
            self._content, self.left_out, self.problem = found.content, {}, None
        elif self._content is None or found.left_out.keys() <= self.left_out.keys():
            self._leave_out(found)
        else:  # what was good a moment ago is better than a topic less
            self._keep(_written(found.left_out))

    def _leave_out(self, found: Usable) -> None:
        self._content, self.left_out = found.content, found.left_out
        self.problem = _written(found.left_out)
        names = ", ".join(sorted(found.left_out))
        logger.error("left out until mended, of the topics: %s\n%s", names, self.problem)

    def _keep(self, problem: str) -> None:
        self.problem = problem
        logger.error("content is broken, the last good version stays:\n%s", problem)


def _written(left_out: Mapping[str, list[Problem]]) -> str:
    return _lines(each for problems in left_out.values() for each in problems)


def _lines(problems: Iterable[Problem]) -> str:
    return "\n".join(map(str, sorted(problems)))


def _fingerprint(data_dir: Path) -> Fingerprint:
    """What changes when a file is edited, added or removed."""
    found = []
    for entry in content_entries(data_dir):
        try:
            state = entry.stat()
        except FileNotFoundError:  # removed since it was listed
            continue
        found.append((entry.path, state.st_mtime_ns, state.st_size))
    return tuple(sorted(found))
