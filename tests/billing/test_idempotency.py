import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from balie.billing import queries
from balie.billing.idempotency import Reservation
from balie.billing.models import NewSupportRequest
from balie.billing.service import create_app
from balie.billing.tables import IdempotencyRow, SupportRequestRow
from balie.settings import Settings

PATH = "/v1/customers/C-1003/support-requests"
BODY = {"kind": "billing", "subject": "Help", "details": "Please", "language": "en"}


async def post(
    api: httpx.AsyncClient, key: str = "key-1", path: str = PATH, **changes: str
) -> httpx.Response:
    return await api.post(path, json=BODY | changes, headers={"Idempotency-Key": key})


def count_requests(app: FastAPI) -> int:
    with Session(app.state.backend.engine) as session:
        return session.scalar(select(func.count()).select_from(SupportRequestRow)) or 0


def reserve(app: FastAPI, key: str, **changes: str) -> None:
    """What another process leaves in the database while it is at work."""
    body = NewSupportRequest.model_validate(BODY | changes)
    mine = Reservation.of("C-1003", key, body, app.state.backend.now())
    with Session(app.state.backend.engine) as session:
        session.add(
            IdempotencyRow(
                customer_id=mine.customer_id,
                key=mine.key,
                fingerprint=mine.fingerprint,
                created_at=mine.at,
            )
        )
        session.commit()


async def test_R1_same_key_and_body_give_the_same_answer(
    api: httpx.AsyncClient, app: FastAPI, clock: Any
) -> None:
    first = await post(api)
    clock.advance(hours=23)
    second = await post(api)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert count_requests(app) == 1


async def test_R1_same_key_with_another_body_is_422(api: httpx.AsyncClient, app: FastAPI) -> None:
    await post(api)
    response = await post(api, details="Something else")
    assert response.status_code == 422
    assert response.json()["type"] == "urn:balie:problem:idempotency-key-reused"
    assert count_requests(app) == 1


async def test_R1_a_key_in_flight_is_409(api: httpx.AsyncClient, app: FastAPI) -> None:
    reserve(app, "key-1")
    response = await post(api)
    assert response.status_code == 409
    assert response.json()["type"] == "urn:balie:problem:idempotency-key-in-flight"
    assert response.headers["retry-after"] == "1"
    assert count_requests(app) == 0
    # The other body is the worse news, whether or not the first one is still at work.
    assert (await post(api, details="Something else")).status_code == 422


async def test_R1_a_key_is_forgotten_after_24_hours(
    api: httpx.AsyncClient, app: FastAPI, clock: Any
) -> None:
    first = await post(api)
    clock.advance(hours=24, seconds=1)
    second = await post(api, details="Something else")
    assert second.status_code == 201
    assert first.json()["number"] != second.json()["number"]
    assert count_requests(app) == 2


async def test_R1_fifty_parallel_posts_make_one_request(
    settings: Settings, serve: Callable[[FastAPI], AbstractContextManager[str]]
) -> None:
    app = create_app(settings)
    headers = {"Authorization": f"Bearer {settings.billing_token.get_secret_value()}"}
    with serve(app) as address:
        async with httpx.AsyncClient(base_url=address, headers=headers, timeout=30) as client:
            responses = await asyncio.gather(*(post(client) for _ in range(50)))
            statuses = Counter(response.status_code for response in responses)
            assert set(statuses) <= {201, 409}
            assert statuses[201] >= 1
            numbers = {r.json()["number"] for r in responses if r.status_code == 201}
            assert {(await post(client)).json()["number"]} == numbers
        assert count_requests(app) == 1


async def test_keys_of_two_customers_are_two_keys(api: httpx.AsyncClient, app: FastAPI) -> None:
    first = await post(api)
    second = await post(api, path="/v1/customers/C-1002/support-requests")
    assert first.json()["number"] != second.json()["number"]
    assert count_requests(app) == 2


async def test_a_post_without_a_key_is_400(api: httpx.AsyncClient, app: FastAPI) -> None:
    response = await api.post(PATH, json=BODY)
    assert response.status_code == 400
    assert response.json()["type"] == "urn:balie:problem:idempotency-key-missing"
    assert count_requests(app) == 0


async def test_a_key_whose_process_died_can_be_used_again(
    api: httpx.AsyncClient, app: FastAPI, clock: Any
) -> None:
    reserve(app, "key-1")
    clock.advance(seconds=61)
    assert (await post(api)).status_code == 201


async def test_work_that_fails_gives_its_key_back(
    api: httpx.AsyncClient, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_request = queries.add_support_request

    def fail_after_filing(*arguments: Any) -> None:
        file_request(*arguments)
        raise RuntimeError

    monkeypatch.setattr(queries, "add_support_request", fail_after_filing)
    assert (await post(api)).status_code == 500
    assert count_requests(app) == 0
    monkeypatch.undo()
    assert (await post(api)).status_code == 201


async def test_work_that_outlives_its_lease_is_undone(
    api: httpx.AsyncClient, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_request = queries.add_support_request

    def lose_the_lease(*arguments: Any) -> Any:
        with Session(app.state.backend.engine) as other:
            other.query(IdempotencyRow).delete()
            other.commit()
        return file_request(*arguments)

    monkeypatch.setattr(queries, "add_support_request", lose_the_lease)
    assert (await post(api)).status_code == 409
    assert count_requests(app) == 0
