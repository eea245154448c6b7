import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import httpx
import pytest
from fastapi import FastAPI
from pydantic import ValidationError

from balie.billing.faults import Fault
from balie.billing.service import create_app
from balie.settings import Settings

CUSTOMER = "/v1/customers/C-1001"


@pytest.fixture
def live(
    settings: Settings, serve: Callable[[FastAPI], AbstractContextManager[str]]
) -> Iterator[httpx.Client]:
    """Calls a service on a real socket: an ASGI transport cannot hang up."""
    token = settings.billing_token.get_secret_value()
    with (
        serve(create_app(settings)) as address,
        httpx.Client(base_url=address, headers={"Authorization": f"Bearer {token}"}) as client,
    ):
        yield client


def switch(client: httpx.Client, **fault: object) -> None:
    assert client.post("/v1/demo/faults", json=fault).status_code == 200


def test_each_fault_lasts_until_it_is_switched_off(live: httpx.Client) -> None:
    switch(live, kind="status", status=503)
    response = live.get(CUSTOMER)
    assert response.status_code == 503
    assert response.json()["type"] == "urn:balie:problem:demo-fault"
    assert live.get("/health").status_code == 503

    switch(live, kind="garbage")
    assert live.get(CUSTOMER).headers["content-type"].startswith("text/html")

    switch(live, kind="refuse")
    with pytest.raises(httpx.RemoteProtocolError):
        live.get(CUSTOMER)

    switch(live, kind="latency", seconds=0.4)
    started = time.monotonic()
    assert live.get(CUSTOMER).status_code == 200
    assert time.monotonic() - started >= 0.4

    switch(live, kind="off")
    assert live.get(CUSTOMER).json()["id"] == "C-1001"


async def test_an_impossible_fault_is_422(api: httpx.AsyncClient) -> None:
    for body in ({"kind": "rain"}, {"kind": "status", "status": 200}, {"seconds": -1}):
        assert (await api.post("/v1/demo/faults", json=body)).status_code == 422


async def test_a_setting_switches_a_fault_on_at_start(settings: Settings) -> None:
    app = create_app(settings.model_copy(update={"billing_fault": "status:502"}))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://billing"
    ) as client:
        assert (await client.get("/health")).status_code == 502


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("off", Fault(kind="off")),
        ("refuse", Fault(kind="refuse")),
        ("garbage", Fault(kind="garbage")),
        ("latency:2.5", Fault(kind="latency", seconds=2.5)),
        ("latency", Fault(kind="latency", seconds=5)),
        ("status:404", Fault(kind="status", status=404)),
    ],
)
def test_the_short_form_says_what_the_long_one_says(text: str, fault: Fault) -> None:
    assert Fault.parse(text) == fault


@pytest.mark.parametrize("text", ["", "rain", "off:1", "status:200", "status:x", "latency:-1"])
def test_a_wrong_short_form_is_refused(text: str) -> None:
    with pytest.raises((ValidationError, ValueError)):
        Fault.parse(text)
