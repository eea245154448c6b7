import os
import socket
import subprocess
import sys
import time
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from sqlalchemy import create_engine

from balie.billing import __main__, backend, queries
from balie.billing.service import create_app
from balie.settings import InsecureSettings, Settings

READS = [
    "",
    "/subscriptions",
    "/invoices",
    "/invoices/E10010004",
    "/payment-methods",
    "/charges",
    "/balance",
    "/billing-profiles",
    "/credits",
    "/invoice-eligibility",
]
SECRETS = dict.fromkeys(
    ("internal_secret", "billing_token", "conversation_secret", "customer_secret", "agent_key"),
    "s" * 32,
)


def problem_name(response: httpx.Response) -> str:
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert body["status"] == response.status_code
    assert body["title"]
    return str(body["type"]).removeprefix("urn:balie:problem:")


@pytest.mark.parametrize("path", READS)
async def test_every_read_answers_for_a_known_customer(api: httpx.AsyncClient, path: str) -> None:
    response = await api.get(f"/v1/customers/C-1001{path}")
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"


@pytest.mark.parametrize("customer", ["C-9999", "c-1001", "%00", "C-1001%2F..%2FC-1002"])
async def test_every_read_answers_404_for_an_unknown_customer(
    api: httpx.AsyncClient, customer: str
) -> None:
    for path in READS:
        response = await api.get(f"/v1/customers/{customer}{path}")
        assert response.status_code == 404, path
        assert problem_name(response) in ("unknown-customer", "not-found")


async def test_another_customers_invoice_is_unknown(api: httpx.AsyncClient) -> None:
    assert (await api.get("/v1/customers/C-1002/invoices/E10020001")).status_code == 200
    response = await api.get("/v1/customers/C-1001/invoices/E10020001")
    assert response.status_code == 404
    assert problem_name(response) == "unknown-invoice"


async def test_invoices_come_newest_first_and_as_many_as_asked_for(api: httpx.AsyncClient) -> None:
    dates = [row["invoice_date"] for row in (await api.get("/v1/customers/C-1001/invoices")).json()]
    assert len(dates) == 8
    assert dates == sorted(dates, reverse=True)
    some = await api.get("/v1/customers/C-1001/invoices", params={"limit": 3})
    assert [row["invoice_date"] for row in some.json()] == dates[:3]
    assert (await api.get("/v1/customers/C-1001/invoices?limit=0")).status_code == 422


async def test_an_invoices_lines_add_up_to_its_total(api: httpx.AsyncClient) -> None:
    invoice = (await api.get("/v1/customers/C-1002/invoices/E10020008")).json()
    total = sum(Decimal(line["amount"]["amount"]) for line in invoice["lines"])
    assert total == Decimal(invoice["total"]["amount"]) == Decimal("96.96")


async def test_support_request_gets_a_number_and_starts_the_decision(
    api: httpx.AsyncClient,
) -> None:
    body = {
        "kind": "pay_by_invoice",
        "subject": "Switch to pay by invoice",
        "details": "New or existing customer: existing\x00",
        "language": "en",
    }
    before = (await api.get("/v1/customers/C-1003/invoice-eligibility")).json()
    response = await api.post(
        "/v1/customers/C-1003/support-requests", json=body, headers={"Idempotency-Key": "k"}
    )
    after = (await api.get("/v1/customers/C-1003/invoice-eligibility")).json()
    assert response.status_code == 201
    assert response.json()["number"].startswith("SR-")
    assert response.json()["status"] == "received"
    assert before["request"]["status"] == "none"
    assert after["request"] == before["request"] | {
        "status": "pending",
        "submitted_on": "2026-11-21",
    }


async def test_support_request_of_another_kind_leaves_the_invoice_request_alone(
    api: httpx.AsyncClient,
) -> None:
    body = {"kind": "billing", "subject": "Help", "details": "Please", "language": "en"}
    await api.post(
        "/v1/customers/C-1003/support-requests", json=body, headers={"Idempotency-Key": "k"}
    )
    after = (await api.get("/v1/customers/C-1003/invoice-eligibility")).json()
    assert after["request"]["status"] == "none"


