"""Tracker stores get the same URLs as under SQLAlchemy 1."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from rasa.core import tracker_store as module
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import SlotSet, UserUttered
from rasa.shared.exceptions import RasaException
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

# From the documentation of Rasa's tracker stores, and its own tests.
URLS = [
    ({}, "sqlite:///rasa.db"),
    ({"db": "x.db"}, "sqlite:///x.db"),
    ({"db": ""}, "sqlite:///"),
    ({"host": "sqlite:///other.db", "db": "x.db"}, "sqlite:///other.db"),
    (
        {"host": "postgresql://u:p@h:5123/db", "dialect": "sqlite", "port": 1},
        "postgresql://u:p@h:5123/db",
    ),
    (
        {"dialect": "postgresql", "host": "localhost", "db": "rasa", "username": "u"},
        "postgresql://u@localhost/rasa",
    ),
    (
        {
            "dialect": "postgresql",
            "host": "localhost",
            "port": 5123,
            "db": "rasa",
            "username": "some one",
            "password": "p@ss/word",
        },
        "postgresql://some one:p%40ss%2Fword@localhost:5123/rasa",
    ),
    (
        {"dialect": "postgresql", "host": "localhost:5005", "port": 1, "db": "rasa"},
        "postgresql://localhost:5005/rasa",
    ),
    (
        {
            "dialect": "postgresql",
            "host": "h",
            "db": "rasa",
            "query": {"sslmode": "require", "driver": "x"},
        },
        "postgresql://h/rasa?driver=x&sslmode=require",
    ),
]


@pytest.mark.parametrize(("options", "url"), URLS, ids=[url for _, url in URLS])
def test_the_url_is_as_documented(options: dict[str, Any], url: str) -> None:
    made = SQLTrackerStore.get_db_url(**options)
    written = made if isinstance(made, str) else made.render_as_string(hide_password=False)
    assert written == url


def test_creating_the_database_first_is_refused_with_what_to_do() -> None:
    with pytest.raises(RasaException, match="Create the database 'chats' beforehand"):
        SQLTrackerStore(dialect="postgresql", db="chats", login_db="postgres")


async def test_a_conversation_is_kept_in_the_database(tmp_path: Any) -> None:
    store = SQLTrackerStore(Domain.empty(), db=str(tmp_path / "t.db"))
    tracker = await store.get_or_create_tracker("a", append_action_listen=False)
    tracker.update_with_events([UserUttered("hi"), SlotSet("language", "nl")], Domain.empty())
    await store.save(tracker)
    again = await SQLTrackerStore(Domain.empty(), db=str(tmp_path / "t.db")).retrieve("a")
    assert again is not None
    assert list(again.events) == list(tracker.events)
    assert await store.keys() == ["a"]


def test_a_schema_is_not_looked_for_in_sqlite(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTGRESQL_SCHEMA", "chats")
    with Session(create_engine("sqlite://")) as session:
        module.ensure_schema_exists(session)


@pytest.fixture
def postgres() -> Iterator[Session]:
    server = os.environ.get("BALIE_TEST_POSTGRES_URL")
    if not server:
        pytest.skip("BALIE_TEST_POSTGRES_URL names no PostgreSQL server")
    with Session(create_engine(server)) as session:
        yield session


def test_a_schema_that_exists_is_found(postgres: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTGRESQL_SCHEMA", "rasa_lean_test")
    postgres.execute(text("CREATE SCHEMA rasa_lean_test"))  # rolled back at the end
    module.ensure_schema_exists(postgres)


@pytest.mark.parametrize("name", ["no_such_schema", "'; --"])
def test_a_missing_schema_is_named(
    name: str, postgres: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POSTGRESQL_SCHEMA", name)
    with pytest.raises(ValueError, match=name):
        module.ensure_schema_exists(postgres)
