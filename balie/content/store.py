"""The content of a running process: reloaded when a file changes, never worse than before."""

import logging
import time
from collections.abc import Callable
from pathlib import Path

from balie.content.checker import load_content
from balie.content.loader import content_files
from balie.content.model import Content
from balie.content.problems import ContentErrors

logger = logging.getLogger(__name__)

Fingerprint = tuple[tuple[str, int, int], ...]


class ContentStore:
    """Hands out the newest content that has no errors."""

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
        self.problem: str | None = None

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
            self._content = load_content(self._data_dir)
            self.problem = None
        except (ContentErrors, OSError) as error:
            self.problem = str(error)
            logger.error("content is broken, the last good version stays:\n%s", error)


def _fingerprint(data_dir: Path) -> Fingerprint:
    """What changes when a file is edited, added or removed."""
    found = []
    for path in content_files(data_dir):
        try:
            state = path.stat()
        except FileNotFoundError:  # removed since it was listed
            continue
        found.append((str(path), state.st_mtime_ns, state.st_size))
    return tuple(found)