async def test_support_request_for_an_unknown_customer_is_404(api: httpx.AsyncClient) -> None:
    body = {"kind": "billing", "subject": "Help", "details": "Please", "language": "en"}
    response = await api.post(
        "/v1/customers/C-9999/support-requests", json=body, headers={"Idempotency-Key": "k"}
    )
    assert response.status_code == 404


# Who may call


async def test_S5_no_call_without_the_service_token(
    app: FastAPI, anonymous: httpx.AsyncClient
) -> None:
    paths = [*app.openapi()["paths"], "/openapi.json", "/docs", "/nothing"]
    assert len(paths) > 15
    for path in paths:
        for method in ("GET", "POST"):
            response = await anonymous.request(method, path.replace("{customer_id}", "C-1001"))
            if path == "/health":
                continue
            assert response.status_code == 401, path
            assert problem_name(response) == "unauthorized"
            assert response.headers["www-authenticate"] == "Bearer"
    assert (await anonymous.get("/health")).json() == {"status": "ok"}


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer wrong",
        "Basic {token}",
        "{token}",
        "Bearer {token}x",
        "Bearer é",
    ],
)
async def test_S5_a_wrong_token_is_no_token(
    anonymous: httpx.AsyncClient, settings: Settings, header: str
) -> None:
    value = header.format(token=settings.billing_token.get_secret_value())
    response = await anonymous.get(
        "/v1/customers/C-1001", headers={"Authorization": value.encode()}
    )
    assert response.status_code == 401


def test_S5_binds_to_loopback_by_default(tmp_path: Path, free_port: int) -> None:
    port = free_port
    environment = os.environ | {"BALIE_PROJECT_DIR": str(tmp_path), "BALIE_BILLING_PORT": str(port)}
    process = subprocess.Popen([sys.executable, "-m", "balie.billing"], env=environment)
    try:
        deadline = time.monotonic() + 30
        while not accepts("127.0.0.1", port):
            assert time.monotonic() < deadline
            assert process.poll() is None
            time.sleep(0.05)
        # Another address of this machine: only a service that listens everywhere answers there.
        assert not accepts("127.0.0.2", port)
    finally:
        process.terminate()
        process.wait(timeout=10)


