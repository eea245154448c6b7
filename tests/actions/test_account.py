"""The customer's own facts: which case applies and what fills it, from the real billing stub."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from actions.account import ANSWERS, FACTS, Account, Fact, known_answers
from actions.checks import CHECKS
from actions.replies import Writer
from balie.billing.client import BillingClient, BillingUnavailable, UnknownCustomer
from balie.billing.demo import DEMO_CUSTOMERS
from balie.billing.models import (
    AzureCredit,
    Balance,
    BillingProfile,
    Charge,
    Invoice,
    InvoiceEligibility,
    InvoiceLine,
    InvoiceRequest,
    Money,
    Payment,
    PaymentMethod,
    Subscription,
)
from balie.content import LANGUAGES, Content
from balie.content.vocabulary import ACCOUNT_ANSWERS, ACCOUNT_CHECKS, ACCOUNT_FACTS
from tests.actions.conftest import NOW

TODAY = NOW.date()

# Of each demo customer, which case of each fact applies.
DEMO_FACTS: Mapping[str, Mapping[str, str]] = {
    "C-1001": {
        "failed_charge": "expired_card",
        "charge_attempts": "more_to_come",
        "payment_methods": "many",
        "payment_seen": "not_seen",
        "outstanding_balance": "one",
        "latest_invoice": "past_due",
        "balance_and_last_payment": "open",
        "license_use": "all_assigned",
        "billing_frequency": "several",
        "invoice_eligibility": "open_charges",
        "request_status": "none",
        "agreement_type": "customer_agreement",
        "own_role": "owner",
        "profiles": "one",
        "azure_credits": "none",
    },
    "C-1002": {
        "failed_charge": "none",
        "latest_invoice": "paid",
        "invoice_eligibility": "approved",
        "request_status": "approved",
        "agreement_type": "customer_agreement",
        "profiles": "many",
        "azure_credits": "some",
    },
    "C-1003": {
        "license_use": "one",
        "outstanding_balance": "none",
        "invoice_eligibility": "eligible",
        "request_status": "none",
        "agreement_type": "online_services",
        "profiles": "none",
        "own_role": "none",
    },
    "C-1004": {
        "failed_charge": "none",
        "payment_seen": "seen_recently",
        "outstanding_balance": "none",
        "billing_frequency": "yearly",
        "balance_and_last_payment": "nothing_open",
    },
    "C-1005": {
        "invoice_eligibility": "pending_credit_check_and_legal_document",
        "request_status": "credit_check_and_legal_document",
        "agreement_type": "online_services",
    },
    "C-1006": {
        "invoice_eligibility": "private",
        "payment_seen": "nothing_due",
        "billing_frequency": "monthly",
    },
    "C-1007": {"invoice_eligibility": "china", "payment_methods": "one"},
}
CUSTOMERS = [each.id for each in DEMO_CUSTOMERS]
ROWS = [
    (customer, name, case) for customer, facts in DEMO_FACTS.items() for name, case in facts.items()
]


def test_the_facts_are_those_that_writers_may_use() -> None:
    assert set(FACTS) == set(ACCOUNT_FACTS)
    assert set(CHECKS) == set(ACCOUNT_CHECKS)
    assert set(ANSWERS) == set(ACCOUNT_ANSWERS)


def test_every_demo_customer_is_in_the_table() -> None:
    assert set(DEMO_FACTS) == set(CUSTOMERS)


@pytest.mark.parametrize(("customer", "name", "case"), ROWS)
async def test_the_demo_customers_case(
    customer: str, name: str, case: str, billing: BillingClient
) -> None:
    assert (await FACTS[name](Account(billing, customer, NOW))).variant == case


async def test_every_fact_of_every_demo_customer_can_be_said(
    billing: BillingClient, content: Content
) -> None:
    for customer in CUSTOMERS:
        for name, look_up in FACTS.items():
            fact = await look_up(Account(billing, customer, NOW))
            _is_said(content, name, fact, ACCOUNT_FACTS)


async def test_the_demos_numbers_are_right(billing: BillingClient, content: Content) -> None:
    contoso = Account(billing, "C-1001", NOW)
    refused = await FACTS["failed_charge"](contoso)
    assert refused.values["card"] == "4242"
    assert refused.values["expiry"] == "10/26"
    assert refused.values["amount"] == Money(amount=Decimal("214.50"), currency="EUR")
    assert refused.values["tries"] == 2
    assert refused.values["date"] == TODAY - timedelta(days=4)

    unused = await FACTS["license_use"](Account(billing, "C-1003", NOW))
    assert unused.values["bought"] == 40
    assert unused.values["assigned"] == 28
    assert unused.values["unassigned"] == 12
    assert unused.values["cost"] == Money(amount=Decimal("140.40"), currency="EUR")

    recent = await FACTS["payment_seen"](Account(billing, "C-1004", NOW))
    assert recent.values["hours"] == 20
    assert recent.values["wait_until"] == NOW + timedelta(hours=28)

    said = Writer(content, "nl").fact("failed_charge", refused).text
    assert "4242" in said
    assert "€\xa0214,50" in said


async def test_S12_a_customer_gets_their_own_facts_only(billing: BillingClient) -> None:
    addresses = {
        customer: (await FACTS["address_on_file"](Account(billing, customer, NOW))).values
        for customer in CUSTOMERS
    }
    assert len({str(values) for values in addresses.values()}) == len(CUSTOMERS)


async def test_an_unknown_customer_is_an_error_of_its_own(billing: BillingClient) -> None:
    for look_up in FACTS.values():
        with pytest.raises(UnknownCustomer):
            await look_up(Account(billing, "C-9999", NOW))


async def test_R5_a_dead_backend_is_one_error(dead_billing: BillingClient) -> None:
    for look_up in FACTS.values():
        with pytest.raises(BillingUnavailable):
            await look_up(Account(dead_billing, "C-1001", NOW))


# Answers to a guide's questions -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("customer", "answers"),
    [
        (
            "C-1002",
            {
                "agreement_type": "customer_agreement",
                "invoice_approved": "approved",
                "licenses_assigned": "all",
            },
        ),
        (
            "C-1003",
            {
                "agreement_type": "online_services",
                "invoice_approved": "not_approved",
                "licenses_assigned": "some_free",
            },
        ),
        ("C-1005", {"invoice_approved": "not_approved"}),
    ],
)
async def test_the_account_answers_what_it_knows(
    customer: str, answers: dict[str, str], billing: BillingClient
) -> None:
    account = Account(billing, customer, NOW)
    assert await known_answers(account, answers) == answers
    for name, answer in answers.items():
        assert answer in ACCOUNT_ANSWERS[name]


async def test_only_what_is_asked_is_looked_up(dead_billing: BillingClient) -> None:
    account = Account(dead_billing, "C-1001", NOW)
    assert await known_answers(account, []) == {}
    assert await known_answers(account, ["favorite_color"]) == {}


# Cases that no demo customer has ----------------------------------------------------------------


def _money(amount: str, currency: str = "EUR") -> Money:
    return Money(amount=Decimal(amount), currency=currency)


def _charge(**changes: Any) -> Charge:
    charge = Charge(
        id="ch-1",
        invoice_number="E1",
        subscription_id="s-1",
        subscription_name="Microsoft 365",
        amount=_money("10.00"),
        status="failed",
        tries=2,
        last_tried_at=NOW - timedelta(days=2),
        payment_method_id="pm-1",
        last_four="1881",
        decline_reason="bank_declined",
        next_try_on=None,
        retry_until=TODAY - timedelta(days=1),
    )
    return charge.model_copy(update=changes)


def _method(**changes: Any) -> PaymentMethod:
    method = PaymentMethod(
        id="pm-1",
        type="card",
        label="Visa",
        last_four="1881",
        expires_on=date(2027, 8, 31),
        is_default=True,
    )
    return method.model_copy(update=changes)


def _balance(**changes: Any) -> Balance:
    balance = Balance(
        total=_money("0.00"), subscriptions=[], last_payment=None, past_due_notice=False
    )
    return balance.model_copy(update=changes)


def _open(amount: str, since: date | None) -> Any:
    return SimpleNamespace(
        subscription_id="s-1",
        subscription_name="Azure",
        amount=_money(amount),
        past_due_since=since,
        invoice_numbers=["E1"],
    )


def _payment(received: datetime) -> Payment:
    return Payment(
        invoice_number="E1",
        subscription_name="Azure",
        amount=_money("10.00"),
        received_at=received,
        last_four="1881",
    )


def _subscription(name: str = "Azure", **changes: Any) -> Any:
    defaults = {
        "id": name,
        "name": name,
        "status": "active",
        "billing_frequency": "monthly",
        "next_billing_date": date(2026, 12, 1),
        "licenses_bought": 10,
        "licenses_assigned": 10,
        "monthly_price_per_license": _money("5.00"),
        "payment_method_id": "pm-1",
    }
    return Subscription.model_construct(**{**defaults, **changes})


def _eligibility(reasons: tuple[str, ...] = (), **request: Any) -> InvoiceEligibility:
    return InvoiceEligibility(
        eligible=not reasons,
        reasons=list(reasons),
        kind="business",
        open_charges=_money("12.00"),
        region_supported=True,
        agreement_type="online_services_program",
        request=InvoiceRequest(**request),
    )


def _profile(role: str) -> Any:
    return BillingProfile.model_construct(
        id=role, name=f"Profile {role}", role=role, currency="EUR"
    )


def _credit(remaining: Money) -> AzureCredit:
    return AzureCredit(
        id=str(remaining),
        name="Azure credit",
        billing_profile_id="p",
        granted=remaining,
        remaining=remaining,
        starts_on=TODAY,
        expires_on=TODAY + timedelta(days=9),
    )


def _invoice(status: str, tax: str = "Tax 21%") -> Invoice:
    line = InvoiceLine(kind="tax", description=tax, amount=_money("2.10"))
    return Invoice.model_construct(
        number="E1",
        status=status,
        invoice_date=TODAY,
        due_date=TODAY + timedelta(days=30),
        total=_money("12.10"),
        lines=[line],
    )


def _account(**answers: Any) -> Account:
    """An account whose backend gives these answers."""

    def answer(value: Any) -> Callable[..., Any]:
        async def call(*_: str) -> Any:
            return value

        return call

    client: Any = SimpleNamespace(**{name: answer(value) for name, value in answers.items()})
    return Account(client, "C-1", NOW)


LATE, LONG_AGO = TODAY - timedelta(days=5), NOW - timedelta(days=9)
CASES: list[tuple[str, str, dict[str, Any]]] = [
    ("failed_charge", "none", {"charges": [_charge(status="paid")], "payment_methods": []}),
    ("failed_charge", "refused", {"charges": [_charge()], "payment_methods": [_method()]}),
    (
        "failed_charge",
        "refused",
        {
            "charges": [_charge(decline_reason=None, last_four=None, payment_method_id=None)],
            "payment_methods": [],
        },
    ),
    (
        "failed_charge",
        "insufficient_funds",
        {
            "charges": [_charge(decline_reason="insufficient_funds")],
            "payment_methods": [_method()],
        },
    ),
    ("charge_attempts", "none", {"charges": []}),
    ("charge_attempts", "last_reached", {"charges": [_charge()]}),
    ("charge_attempts", "last_reached", {"charges": [_charge(retry_until=None)]}),
    ("charge_attempts", "more_to_come", {"charges": [_charge(retry_until=TODAY)]}),
    ("payment_methods", "none", {"payment_methods": []}),
    (
        "payment_methods",
        "one",
        {"payment_methods": [_method(last_four=None, expires_on=None, type="invoice")]},
    ),
    (
        "payment_seen",
        "seen_long_ago",
        {"balance": _balance(last_payment=_payment(LONG_AGO), past_due_notice=True)},
    ),
    ("payment_seen", "nothing_due", {"balance": _balance(last_payment=_payment(LONG_AGO))}),
    ("payment_seen", "not_seen", {"balance": _balance(total=_money("5.00"))}),
    (
        "outstanding_balance",
        "not_due",
        {"balance": _balance(total=_money("5.00"), subscriptions=[_open("5.00", None)])},
    ),
    (
        "outstanding_balance",
        "several",
        {
            "balance": _balance(
                total=_money("15.00"), subscriptions=[_open("5.00", LATE), _open("10.00", LATE)]
            )
        },
    ),
    ("outstanding_balance", "none", {"balance": _balance(subscriptions=[_open("0.00", LATE)])}),
    (
        "balance_and_last_payment",
        "open_no_payment",
        {"balance": _balance(total=_money("5.00"))},
    ),
    ("balance_and_last_payment", "nothing_open_no_payment", {"balance": _balance()}),
    ("latest_invoice", "none", {"invoices": []}),
    ("latest_invoice", "one", {"invoices": [_invoice("open")], "invoice": _invoice("open")}),
    ("recent_invoices", "none", {"invoices": []}),
    (
        "license_use",
        "many",
        {
            "subscriptions": [
                _subscription("A", licenses_assigned=3),
                _subscription("B", licenses_assigned=1, monthly_price_per_license=None),
            ]
        },
    ),
    ("license_use", "all_assigned", {"subscriptions": [_subscription(licenses_bought=None)]}),
    ("billing_frequency", "none", {"subscriptions": []}),
    ("billing_frequency", "none", {"subscriptions": [_subscription(status="canceled")]}),
    (
        "billing_frequency",
        "yearly",
        {
            "subscriptions": [
                _subscription("A", status="canceled", billing_frequency="monthly"),
                _subscription("B", billing_frequency="yearly"),
            ]
        },
    ),
    (
        "invoice_eligibility",
        "rejected",
        {"invoice_eligibility": _eligibility(("request_rejected",), status="rejected")},
    ),
    ("invoice_eligibility", "pending", {"invoice_eligibility": _eligibility(status="pending")}),
    (
        "invoice_eligibility",
        "pending_credit_check",
        {"invoice_eligibility": _eligibility(status="pending", credit_check_running=True)},
    ),
    (
        "invoice_eligibility",
        "pending_legal_document",
        {"invoice_eligibility": _eligibility(status="pending", legal_document_asked=True)},
    ),
    (
        "invoice_eligibility",
        "private",
        {"invoice_eligibility": _eligibility(("open_charges", "private_person"))},
    ),
    ("request_status", "pending", {"invoice_eligibility": _eligibility(status="pending")}),
    (
        "request_status",
        "credit_check",
        {"invoice_eligibility": _eligibility(status="pending", credit_check_running=True)},
    ),
    (
        "request_status",
        "legal_document",
        {"invoice_eligibility": _eligibility(status="pending", legal_document_asked=True)},
    ),
    ("request_status", "rejected", {"invoice_eligibility": _eligibility(status="rejected")}),
    ("own_role", "contributor", {"billing_profiles": [_profile("contributor")]}),
    ("own_role", "reader", {"billing_profiles": [_profile("reader"), _profile("owner")]}),
    ("own_role", "invoice_manager", {"billing_profiles": [_profile("invoice_manager")]}),
    ("azure_credits", "none", {"credits": [_credit(_money("0.00"))]}),
    (
        "azure_credits",
        "some",
        {"credits": [_credit(_money("5.00", "USD")), _credit(_money("7.00"))]},
    ),
]


@pytest.mark.parametrize(("name", "case", "answers"), CASES)
async def test_the_case_that_applies(
    name: str, case: str, answers: dict[str, Any], content: Content
) -> None:
    fact = await FACTS[name](_account(**answers))
    assert fact.variant == case
    _is_said(content, name, fact, ACCOUNT_FACTS)


async def test_a_payment_after_midnight_is_of_the_new_day_where_the_help_desk_is() -> None:
    received = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
    account = _account(balance=_balance(last_payment=_payment(received)))
    fact = await FACTS["balance_and_last_payment"](account)
    assert fact.values["last_date"] == date(2026, 11, 21)


async def test_the_newest_refused_charge_counts() -> None:
    older = _charge(last_tried_at=NOW - timedelta(days=30), last_four="0001")
    paid = _charge(status="paid", last_tried_at=NOW, last_four="0002")
    account = _account(charges=[older, _charge(), paid], payment_methods=[])
    assert (await FACTS["failed_charge"](account)).values["card"] == "1881"


async def test_credits_in_several_currencies_are_not_added_up(content: Content) -> None:
    credits = [
        _credit(_money(a, c)) for a, c in (("5.00", "USD"), ("7.00", "EUR"), ("2.50", "USD"))
    ]
    fact = await FACTS["azure_credits"](_account(credits=credits))
    assert fact.values["total"] == [_money("7.50", "USD"), _money("7.00", "EUR")]
    assert "$7.50" in Writer(content, "en").fact("azure_credits", fact).text


@pytest.mark.parametrize(
    ("tax", "en", "nl"),
    [
        ("Tax 21%", "Tax 21%", "Btw 21%"),
        ("VAT (5.5 %)", "Tax 5.5%", "Btw 5,5%"),
        ("Duty", "- Tax:", "- Btw:"),
    ],
)
async def test_the_tax_is_named_in_the_customers_language(
    content: Content, tax: str, en: str, nl: str
) -> None:
    invoice = _invoice("open", tax)
    fact = await FACTS["latest_invoice"](_account(invoices=[invoice], invoice=invoice))
    assert en in Writer(content, "en").fact("latest_invoice", fact).text
    assert nl in Writer(content, "nl").fact("latest_invoice", fact).text


async def test_every_case_that_writers_have_texts_for_can_come_up(billing: BillingClient) -> None:
    seen = {(name, case) for _, name, case in ROWS} | {(name, case) for name, case, _ in CASES}
    for customer in CUSTOMERS:
        for name, look_up in FACTS.items():
            seen.add((name, (await look_up(Account(billing, customer, NOW))).variant))
    written = {
        (name, case) for name, cases in ACCOUNT_FACTS.items() for case in cases if "." not in case
    }
    assert written - seen == set()


def _is_said(content: Content, name: str, fact: Fact, cases: Mapping[str, Any]) -> None:
    """The case is one of the writers', its values are all there, and it can be said."""
    assert fact.variant in cases[name]
    promised = set(cases[name][fact.variant]) - {"items"}
    assert promised <= set(fact.values), f"{name}.{fact.variant}"
    for item in fact.items:
        assert set(cases[name].get(f"{fact.variant}.item", ())) <= set(item)
    for language in LANGUAGES:
        said = Writer(content, language).fact(name, fact).text
        assert said.strip()
        assert "{" not in said
