"""What is verified when a guide ends, before and after it happened, on the real billing stub."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from actions.account import Account, Fact
from actions.checks import BEFORE, CHECKS, can_tell, remember
from actions.replies import Writer
from balie.billing.client import BillingClient
from balie.billing.models import Money
from balie.content import LANGUAGES, Content
from balie.content.vocabulary import ACCOUNT_CHECKS
from tests.actions.conftest import NOW

# Check, customer, what is found before anything happens, what happens, and what is found then.
STORIES = [
    ("balance_settled", "C-1001", "still_open", ["payment_arrives"], "notice_remains"),
    ("balance_settled", "C-1001", "still_open", ["payment_refused"], "still_open"),
    ("balance_settled", "C-1004", "notice_remains", [], "notice_remains"),
    ("balance_settled", "C-1003", "settled", [], "settled"),
    ("payment_method_linked", "C-1001", "not_yet", ["card_replaced"], "linked"),
    ("payment_method_linked", "C-1001", "not_yet", ["card_added"], "not_yet"),
    ("licenses_removed", "C-1003", "not_yet", ["licenses_removed"], "removed"),
    ("licenses_removed", "C-1003", "not_yet", ["frequency_changed"], "not_yet"),
    ("frequency_changed", "C-1003", "not_yet", ["frequency_changed"], "changed"),
    ("frequency_changed", "C-1004", "not_yet", ["licenses_removed"], "not_yet"),
    ("invoice_request_filed", "C-1003", "not_yet", ["credit_check_started"], "filed"),
    ("invoice_request_filed", "C-1005", "filed", ["request_approved"], "not_switched"),
    ("invoice_request_filed", "C-1005", "filed", ["request_rejected"], "filed"),
]


@pytest.mark.parametrize(("check", "customer", "first", "events", "then"), STORIES)
async def test_a_check_sees_what_happened_during_the_guide(
    check: str,
    customer: str,
    first: str,
    events: list[str],
    then: str,
    billing: BillingClient,
    happen: Callable[[str, str], Any],
    content: Content,
) -> None:
    account = Account(billing, customer, NOW)
    before = await remember(account, check)
    found = await CHECKS[check](account, before)
    assert found.variant == first
    _is_said(content, check, found)

    for event in events:
        await happen(customer, event)
    found = await CHECKS[check](account, before)
    assert found.variant == then
    _is_said(content, check, found)


async def test_the_switch_to_paying_by_invoice_is_seen(
    billing: BillingClient, content: Content, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = billing.payment_methods

    async def by_invoice(customer: str) -> Any:
        return [m.model_copy(update={"type": "invoice"}) for m in await real(customer)]

    monkeypatch.setattr(billing, "payment_methods", by_invoice)
    found = await CHECKS["invoice_request_filed"](Account(billing, "C-1002", NOW), {})
    assert found.variant == "switched"
    _is_said(content, "invoice_request_filed", found)


async def test_the_values_are_those_of_now(
    billing: BillingClient, happen: Callable[[str, str], Any]
) -> None:
    account = Account(billing, "C-1003", NOW)
    before = await remember(account, "licenses_removed")
    await happen("C-1003", "licenses_removed")
    removed = await CHECKS["licenses_removed"](account, before)
    assert removed.values["bought"] == 28
    assert removed.values["unassigned"] == 0

    account = Account(billing, "C-1001", NOW)
    await happen("C-1001", "payment_arrives")
    paid = await CHECKS["balance_settled"](account, {})
    assert paid.values["amount"] == Money(amount=Decimal("214.50"), currency="EUR")


async def test_an_old_payment_leaves_no_notice_behind(
    billing: BillingClient, happen: Callable[[str, str], Any]
) -> None:
    await happen("C-1001", "payment_arrives")
    await happen("C-1001", "notice_cleared")
    later = Account(billing, "C-1001", NOW + timedelta(hours=49))
    assert (await CHECKS["balance_settled"](later, {})).variant == "settled"


async def test_only_what_a_check_needs_is_remembered(dead_billing: BillingClient) -> None:
    account = Account(dead_billing, "C-1001", NOW)
    for check in (None, "balance_settled", "invoice_request_filed"):
        assert await remember(account, check) == {}


async def test_what_is_remembered_fits_into_a_slot(billing: BillingClient) -> None:
    for check in BEFORE:
        before = await remember(Account(billing, "C-1001", NOW), check)
        assert before
        assert all(isinstance(value, str) for value in before.values())
        assert "4242" not in str(before), "nothing of a card number"


def test_a_check_that_compares_says_nothing_without_a_before() -> None:
    assert {check: can_tell(check, {}) for check in CHECKS} == {
        "balance_settled": True,
        "invoice_request_filed": True,
        "frequency_changed": False,
        "licenses_removed": False,
        "payment_method_linked": False,
    }
    assert all(can_tell(check, {"s-1": "monthly"}) for check in CHECKS)


def test_every_case_that_writers_have_texts_for_can_come_up() -> None:
    seen = {(row[0], case) for row in STORIES for case in (row[2], row[4])}
    written = {(name, case) for name, cases in ACCOUNT_CHECKS.items() for case in cases}
    assert written - seen == {("invoice_request_filed", "switched")}, "which has a test of its own"


def _is_said(content: Content, check: str, fact: Fact) -> None:
    assert set(ACCOUNT_CHECKS[check][fact.variant]) <= set(fact.values)
    for language in LANGUAGES:
        assert "{" not in Writer(content, language).fact(check, fact).text
