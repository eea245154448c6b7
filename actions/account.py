"""The signed-in customer's own account: facts for topics, answers for guides, checks at their end.

Each function takes an `Account` and gives a `Fact`: the name of the text's variant (the texts
stand in ``data/account/``) and the values that fill it. Names are `balie.content.vocabulary`'s.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from balie.billing.client import BillingClient
from balie.billing.models import (
    Charge,
    InvoiceLine,
    InvoiceRequest,
    Money,
    PaymentMethod,
    Subscription,
)
from balie.content import Percent, day_of

_PERCENT = re.compile(r"(\d+(?:\.\d+)?) ?%")

# A past-due notice can stay this long after a payment (facts 2.8).
NOTICE_STAYS = timedelta(hours=48)


@dataclass(frozen=True)
class Account:
    """One customer's account in the billing backend, at one moment (UTC)."""

    client: BillingClient
    customer: str
    now: datetime


@dataclass(frozen=True)
class Fact:
    """Which variant of a text applies, and its values; `items` fill the lines of a list."""

    variant: str
    values: Mapping[str, object] = field(default_factory=dict)
    items: tuple[Mapping[str, object], ...] = ()


FactFunction = Callable[[Account], Awaitable[Fact]]


# Payments -------------------------------------------------------------------------------------


async def failed_charge(account: Account) -> Fact:
    """The newest refused charge and why it was refused."""
    charges, methods = await asyncio.gather(
        account.client.charges(account.customer), account.client.payment_methods(account.customer)
    )
    charge = _newest_failed(charges)
    if charge is None:
        return Fact("none")
    variants = {"card_expired": "expired_card", "insufficient_funds": "insufficient_funds"}
    return Fact(
        variants.get(charge.decline_reason or "", "refused"),
        {
            **_charge_values(charge),
            "date": day_of(charge.last_tried_at),
            "card": charge.last_four or "????",
            "expiry": _expiry(methods, charge.payment_method_id),
        },
    )


async def charge_attempts(account: Account) -> Fact:
    """How often the newest refused charge was tried, and until when."""
    charge = _newest_failed(await account.client.charges(account.customer))
    if charge is None:
        return Fact("none")
    more = charge.retry_until is not None and charge.retry_until >= day_of(account.now)
    return Fact("more_to_come" if more else "last_reached", _charge_values(charge))


async def payment_methods(account: Account) -> Fact:
    """The cards and bank accounts on the account."""
    methods = await account.client.payment_methods(account.customer)
    items = tuple(
        {
            "kind": method.label,
            "last_four": method.last_four or "",
            "expiry": _month(method.expires_on),
        }
        for method in methods
    )
    return _listed(items, {"count": len(items)})


