from typing import Any, get_args

import httpx
import pytest

from balie.billing.events import EventName

CUSTOMER = "/v1/customers"


async def happen(api: httpx.AsyncClient, customer: str, event: str) -> None:
    response = await api.post(f"/v1/demo/customers/{customer}/events", json={"event": event})
    assert response.status_code == 200, response.text
    assert response.json() == {"event": event}


async def read(api: httpx.AsyncClient, customer: str, what: str) -> Any:
    response = await api.get(f"{CUSTOMER}/{customer}/{what}")
    assert response.status_code == 200, response.text
    return response.json()


@pytest.mark.parametrize("event", get_args(EventName))
@pytest.mark.parametrize("customer", ["C-1001", "C-1002", "C-1006"])
async def test_every_event_can_happen_to_every_customer_and_twice(
    api: httpx.AsyncClient, customer: str, event: str
) -> None:
    for _ in range(2):
        await happen(api, customer, event)
    for what in ("subscriptions", "charges", "balance", "invoice-eligibility", "payment-methods"):
        await read(api, customer, what)


async def test_an_unknown_event_is_422_and_an_unknown_customer_404(api: httpx.AsyncClient) -> None:
    path = "/v1/demo/customers/{}/events"
    unknown_event = await api.post(path.format("C-1001"), json={"event": "rain"})
    unknown_customer = await api.post(path.format("C-9999"), json={"event": "card_added"})
    assert unknown_event.status_code == 422
    assert unknown_customer.status_code == 404


async def test_a_payment_settles_everything_but_the_notice(api: httpx.AsyncClient) -> None:
    await happen(api, "C-1001", "payment_arrives")
    balance = await read(api, "C-1001", "balance")
    assert balance["total"] == {"amount": "0.00", "currency": "EUR"}
    assert balance["subscriptions"] == []
    assert balance["last_payment"]["amount"]["amount"] == "214.50"
    assert balance["last_payment"]["received_at"] == "2026-11-21T10:00:00Z"
    assert balance["past_due_notice"] is True
    assert {row["status"] for row in await read(api, "C-1001", "charges")} == {"paid"}
    assert {row["status"] for row in await read(api, "C-1001", "invoices")} == {"paid"}
    assert {row["status"] for row in await read(api, "C-1001", "subscriptions")} == {"active"}
    assert (await read(api, "C-1001", "invoice-eligibility"))["eligible"] is True
    await happen(api, "C-1001", "notice_cleared")
    assert (await read(api, "C-1001", "balance"))["past_due_notice"] is False


async def test_a_refused_payment_counts_as_a_try(api: httpx.AsyncClient, clock: Any) -> None:
    clock.advance(days=3)
    await happen(api, "C-1001", "payment_refused")
    charge = (await read(api, "C-1001", "charges"))[0]
    assert (charge["tries"], charge["decline_reason"]) == (3, "bank_declined")
    assert charge["next_try_on"] == "2026-12-01"
    clock.advance(days=8)
    await happen(api, "C-1001", "payment_refused")
    assert (await read(api, "C-1001", "charges"))[0]["next_try_on"] is None


async def test_an_added_card_is_linked_to_nothing(api: httpx.AsyncClient) -> None:
    before = await read(api, "C-1001", "subscriptions")
    await happen(api, "C-1001", "card_added")
    methods = await read(api, "C-1001", "payment-methods")
    assert [method["last_four"] for method in methods] == ["4242", "4300", "4444"]
    assert methods[2]["expires_on"] == "2029-12-31"
    assert await read(api, "C-1001", "subscriptions") == before


async def test_a_replaced_card_takes_over_what_cards_paid_for(api: httpx.AsyncClient) -> None:
    await happen(api, "C-1001", "card_replaced")
    methods = {row["id"]: row for row in await read(api, "C-1001", "payment-methods")}
    paid_with = {
        row["name"]: methods[row["payment_method_id"]]["last_four"]
        for row in await read(api, "C-1001", "subscriptions")
    }
    assert paid_with == {"Microsoft 365 Business Standard": "4444", "Power BI Pro": "4300"}
    assert [row["last_four"] for row in methods.values() if row["is_default"]] == ["4444"]


async def test_removed_licenses_leave_none_unassigned(api: httpx.AsyncClient) -> None:
    await happen(api, "C-1003", "licenses_removed")
    office = (await read(api, "C-1003", "subscriptions"))[0]
    assert (office["licenses_bought"], office["licenses_assigned"]) == (28, 28)


async def test_the_frequency_changes_there_and_back(api: httpx.AsyncClient) -> None:
    for frequency in ("yearly", "monthly"):
        await happen(api, "C-1003", "frequency_changed")
        office = (await read(api, "C-1003", "subscriptions"))[0]
        assert office["billing_frequency"] == frequency


async def test_the_address_changes_on_the_account_and_its_profiles(api: httpx.AsyncClient) -> None:
    await happen(api, "C-1001", "address_changed")
    customer = (await api.get(f"{CUSTOMER}/C-1001")).json()
    assert customer["bill_to"]["street"] == "Nieuwstraat 7"
    assert customer["sold_to"]["street"] == "Stationsplein 1"
    profile = (await read(api, "C-1001", "billing-profiles"))[0]
    assert profile["bill_to"] == customer["bill_to"]


async def test_a_request_goes_through_its_checks_to_approval(api: httpx.AsyncClient) -> None:
    async def request() -> Any:
        return (await read(api, "C-1005", "invoice-eligibility"))["request"]

    await happen(api, "C-1005", "credit_check_passed")
    assert (await request())["credit_check_running"] is False
    assert (await request())["legal_document_asked"] is True
    await happen(api, "C-1005", "legal_document_received")
    assert (await request())["legal_document_asked"] is False
    await happen(api, "C-1005", "request_approved")
    assert await request() == {
        "status": "approved",
        "credit_check_running": False,
        "legal_document_asked": False,
        "submitted_on": "2026-11-18",
        "decided_on": "2026-11-21",
    }


async def test_a_rejected_request_makes_ineligible(api: httpx.AsyncClient) -> None:
    await happen(api, "C-1005", "request_rejected")
    eligibility = await read(api, "C-1005", "invoice-eligibility")
    assert eligibility["eligible"] is False
    assert eligibility["reasons"] == ["request_rejected"]


async def test_a_switch_to_invoice_pays_everything_that_way(api: httpx.AsyncClient) -> None:
    await happen(api, "C-1002", "switched_to_invoice")
    invoice = (await read(api, "C-1002", "payment-methods"))[-1]
    assert (invoice["type"], invoice["last_four"], invoice["is_default"]) == ("invoice", None, True)
    for what in ("subscriptions", "billing-profiles"):
        linked = {row["payment_method_id"] for row in await read(api, "C-1002", what)}
        assert linked == {invoice["id"]}
