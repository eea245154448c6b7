"""One Balie of real processes for the whole test run, and what its logs say when a test fails."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

import pytest

from balie.cli.conversations.runner import Runner
from balie.cli.conversations.talk import desk_client
from balie.cli.temporary import TemporaryBalie
from balie.content import ContentStore
from balie.settings import Settings

PROJECT = Path(__file__).parents[2]

_log_sizes = pytest.StashKey[dict[Path, int]]()
_running: list[TemporaryBalie] = []


@pytest.fixture(scope="session")
def balie() -> Iterator[TemporaryBalie]:
    """Billing stub, actions, Rasa and desk on free ports; trained first if the data changed."""
    with TemporaryBalie(Settings(project_dir=PROJECT)) as balie:
        _running.append(balie)
        yield balie
        _running.clear()


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    """After each test every process runs and the demo customers are as they were made."""
    yield
    for balie in _running:
        balie.restore()


@pytest.fixture(scope="session")
def broken_store(balie: TemporaryBalie) -> Callable[[], AbstractContextManager[None]]:
    """A context manager within which Rasa's tracker store fails at every call."""

    @contextmanager
    def broken() -> Iterator[None]:
        with closing(sqlite3.connect(balie.settings.path("tracker.db"))) as connection:
            connection.execute("ALTER TABLE events RENAME TO events_elsewhere")
            try:
                yield
            finally:
                connection.execute("ALTER TABLE events_elsewhere RENAME TO events")

    return broken


@pytest.fixture(scope="session")
def runner(balie: TemporaryBalie) -> Runner:
    """Runs conversation tests against this Balie."""
    content = ContentStore(balie.settings.data_dir)
    return Runner(desk_client(balie.address), content.current, balie)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Note how long the logs are before a test."""
    if _running:
        item.stash[_log_sizes] = _running[0].log_sizes()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Iterator[None]:  # the report, once pytest has made it
    """Add to a failure what the processes have logged during the test."""
    report = yield
    if report.failed and _running:
        for name, tail in _running[0].log_tails(item.stash.get(_log_sizes, {})).items():
            report.sections.append((f"log of {name}", tail))
    return report
