"""The desk's database: SQLite in a file, or PostgreSQL by URL; work on it runs in threads."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from balie import sqlite

Result = TypeVar("Result")

_CONNECT_SECONDS = 3  # customers get an honest answer within eight
_THREADS = 8
WRITES = "balie_writes"


class DatabaseUnavailable(Exception):
    """The database could not do a piece of work; nothing of it was kept."""


class Database:
    """Runs functions of one `Session` as transactions, off the event loop.

    SQLite has one writer at a time. There, writes share one thread: waiting in its queue is fair,
    and SQLite's own busy handler is not.
    """

    def __init__(self, url: str) -> None:
        self.engine = open_engine(url)
        self._writing = self.engine.execution_options(**{WRITES: True})
        self._readers = ThreadPoolExecutor(_THREADS, "desk-read")
        one_writer = self.engine.dialect.name == "sqlite"
        self._writers = ThreadPoolExecutor(1 if one_writer else _THREADS, "desk-write")

    async def read(self, work: Callable[[Session], Result]) -> Result:
        """What `work` returns; raises `DatabaseUnavailable`."""
        return await self._run(self._readers, self.engine, work)

    async def write(self, work: Callable[[Session], Result]) -> Result:
        """What `work` returns, with its changes committed; an exception undoes them."""
        return await self._run(self._writers, self._writing, work)

    async def scrub(self) -> None:
        """Leave no bytes of what was deleted in the files."""
        await asyncio.get_running_loop().run_in_executor(self._writers, scrub, self.engine)

    def close(self) -> None:
        """Finish what is under way and let go of the connections."""
        self._readers.shutdown()
        self._writers.shutdown()
        self.engine.dispose()

    async def _run(
        self, pool: ThreadPoolExecutor, engine: Engine, work: Callable[[Session], Result]
    ) -> Result:
        return await asyncio.get_running_loop().run_in_executor(pool, in_transaction, engine, work)


def in_transaction(engine: Engine, work: Callable[[Session], Result]) -> Result:
    """Run `work` in a session of its own and commit."""
    try:
        # Changes go out together at the end, or where a function says `flush`.
        with (
            Session(engine, expire_on_commit=False, autoflush=False) as session,
            session.begin(),
        ):
            return work(session)
    except (DBAPIError, PoolTimeout) as error:
        raise DatabaseUnavailable(type(error).__name__) from error


def scrub(engine: Engine) -> None:
    """Empty SQLite's write-ahead log, which still holds what was deleted."""
    if engine.dialect.name != "sqlite":
        return
    connection = engine.raw_connection()
    try:
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


def open_engine(url: str) -> Engine:
    """An engine for `url`; makes the folder of an SQLite file where it is missing.

    Errors never show parameters: those are what people wrote.
    """
    address = make_url(url)
    if address.get_backend_name() != "sqlite":
        return create_engine(
            address,
            hide_parameters=True,
            pool_pre_ping=True,
            pool_size=2 * _THREADS,
            pool_timeout=sqlite.BUSY_SECONDS,
            connect_args={"connect_timeout": _CONNECT_SECONDS},
        )
    if address.database:
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        address,
        hide_parameters=True,
        pool_size=_THREADS + 2,
        connect_args={"check_same_thread": False},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions begin as `_begin_sqlite` says
    # Secure: what a customer has erased leaves no bytes in the file.
    sqlite.prepare(connection, "foreign_keys=ON", "secure_delete=ON")


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and then writes fails where another has written in between;
    # asking for the write lock at once waits for it instead.
    immediate = connection.get_execution_options().get(WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
