"""How every SQLite file of Balie is opened."""

import sqlite3
import time

BUSY_SECONDS = 5.0  # how long a writer waits for another before it gives up
_PAUSE_SECONDS = 0.02


def prepare(connection: sqlite3.Connection, *pragmas: str) -> None:
    """Give a new connection a write-ahead log, with which readers do not wait for the writer.

    `pragmas` are further settings, such as `foreign_keys=ON`. Raises sqlite3.OperationalError
    if the file stays locked for BUSY_SECONDS.
    """
    connection.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000:.0f}")
    _switch_to_write_ahead(connection)
    for pragma in ("synchronous=NORMAL", *pragmas):
        connection.execute(f"PRAGMA {pragma}")


def _switch_to_write_ahead(connection: sqlite3.Connection) -> None:
    # Of several processes that open a new file at once one makes the switch. The others are
    # refused without the wait that the timeout promises, as SQLite fears a deadlock there:
    # https://sqlite.org/c3ref/busy_handler.html
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(_PAUSE_SECONDS)
