"""What the database holds about a customer, in the types of `balie.billing.models`."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from balie.billing import models
from balie.billing.tables import CustomerRow, InvoiceRow, SupportRequestRow

REGIONS_WITHOUT_INVOICE = frozenset({"CN"})


class NotFound(LookupError):
    """There is no such `what`: a customer or an invoice."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


def find_customer(session: Session, customer_id: str) -> CustomerRow:
    """The customer's row; `NotFound` when there is none."""
    # PostgreSQL takes no NUL in a text, and nobody's id has one.
    row = session.get(CustomerRow, customer_id) if customer_id.isprintable() else None
    if row is None:
        raise NotFound("customer")
    return row


def find_invoice(customer: CustomerRow, number: str) -> models.Invoice:
    """One of this customer's invoices; `NotFound` for anyone else's."""
    for row in customer.invoices:
        if row.number == number:
            return models.Invoice.model_validate(row)
    raise NotFound("invoice")


def balance(customer: CustomerRow) -> models.Balance:
    """Open amounts by subscription, and the last payment."""
    unpaid: dict[str, list[InvoiceRow]] = defaultdict(list)
    for invoice in reversed(customer.invoices):
        if invoice.status != "paid":
            unpaid[invoice.subscription_id].append(invoice)
    payment = customer.payments[0] if customer.payments else None
    return models.Balance(
        total=open_charges(customer),
        subscriptions=[_subscription_balance(invoices) for invoices in unpaid.values()],
        last_payment=payment and models.Payment.model_validate(payment),
        past_due_notice=customer.past_due_notice,
    )


def _subscription_balance(invoices: list[InvoiceRow]) -> models.SubscriptionBalance:
    first = invoices[0]
    return models.SubscriptionBalance(
        subscription_id=first.subscription_id,
        subscription_name=first.subscription_name,
        amount=_total((row.amount_due for row in invoices), first.amount_due.currency),
        past_due_since=min((r.past_due_since for r in invoices if r.past_due_since), default=None),
        invoice_numbers=[row.number for row in invoices],
    )


def open_charges(customer: CustomerRow) -> models.Money:
    """Everything that is not paid, due or not."""
    return _total((row.amount_due for row in customer.invoices), customer.currency)


def _total(amounts: Iterable[models.Money], currency: str) -> models.Money:
    return sum(amounts, start=models.Money.zero(currency))


def invoice_eligibility(customer: CustomerRow) -> models.InvoiceEligibility:
    """Whether the customer may pay by invoice."""
    kind = models.Customer.model_validate(customer).kind
    charges = open_charges(customer)
    region_supported = customer.bill_to.country not in REGIONS_WITHOUT_INVOICE
    obstacles: dict[models.IneligibleReason, bool] = {
        "private_person": kind == "private",
        "open_charges": bool(charges),
        "region_not_supported": not region_supported,
        "request_rejected": customer.invoice_request.status == "rejected",
    }
    reasons = [reason for reason, holds in obstacles.items() if holds]
    return models.InvoiceEligibility(
        eligible=not reasons,
        reasons=reasons,
        kind=kind,
        open_charges=charges,
        region_supported=region_supported,
        agreement_type=models.Customer.model_validate(customer).agreement_type,
        request=customer.invoice_request,
    )


def add_support_request(
    session: Session, customer: CustomerRow, request: models.NewSupportRequest, now: datetime
) -> models.SupportRequest:
    """File the request. One to pay by invoice also starts its decision, unless one is running."""
    row = SupportRequestRow(created_at=now, **request.model_dump())
    customer.support_requests.append(row)
    if request.kind == "pay_by_invoice" and customer.invoice_request.status in ("none", "rejected"):
        customer.invoice_request = models.InvoiceRequest(status="pending", submitted_on=now.date())
    session.flush()  # gives the row its number
    return models.SupportRequest(
        number=f"SR-{row.id:06d}", kind=request.kind, status="received", created_at=now
    )
