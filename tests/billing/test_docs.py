"""docs/billing-backend.md shows what the stub really answers."""

import json
import re
from pathlib import Path
from typing import Any, get_args

import httpx
import pytest
from fastapi import FastAPI

from balie.billing.demo import DEMO_CUSTOMERS
from balie.billing.events import EVENTS, EventName
from balie.billing.faults import Fault
from balie.settings import Settings

PAGE = Path(__file__).parents[2] / "docs" / "billing-backend.md"
EXAMPLE = re.compile(r"^```json (GET|POST) (\S+)(?: (\d+))?\n(.*?)^```$", re.M | re.S)
BODY = re.compile(r"^```json body\n(.*?)^```$", re.M | re.S)
SETTINGS = ("BILLING", "BREAKER", "IDEMPOTENCY")


@pytest.fixture(scope="module")
def page() -> str:
    return PAGE.read_text(encoding="utf-8")


async def test_every_example_is_what_the_stub_answers(api: httpx.AsyncClient, page: str) -> None:
    examples = EXAMPLE.findall(page)
    assert len(examples) == 12
    for method, path, status, text in examples:
        if method == "GET":
            response = await api.get(path)
        else:
            [body] = BODY.findall(page)
            response = await api.post(
                path, json=json.loads(body), headers={"Idempotency-Key": "key"}
            )
        assert response.status_code == int(status or (200 if method == "GET" else 201))
        shown, answered = json.loads(text), response.json()
        if isinstance(shown, list):
            assert shown, path
            answered = answered[: len(shown)]
        assert shown == answered, path


def test_every_endpoint_is_on_the_page(app: FastAPI, page: str) -> None:
    paths: dict[str, Any] = app.openapi()["paths"]
    for path, operations in paths.items():
        if path.startswith("/v1/customers"):
            for method in operations:
                assert f"### `{method.upper()} {path}`" in page
    assert "`POST /v1/demo/faults`" in page


def test_every_value_of_a_closed_list_is_on_the_page(app: FastAPI, page: str) -> None:
    schemas: dict[str, Any] = app.openapi()["components"]["schemas"]
    values = [
        value
        for name, schema in schemas.items()
        if name != "SupportRequest"
        for field in schema.get("properties", {}).values()
        for form in [field, field.get("items", {}), *field.get("anyOf", [])]
        for value in form.get("enum", [])
    ]
    assert len(values) > 50
    missing = [value for value in values if f"`{value}`" not in page and f'"{value}"' not in page]
    assert missing == []


def test_every_demo_customer_event_and_fault_is_on_the_page(page: str) -> None:
    for demo in DEMO_CUSTOMERS:
        assert re.search(rf"^\| {demo.id} \| .+ \| {re.escape(demo.state)} \|$", page, re.M)
    for name in get_args(EventName):
        assert f"| `{name}` | {_sentence(name)} |" in page
    for kind in get_args(Fault.model_fields["kind"].annotation):
        assert f'{{"kind": "{kind}"' in page


def _sentence(event: str) -> str:
    doc = EVENTS[event].__doc__ or ""
    return doc.removesuffix(".").replace("\n    ", " ")


def test_every_setting_of_the_backend_is_on_the_page(page: str) -> None:
    names = [name.upper() for name in Settings.model_fields]
    for name in names:
        if name.startswith(SETTINGS):
            assert f"`BALIE_{name}`" in page
