"""What can happen to a demo customer, so that the end of every guide can be tried."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Literal, get_args

from balie.billing.models import Address, InvoiceRequest
from balie.billing.tables import (
    BillingProfileRow,
    ChargeRow,
    CustomerRow,
    PaymentMethodRow,
    PaymentRow,
    SubscriptionRow,
)

EventName = Literal[
    "payment_arrives",
    "payment_refused",
    "notice_cleared",
    "card_added",
    "card_replaced",
    "licenses_removed",
    "frequency_changed",
    "address_changed",
    "credit_check_started",
    "credit_check_passed",
    "legal_document_asked",
    "legal_document_received",
    "request_approved",
    "request_rejected",
    "switched_to_invoice",
]
Event = Callable[[CustomerRow, datetime], None]


def happen(name: EventName, customer: CustomerRow, now: datetime) -> None:
    """Let the event happen to `customer` at `now`, whose day is the company's."""
    EVENTS[name](customer, now)


def payment_arrives(customer: CustomerRow, now: datetime) -> None:
    """All that is open is paid; as in real life the past-due notice stays for a while."""
    for charge in customer.charges:
        if charge.status == "failed":
            _collect(charge, now)
    for invoice in customer.invoices:
        if not invoice.amount_due:
            continue
        customer.payments.append(
            PaymentRow(
                invoice_number=invoice.number,
                subscription=invoice.subscription,
                amount=invoice.amount_due,
                received_at=now,
                last_four=_default(customer).last_four,
            )
        )
        invoice.status = "paid"
        invoice.amount_due = invoice.amount_due * 0
        invoice.past_due_since = None
        invoice.subscription.status = "active"


def payment_refused(customer: CustomerRow, now: datetime) -> None:
    """The open charges are tried once more, and refused by the bank."""
    for charge in customer.charges:
        if charge.status == "failed":
            charge.tries += 1
            charge.last_tried_at = now
            charge.decline_reason = "bank_declined"
            charge.next_try_on = _next_try(now.date(), charge.retry_until)


def notice_cleared(customer: CustomerRow, _now: datetime) -> None:
    """The past-due notice goes away."""
    customer.past_due_notice = False


def card_added(customer: CustomerRow, now: datetime) -> None:
    """A new card is there, and no subscription is linked to it yet."""
    customer.payment_methods.append(_new_card(customer, now))


def card_replaced(customer: CustomerRow, now: datetime) -> None:
    """A new card takes over every subscription and profile that an older card paid for."""
    old = {method.id for method in customer.payment_methods if method.type == "card"}
    card = _new_card(customer, now)
    for method in customer.payment_methods:
        method.is_default = False
    card.is_default = True
    customer.payment_methods.append(card)
    for payer in _payers(customer):
        if payer.payment_method_id in old:
            payer.payment_method_id = card.id


def licenses_removed(customer: CustomerRow, _now: datetime) -> None:
    """No subscription has more licenses than are assigned."""
    for subscription in customer.subscriptions:
        subscription.licenses_bought = subscription.licenses_assigned


def frequency_changed(customer: CustomerRow, _now: datetime) -> None:
    """Every subscription changes from monthly to yearly billing, or back."""
    other = {"monthly": "yearly", "yearly": "monthly"}
    for subscription in customer.subscriptions:
        subscription.billing_frequency = other[subscription.billing_frequency]


def address_changed(customer: CustomerRow, _now: datetime) -> None:
    """The bill-to address becomes another one."""
    old = customer.bill_to
    customer.bill_to = Address(
        name=old.name,
        street="Nieuwstraat 7" if old.country == "NL" else "7 New Street",
        postal_code=old.postal_code,
        city=old.city,
        country=old.country,
    )
    for profile in customer.billing_profiles:
        profile.bill_to = customer.bill_to


def credit_check_started(customer: CustomerRow, now: datetime) -> None:
    """The request to pay by invoice needs a credit check."""
    _decide(customer, now, status="pending", credit_check_running=True)


def credit_check_passed(customer: CustomerRow, now: datetime) -> None:
    """The credit check is over."""
    _decide(customer, now, status="pending", credit_check_running=False)


def legal_document_asked(customer: CustomerRow, now: datetime) -> None:
    """The request to pay by invoice needs a legal document."""
    _decide(customer, now, status="pending", legal_document_asked=True)


def legal_document_received(customer: CustomerRow, now: datetime) -> None:
    """The legal document has come in."""
    _decide(customer, now, status="pending", legal_document_asked=False)


def request_approved(customer: CustomerRow, now: datetime) -> None:
    """The customer may pay by invoice from now on."""
    _settle(customer, now, "approved")


def request_rejected(customer: CustomerRow, now: datetime) -> None:
    """The customer may not pay by invoice."""
    _settle(customer, now, "rejected")


def switched_to_invoice(customer: CustomerRow, _now: datetime) -> None:
    """Everything is paid by check or wire transfer from now on."""
    invoice = PaymentMethodRow(
        id=f"{customer.id}-PM{len(customer.payment_methods) + 1}",
        type="invoice",
        label="Check/wire transfer",
        last_four=None,
        expires_on=None,
        is_default=True,
    )
    for method in customer.payment_methods:
        method.is_default = False
    customer.payment_methods.append(invoice)
    for payer in _payers(customer):
        payer.payment_method_id = invoice.id


def _payers(customer: CustomerRow) -> list[SubscriptionRow | BillingProfileRow]:
    return [*customer.subscriptions, *customer.billing_profiles]


def _collect(charge: ChargeRow, now: datetime) -> None:
    charge.status = "paid"
    charge.tries += 1
    charge.last_tried_at = now
    charge.decline_reason = None
    charge.next_try_on = None


def _next_try(today: date, until: date | None) -> date | None:
    soon = today + timedelta(days=7)
    return soon if until and soon <= until else None


def _default(customer: CustomerRow) -> PaymentMethodRow:
    return next(method for method in customer.payment_methods if method.is_default)


def _new_card(customer: CustomerRow, now: datetime) -> PaymentMethodRow:
    return PaymentMethodRow(
        id=f"{customer.id}-PM{len(customer.payment_methods) + 1}",
        type="card",
        label="Visa",
        last_four="4444",
        expires_on=date(now.year + 3, 12, 31),
        is_default=False,
    )


def _decide(customer: CustomerRow, now: datetime, **changes: object) -> None:
    request = customer.invoice_request
    changes["submitted_on"] = request.submitted_on or now.date()
    customer.invoice_request = request.model_copy(update=changes)


def _settle(customer: CustomerRow, now: datetime, status: Literal["approved", "rejected"]) -> None:
    customer.invoice_request = InvoiceRequest(
        status=status,
        submitted_on=customer.invoice_request.submitted_on or now.date(),
        decided_on=now.date(),
    )


EVENTS: dict[str, Event] = {name: globals()[name] for name in get_args(EventName)}