def accepts(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True


def test_access_log_with_its_customer_ids_is_off(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: dict[str, object] = {}
    monkeypatch.setattr(__main__, "load_settings", lambda: settings)
    monkeypatch.setattr(uvicorn, "run", lambda _app, **options: given.update(options))
    __main__.main()
    assert given["access_log"] is False


# Production


def production(settings: Settings, **changes: object) -> Settings:
    return settings.model_validate(
        settings.model_dump() | SECRETS | {"environment": "production"} | changes
    )


async def test_production_has_no_demo_endpoints_and_no_demo_customers(settings: Settings) -> None:
    app = create_app(production(settings))
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        headers = {"Authorization": f"Bearer {SECRETS['billing_token']}"}
        async with httpx.AsyncClient(
            transport=transport, base_url="http://billing", headers=headers
        ) as client:
            for path in ("/v1/demo/faults", "/v1/demo/customers/C-1001/events"):
                response = await client.post(path, json={"kind": "off", "event": "card_added"})
                assert response.status_code == 404
                assert problem_name(response) == "not-found"
            assert (await client.get("/v1/customers/C-1001")).status_code == 404
            assert (await client.get("/health")).status_code == 200


def test_S10_production_refuses_the_default_token(settings: Settings) -> None:
    insecure = production(settings, billing_token=settings.billing_token)
    with pytest.raises(InsecureSettings, match="BALIE_BILLING_TOKEN"):
        create_app(insecure)


def test_production_refuses_a_fault(settings: Settings) -> None:
    with pytest.raises(InsecureSettings, match="BALIE_BILLING_FAULT"):
        create_app(production(settings, billing_fault="status:500"))


# Errors


@pytest.mark.parametrize(
    ("accept_language", "title"),
    [
        (None, "This customer is not known."),
        ("nl-NL,nl;q=0.9,en;q=0.8", "Deze klant is niet bekend."),
        ("en;q=0.5,nl", "Deze klant is niet bekend."),
        ("nl;q=0.2, en-GB", "This customer is not known."),
        ("fr,de", "This customer is not known."),
        ("nl;q=0", "This customer is not known."),
        ("nl;q=x,,;", "This customer is not known."),
    ],
)
async def test_titles_are_in_the_callers_language(
    api: httpx.AsyncClient, accept_language: str | None, title: str
) -> None:
    headers = {"Accept-Language": accept_language} if accept_language else {}
    response = await api.get("/v1/customers/C-9999", headers=headers)
    assert response.json() == {
        "type": "urn:balie:problem:unknown-customer",
        "title": title,
        "status": 404,
    }


async def test_an_invalid_body_is_422_and_its_values_are_not_repeated(
    api: httpx.AsyncClient,
) -> None:
    response = await api.post(
        "/v1/customers/C-1001/support-requests",
        json={"kind": "4111 1111 1111 1111", "language": "en"},
        headers={"Idempotency-Key": "k"},
    )
    assert response.status_code == 422
    assert problem_name(response) == "invalid-request"
    assert ["body", "kind"] in [item["loc"] for item in response.json()["errors"]]
    assert "4111" not in response.text


async def test_a_wrong_method_is_405(api: httpx.AsyncClient) -> None:
    response = await api.delete("/v1/customers/C-1001/balance")
    assert response.status_code == 405
    assert problem_name(response) == "method-not-allowed"
    assert response.headers["allow"] == "GET"


async def test_a_failure_is_a_500_that_tells_nothing(
    api: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> None:
        raise RuntimeError("inner detail")

    monkeypatch.setattr(queries, "balance", fail)
    response = await api.get("/v1/customers/C-1001/balance")
    assert response.status_code == 500
    assert problem_name(response) == "internal-error"
    assert "inner detail" not in response.text


async def test_a_database_that_is_gone_is_a_503(
    api: httpx.AsyncClient, app: FastAPI, tmp_path: Path
) -> None:
    state: backend.Backend = app.state.backend
    nowhere = create_engine(f"sqlite:///{tmp_path / 'no' / 'such' / 'folder.db'}")
    app.state.backend = replace(state, engine=nowhere)
    for path in ("/health", "/v1/customers/C-1001"):
        response = await api.get(path)
        assert response.status_code == 503
        assert problem_name(response) == "database-unavailable"
    app.state.backend = state


def test_its_days_are_those_of_the_company(settings: Settings) -> None:
    moved = settings.model_copy(update={"time_zone": "Pacific/Kiritimati"})
    now = create_app(moved).state.backend.now()
    assert now.utcoffset() == timedelta(hours=14)


async def test_openapi_describes_every_endpoint_its_token_and_its_errors(
    api: httpx.AsyncClient,
) -> None:
    document = (await api.get("/openapi.json")).json()
    prefix = "/v1/customers/{customer_id}"
    for path in READS:
        path = path.replace("E10010004", "{number}")
        operation = document["paths"][prefix + path]["get"]
        assert operation["security"] == [{"HTTPBearer": []}]
        assert operation["summary"]
        assert operation["description"]
        assert "application/problem+json" in operation["responses"]["404"]["content"]
    post = document["paths"][f"{prefix}/support-requests"]["post"]
    key = next(item for item in post["parameters"] if item["in"] == "header")
    assert key["name"] == "idempotency-key"
    assert key["required"]
    amount = document["components"]["schemas"]["Money"]["properties"]["amount"]
    assert amount["type"] == "string"
