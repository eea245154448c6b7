"""`SQLTrackerStore` (rasa.core.tracker_store) opens SQLite with its settings for one lone user.

Every save then waits for the disk twice, and a reader makes the writer wait. Instead: a file gets
a write-ahead log, in which a save waits for the disk only now and then; what was saved survives a
crash of the process, and the file a loss of power. A database in memory, a read-only one and one
on a file system without shared memory stay as they are.
"""

import contextlib
import sqlite3
from collections.abc import Callable
from functools import wraps
from types import ModuleType
from typing import Any

_IN_MEMORY = (None, "", ":memory:")


def after(module: ModuleType) -> None:
    """Prepare the engine of each store once it is made."""
    module.SQLTrackerStore.__init__ = _preparing(module.SQLTrackerStore.__init__)


def _preparing(original: Callable[..., None]) -> Callable[..., None]:
    @wraps(original)
    def prepared(self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        if self.engine.dialect.name == "sqlite" and self.engine.url.database not in _IN_MEMORY:
            from sqlalchemy import event

            event.listen(self.engine, "connect", _use_write_ahead_log)
            self.engine.dispose()  # of connections that were opened before

    return prepared


def _use_write_ahead_log(connection: sqlite3.Connection, _record: object) -> None:
    with contextlib.suppress(sqlite3.OperationalError):
        mode = connection.execute("PRAGMA journal_mode=WAL").fetchone()[0]
        if mode == "wal":  # without such a log, a loss of power could damage the file
            connection.execute("PRAGMA synchronous=NORMAL")
