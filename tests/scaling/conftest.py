"""Two whole Balies of real processes on one PostgreSQL, Redis and, where there is one, RabbitMQ."""

import asyncio
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import Engine, create_engine, make_url, text

from balie.cli.temporary import TemporaryBalie
from balie.settings import Settings

PROJECT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Pair:
    """The two, and a look into the database that they share."""

    balies: tuple[TemporaryBalie, TemporaryBalie]
    rasas: tuple[httpx.Client, httpx.Client]
    database: Engine

    def query(self, sql: str, **values: Any) -> list[tuple[Any, ...]]:
        with self.database.begin() as connection:
            return [tuple(row) for row in connection.execute(text(sql), values)]


@pytest.fixture(scope="package")
def schema() -> Iterator[str]:
    """URL of an empty schema in PostgreSQL, with a name of its own for its connections."""
    server = os.environ.get("BALIE_TEST_POSTGRES_URL")
    if not server:
        pytest.skip("BALIE_TEST_POSTGRES_URL names no PostgreSQL server")
    name = f"balie_scaling_{uuid4().hex}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE SCHEMA {name}"))
    options = {"options": f"-csearch_path={name}", "application_name": name}
    yield make_url(server).update_query_dict(options).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(text(f"DROP SCHEMA {name} CASCADE"))
    engine.dispose()


@pytest.fixture(scope="package")
def pair(schema: str) -> Iterator[Pair]:
    """Both Balies, started at the same moment on the empty database."""
    redis = os.environ.get("BALIE_TEST_REDIS_URL")
    if not redis:
        pytest.skip("BALIE_TEST_REDIS_URL names no Redis server")
    shared = {
        "database_url": schema,
        "redis_url": redis,
        "rabbitmq_url": os.environ.get("BALIE_TEST_RABBITMQ_URL"),
        "rabbitmq_queue": f"balie_test_{uuid4().hex}",
    }
    base = Settings(project_dir=PROJECT)
    first, second = TemporaryBalie(base, **shared), TemporaryBalie(base, **shared)
    with ExitStack() as stack:
        # Processes end with the thread that has started them, so the pool outlives them.
        pool = stack.enter_context(ThreadPoolExecutor(2))
        stack.callback(first.close)
        stack.callback(second.close)
        list(pool.map(TemporaryBalie.__enter__, (first, second)))
        rasas = [stack.enter_context(_rasa(each.settings)) for each in (first, second)]
        engine = create_engine(schema)
        stack.callback(engine.dispose)
        stack.callback(_remove_queue, first.settings)
        yield Pair((first, second), (rasas[0], rasas[1]), engine)


def _remove_queue(settings: Settings) -> None:
    if settings.rabbitmq_url:
        asyncio.run(_remove(settings.rabbitmq_url, settings.rabbitmq_queue))


async def _remove(url: str, name: str) -> None:
    import aio_pika

    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        await channel.queue_delete(name)
        await channel.exchange_delete(name)


def _rasa(settings: Settings) -> httpx.Client:
    """A client of one Rasa server's private channel."""
    return httpx.Client(
        base_url=settings.rasa_address(),
        headers={"Authorization": f"Bearer {settings.internal_secret.get_secret_value()}"},
        timeout=30,
        trust_env=False,
    )