async def payment_seen(account: Account) -> Fact:
    """Whether a payment has arrived while the past-due notice may still be shown."""
    balance = await account.client.balance(account.customer)
    payment = balance.last_payment
    if payment is not None and payment.age(account.now) < NOTICE_STAYS:
        return Fact(
            "seen_recently",
            {
                "amount": payment.amount,
                "date": payment.received_at,
                "hours": int(payment.age(account.now).total_seconds() // 3600),
                "wait_until": payment.received_at + NOTICE_STAYS,
            },
        )
    if payment is not None and balance.past_due_notice and not balance.total:
        return Fact("seen_long_ago", {"amount": payment.amount, "date": payment.received_at})
    return Fact("not_seen" if balance.total else "nothing_due", {"amount": balance.total})


# Balance and invoices -------------------------------------------------------------------------


async def outstanding_balance(account: Account) -> Fact:
    """What is open, for each subscription."""
    balance = await account.client.balance(account.customer)
    late = [each for each in balance.subscriptions if each.past_due_since and each.amount]
    items = tuple(
        {
            "subscription": each.subscription_name,
            "amount": each.amount,
            "since": each.past_due_since,
        }
        for each in late
    )
    if not items:
        return Fact("not_due", {"amount": balance.total}) if balance.total else Fact("none")
    if len(items) == 1:
        return Fact("one", items[0])
    return Fact("several", {"amount": balance.total}, items)


async def balance_and_last_payment(account: Account) -> Fact:
    """The open total and the last payment."""
    balance = await account.client.balance(account.customer)
    payment = balance.last_payment
    variant = "open" if balance.total else "nothing_open"
    if payment is None:
        return Fact(f"{variant}_no_payment", {"total": balance.total})
    values = {"last_amount": payment.amount, "last_date": day_of(payment.received_at)}
    return Fact(variant, {"total": balance.total, **values})


async def latest_invoice(account: Account) -> Fact:
    """The newest invoice, line by line."""
    invoices = await account.client.invoices(account.customer)
    if not invoices:
        return Fact("none")
    newest = max(invoices, key=lambda invoice: invoice.invoice_date)
    invoice = await account.client.invoice(account.customer, newest.number)
    items = tuple({"line": _line_name(line), "amount": line.amount} for line in invoice.lines)
    values = {
        "number": invoice.number,
        "date": invoice.invoice_date,
        "total": invoice.total,
        "due": invoice.due_date,
    }
    # What could not be collected is past due before the day on which it had to be paid.
    return Fact("one" if invoice.status == "open" else invoice.status, values, items)


async def recent_invoices(account: Account) -> Fact:
    """The newest invoices."""
    invoices = await account.client.invoices(account.customer)
    newest = sorted(invoices, key=lambda invoice: invoice.invoice_date, reverse=True)[:3]
    items = tuple(
        {
            "number": invoice.number,
            "date": invoice.invoice_date,
            "total": invoice.total,
            "status": TextKey(f"invoice_{invoice.status}"),
        }
        for invoice in newest
    )
    return Fact("some", {"count": len(items)}, items) if items else Fact("none")


# Subscriptions --------------------------------------------------------------------------------


async def license_use(account: Account) -> Fact:
    """Licenses that are paid for and that nobody holds."""
    subscriptions = await account.client.subscriptions(account.customer)
    items = tuple(_license_values(each) for each in subscriptions if each.licenses_unassigned > 0)
    if not items:
        return Fact("all_assigned")
    return Fact("one", items[0]) if len(items) == 1 else Fact("many", {}, items)


async def billing_frequency(account: Account) -> Fact:
    """How often each subscription is billed, and when next."""
    subscriptions = [
        each
        for each in await account.client.subscriptions(account.customer)
        if each.status != "canceled"
    ]
    items = tuple(
        {
            "subscription": each.name,
            "frequency": TextKey(f"frequency_{each.billing_frequency}"),
            "next_date": each.next_billing_date,
        }
        for each in subscriptions
    )
    if len(items) == 1:
        return Fact(subscriptions[0].billing_frequency, items[0])
    return Fact("several", {}, items) if items else Fact("none")


# Pay by invoice -------------------------------------------------------------------------------


async def invoice_eligibility(account: Account) -> Fact:
    """Whether the customer may pay by invoice, and what comes first; conditions before requests."""
    eligibility = await account.client.invoice_eligibility(account.customer)
    values = {"amount": eligibility.open_charges}
    reasons = {
        "private_person": "private",
        "region_not_supported": "china",
        "open_charges": "open_charges",
        "request_rejected": "rejected",
    }
    for reason, variant in reasons.items():
        if reason in eligibility.reasons:
            return Fact(variant, values)
    request = eligibility.request
    if request.status == "pending":
        return Fact("_".join(filter(None, ("pending", _asked_of(request)))), values)
    return Fact("approved" if request.status == "approved" else "eligible", values)


async def request_status(account: Account) -> Fact:
    """Where the request to pay by invoice stands."""
    request = (await account.client.invoice_eligibility(account.customer)).request
    if request.status != "pending":
        return Fact(request.status)
    return Fact(_asked_of(request) or "pending")


async def agreement_type(account: Account) -> Fact:
    """Which agreement the account has."""
    return Fact(await _agreement(account))


# Profile and address --------------------------------------------------------------------------


async def address_on_file(account: Account) -> Fact:
    """The billing address and contact."""
    customer = await account.client.customer(account.customer)
    bill_to = customer.bill_to
    address = f"{bill_to.name}, {bill_to.street}, {bill_to.postal_code} {bill_to.city}"
    contact = customer.contact.name if customer.contact else bill_to.name
    return Fact("one", {"address": address, "contact": contact})


async def profiles(account: Account) -> Fact:
    """The billing profiles."""
    found = await account.client.billing_profiles(account.customer)
    items = tuple({"name": profile.name, "currency": profile.currency} for profile in found)
    return _listed(items, {"name": found[0].name} if found else {})


async def own_role(account: Account) -> Fact:
    """The customer's own role on the (first) billing profile."""
    found = await account.client.billing_profiles(account.customer)
    return Fact(found[0].role, {"profile": found[0].name}) if found else Fact("none")


async def azure_credits(account: Account) -> Fact:
    """Azure credits with their expiry dates."""
    credits = [each for each in await account.client.credits(account.customer) if each.remaining]
    if not credits:
        return Fact("none")
    items = tuple({"amount": each.remaining, "expiry": each.expires_on} for each in credits)
    totals: dict[str, Money] = {}
    for each in credits:  # billing profiles may differ in currency
        so_far = totals.get(each.remaining.currency, Money.zero(each.remaining.currency))
        totals[each.remaining.currency] = so_far + each.remaining
    return Fact("some", {"total": list(totals.values())}, items)


FACTS: Mapping[str, FactFunction] = {
    function.__name__: function
    for function in (
        address_on_file,
        agreement_type,
        azure_credits,
        balance_and_last_payment,
        billing_frequency,
        charge_attempts,
        failed_charge,
        invoice_eligibility,
        latest_invoice,
        license_use,
        outstanding_balance,
        own_role,
        payment_methods,
        payment_seen,
        profiles,
        recent_invoices,
        request_status,
    )
}


# Answers to questions of a guide --------------------------------------------------------------


async def known_answers(account: Account, names: Iterable[str]) -> dict[str, str]:
    """The account's own answers (`from_account`) to those questions that it can answer."""
    answers = {}
    for name in set(names) & ANSWERS.keys():
        answers[name] = await ANSWERS[name](account)
    return answers


async def _agreement(account: Account) -> str:
    customer = await account.client.customer(account.customer)
    mca = customer.agreement_type == "microsoft_customer_agreement"
    return "customer_agreement" if mca else "online_services"


async def _invoice_approved(account: Account) -> str:
    request = (await account.client.invoice_eligibility(account.customer)).request
    return "approved" if request.status == "approved" else "not_approved"


async def _licenses_assigned(account: Account) -> str:
    subscriptions = await account.client.subscriptions(account.customer)
    return "some_free" if any(each.licenses_unassigned > 0 for each in subscriptions) else "all"


ANSWERS: Mapping[str, Callable[[Account], Awaitable[str]]] = {
    "agreement_type": _agreement,
    "invoice_approved": _invoice_approved,
    "licenses_assigned": _licenses_assigned,
}


# Small parts ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Phrase:
    """A text, by its key, that is put in place of the value, with values of its own."""

    key: str
    values: Mapping[str, object]


class TextKey(str):
    """The key of a text that is put in place of the value, in the customer's language."""

    __slots__ = ()


def _line_name(line: InvoiceLine) -> object:
    """What a line is for; the backend names the tax in one language only."""
    if line.kind != "tax":
        return line.description
    percent = _PERCENT.search(line.description)
    if percent is None:
        return TextKey("invoice_line_tax")
    return Phrase("invoice_line_tax_of", {"percent": Percent(Decimal(percent[1]) / 100)})


def _newest_failed(charges: Iterable[Charge]) -> Charge | None:
    failed = [charge for charge in charges if charge.status == "failed"]
    return max(failed, key=lambda charge: charge.last_tried_at, default=None)


def _charge_values(charge: Charge) -> dict[str, object]:
    return {
        "subscription": charge.subscription_name,
        "amount": charge.amount,
        "tries": charge.tries,
        "last_try": charge.retry_until or day_of(charge.last_tried_at),
    }


def _expiry(methods: Iterable[PaymentMethod], method_id: str | None) -> str:
    return next((_month(m.expires_on) for m in methods if m.id == method_id), "")


def _month(day: Any) -> str:
    """A card's expiry as it stands on the card: 08/26."""
    return f"{day:%m/%y}" if day else ""


def _license_values(subscription: Subscription) -> dict[str, object]:
    return {
        "subscription": subscription.name,
        "bought": subscription.licenses_bought or 0,
        "assigned": subscription.licenses_assigned or 0,
        "unassigned": subscription.licenses_unassigned,
        "cost": subscription.monthly_cost_of_unassigned or Money.zero("EUR"),
    }


def _asked_of(request: InvoiceRequest) -> str:
    """What a pending request waits for: a credit check, a legal document, both, or nothing."""
    asked = {
        "credit_check": request.credit_check_running,
        "legal_document": request.legal_document_asked,
    }
    return "_and_".join(name for name, holds in asked.items() if holds)


def _listed(items: tuple[Mapping[str, object], ...], values: Mapping[str, object]) -> Fact:
    if not items:
        return Fact("none")
    if len(items) == 1:
        return Fact("one", {**values, **items[0]}, items)
    return Fact("many", values, items)
