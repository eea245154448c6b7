"""The endpoints that the help desk relies on, and that a company's own system has to offer."""

from typing import Annotated

from fastapi import APIRouter, Header, Query

from balie.billing import queries
from balie.billing.backend import BackendDep, CustomerId
from balie.billing.idempotency import Reservation, once
from balie.billing.models import (
    AzureCredit,
    Balance,
    BillingProfile,
    Charge,
    Customer,
    Invoice,
    InvoiceEligibility,
    InvoiceSummary,
    NewSupportRequest,
    PaymentMethod,
    Subscription,
    SupportRequest,
)

router = APIRouter(prefix="/v1/customers/{customer_id}", tags=["billing"])

IdempotencyKey = Annotated[str, Header(min_length=1, max_length=200)]


@router.get("")
async def get_customer(customer_id: CustomerId, backend: BackendDep) -> Customer:
    """Name, agreement type, addresses and contact."""
    return await backend.read(customer_id, Customer.model_validate)


@router.get("/subscriptions")
async def list_subscriptions(customer_id: CustomerId, backend: BackendDep) -> list[Subscription]:
    """What the customer pays for: licenses, price, billing frequency."""
    return await backend.read(
        customer_id,
        lambda customer: [Subscription.model_validate(row) for row in customer.subscriptions],
    )


@router.get("/invoices")
async def list_invoices(
    customer_id: CustomerId,
    backend: BackendDep,
    limit: Annotated[int, Query(ge=1, le=100)] = 12,
) -> list[InvoiceSummary]:
    """The latest invoices, newest first."""
    return await backend.read(
        customer_id,
        lambda customer: [InvoiceSummary.model_validate(row) for row in customer.invoices[:limit]],
    )


@router.get("/invoices/{number}")
async def get_invoice(customer_id: CustomerId, number: str, backend: BackendDep) -> Invoice:
    """One invoice with its lines."""
    return await backend.read(customer_id, lambda customer: queries.find_invoice(customer, number))


@router.get("/payment-methods")
async def list_payment_methods(customer_id: CustomerId, backend: BackendDep) -> list[PaymentMethod]:
    """Cards and bank accounts: last four digits and expiry."""
    return await backend.read(
        customer_id,
        lambda customer: [PaymentMethod.model_validate(row) for row in customer.payment_methods],
    )


@router.get("/charges")
async def list_charges(customer_id: CustomerId, backend: BackendDep) -> list[Charge]:
    """Attempts to collect an invoice, those tried last first; why the failed ones failed."""
    return await backend.read(
        customer_id, lambda customer: [Charge.model_validate(row) for row in customer.charges]
    )


@router.get("/balance")
async def get_balance(customer_id: CustomerId, backend: BackendDep) -> Balance:
    """What is open by subscription, and the last payment seen."""
    return await backend.read(customer_id, queries.balance)


@router.get("/billing-profiles")
async def list_billing_profiles(
    customer_id: CustomerId, backend: BackendDep
) -> list[BillingProfile]:
    """Billing profiles, and the customer's role on each."""
    return await backend.read(
        customer_id,
        lambda customer: [BillingProfile.model_validate(row) for row in customer.billing_profiles],
    )


@router.get("/credits")
async def list_credits(customer_id: CustomerId, backend: BackendDep) -> list[AzureCredit]:
    """Azure credits, those that expire first first."""
    return await backend.read(
        customer_id, lambda customer: [AzureCredit.model_validate(row) for row in customer.credits]
    )


@router.get("/invoice-eligibility")
async def get_invoice_eligibility(
    customer_id: CustomerId, backend: BackendDep
) -> InvoiceEligibility:
    """Whether the customer may pay by invoice, and where the request for it stands."""
    return await backend.read(customer_id, queries.invoice_eligibility)


@router.post("/support-requests", status_code=201)
def post_support_request(
    customer_id: CustomerId,
    body: NewSupportRequest,
    idempotency_key: IdempotencyKey,
    backend: BackendDep,
) -> SupportRequest:
    """File a support request; the same key and body give the same answer for a day."""
    now = backend.now()
    with backend.customer(customer_id) as (customer, session):
        reservation = Reservation.of(customer_id, idempotency_key, body, now)
        answer = once(
            session,
            reservation,
            backend.keep_keys,
            lambda: queries.add_support_request(session, customer, body, now).model_dump_json(),
        )
    return SupportRequest.model_validate_json(answer)
