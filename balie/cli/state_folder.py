"""The folder with databases, logs and run files: one `balie run` has it at a time."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Literal

from sqlalchemy import make_url, text
from sqlalchemy.exc import SQLAlchemyError

from balie.cli.texts import say
from balie.desk.database import WRITES, open_engine
from balie.settings import BadSettings, Settings

LOCK = "run.lock"


class StateInUse(Exception):
    """Another `balie run` has the state folder."""


@contextmanager
def claimed(settings: Settings) -> Iterator[None]:
    """Have the state folder for oneself, and make it where it is missing.

    Two would write each other's endpoints for Rasa. Raises `StateInUse`, or `BadSettings` where
    the folder cannot be.
    """
    with _opened(settings.path(LOCK)) as lock:
        try:
            # Let go by the kernel, however the process ends; other processes do not inherit it.
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            folder = str(settings.path("").resolve())
            raise StateInUse(say("run_state_in_use", folder=folder)) from error
        yield


def _opened(path: Path) -> IO[str]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("a", encoding="utf-8")
    except OSError as error:
        raise _unusable_folder(path.parent, error) from error


def _unusable_folder(folder: Path, error: OSError) -> BadSettings:
    why = error.strerror or type(error).__name__
    return BadSettings(say("state_unusable", folder=str(folder), why=why))


def refuse_unusable_database(
    settings: Settings, which: Literal["database", "billing_database"]
) -> None:
    """Raise `BadSettings` with the setting and the reason where nothing can be written there."""
    address = getattr(settings, which)()
    is_set = getattr(settings, f"{which}_url") is not None
    try:
        engine = open_engine(address)
        try:
            with engine.execution_options(**{WRITES: True}).connect() as connection:
                connection.execute(text("SELECT 1"))
        finally:
            engine.dispose()
    except (OSError, SQLAlchemyError) as error:
        if isinstance(error, OSError) and not is_set:
            raise _unusable_folder(settings.path(""), error) from error
        variable = f"BALIE_{which.upper()}_URL" if is_set else "BALIE_STATE_DIR"
        shown = make_url(address).render_as_string(hide_password=True)
        why = str(getattr(error, "orig", None) or error).splitlines()[0]
        told = say("database_unusable", variable=variable, url=shown, why=why)
        raise BadSettings(told) from error
