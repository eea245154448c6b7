"""Tables of the billing stub. The prefix keeps them apart from others in a shared database."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from pydantic import TypeAdapter
from sqlalchemy import JSON, DateTime, ForeignKey, String
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

from balie.billing.models import Address, Contact, InvoiceLine, InvoiceRequest, Money


class MoneyColumn(TypeDecorator[Money]):
    """Money as text, "EUR 214.50": exact in every database, SQLite has no decimals."""

    impl = String(40)
    cache_ok = True

    def process_bind_param(self, value: Money | None, dialect: Dialect) -> str | None:
        """To the database."""
        return None if value is None else f"{value.currency} {value.amount}"

    def process_result_value(self, value: str | None, dialect: Dialect) -> Money | None:
        """From the database."""
        if value is None:
            return None
        currency, amount = value.split()
        return Money(currency=currency, amount=Decimal(amount))


class UtcDateTime(TypeDecorator[datetime]):
    """A moment with its time zone, which SQLite would drop."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From the database."""
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


class Document(TypeDecorator[Any]):
    """A value of a pydantic type, stored as JSON."""

    impl = JSON
    cache_ok = True

    def __init__(self, kind: Any) -> None:
        super().__init__(none_as_null=True)
        self.kind = kind
        self.adapter: TypeAdapter[Any] = TypeAdapter(kind)

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """To the database."""
        return None if value is None else self.adapter.dump_python(value, mode="json")

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """From the database."""
        return None if value is None else self.adapter.validate_python(value)


class Row(DeclarativeBase):
    """Base of all tables of this package."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {
        Money: MoneyColumn,
        datetime: UtcDateTime,
        Address: Document(Address),
        Contact: Document(Contact),
        InvoiceRequest: Document(InvoiceRequest),
        list[InvoiceLine]: Document(list[InvoiceLine]),
    }


class CustomerRow(Row):
    """A customer; everything else hangs on it and goes with it."""

    __tablename__ = "billing_customers"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[str]
    language: Mapped[str]
    currency: Mapped[str]
    agreement_type: Mapped[str]
    customer_since: Mapped[date]
    commerce_account_id: Mapped[str]
    administrator: Mapped[str | None]
    website: Mapped[str | None]
    vat_number: Mapped[str | None]
    established: Mapped[int | None]
    contact: Mapped[Contact | None]
    sold_to: Mapped[Address]
    bill_to: Mapped[Address]
    past_due_notice: Mapped[bool] = mapped_column(default=False)
    invoice_request: Mapped[InvoiceRequest]
    demo_day: Mapped[date | None]  # set on demo customers: the day their dates are relative to

    subscriptions: Mapped[list["SubscriptionRow"]] = relationship(
        cascade="all, delete-orphan", order_by="SubscriptionRow.id"
    )
    payment_methods: Mapped[list["PaymentMethodRow"]] = relationship(
        cascade="all, delete-orphan", order_by="PaymentMethodRow.id"
    )
    invoices: Mapped[list["InvoiceRow"]] = relationship(
        cascade="all, delete-orphan",
        order_by="InvoiceRow.invoice_date.desc(), InvoiceRow.number.desc()",
    )
    charges: Mapped[list["ChargeRow"]] = relationship(
        cascade="all, delete-orphan", order_by="ChargeRow.last_tried_at.desc()"
    )
    payments: Mapped[list["PaymentRow"]] = relationship(
        cascade="all, delete-orphan", order_by="PaymentRow.received_at.desc()"
    )
    billing_profiles: Mapped[list["BillingProfileRow"]] = relationship(
        cascade="all, delete-orphan", order_by="BillingProfileRow.id"
    )
    credits: Mapped[list["AzureCreditRow"]] = relationship(
        cascade="all, delete-orphan", order_by="AzureCreditRow.expires_on"
    )
    support_requests: Mapped[list["SupportRequestRow"]] = relationship(
        cascade="all, delete-orphan", order_by="SupportRequestRow.id"
    )


def _customer_key() -> Mapped[str]:
    return mapped_column(ForeignKey("billing_customers.id", ondelete="CASCADE"), index=True)


class SubscriptionRow(Row):
    """A subscription."""

    __tablename__ = "billing_subscriptions"

    id: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[str] = _customer_key()
    name: Mapped[str]
    product: Mapped[str]
    status: Mapped[str]
    billing_frequency: Mapped[str]
    next_billing_date: Mapped[date]
    licenses_bought: Mapped[int | None]
    licenses_assigned: Mapped[int | None]
    monthly_price_per_license: Mapped[Money | None]
    payment_method_id: Mapped[str | None]
    billing_profile_id: Mapped[str | None]
    service_address: Mapped[Address]


class PaymentMethodRow(Row):
    """A card, a bank account or payment by invoice."""

    __tablename__ = "billing_payment_methods"

    id: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[str] = _customer_key()
    type: Mapped[str]
    label: Mapped[str]
    last_four: Mapped[str | None]
    expires_on: Mapped[date | None]
    is_default: Mapped[bool]


class _OfSubscription:
    """What the models show beside a subscription's id."""

    subscription: Mapped[SubscriptionRow]

    @property
    def subscription_name(self) -> str:
        """Name of the subscription."""
        return self.subscription.name


class InvoiceRow(_OfSubscription, Row):
    """An invoice of one subscription."""

    __tablename__ = "billing_invoices"

    number: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[str] = _customer_key()
    subscription_id: Mapped[str] = mapped_column(ForeignKey("billing_subscriptions.id"))
    invoice_date: Mapped[date]
    due_date: Mapped[date]
    period_from: Mapped[date]
    period_to: Mapped[date]
    status: Mapped[str]
    past_due_since: Mapped[date | None]
    total: Mapped[Money]
    amount_due: Mapped[Money]
    purchase_order: Mapped[str | None]
    bill_to: Mapped[Address]
    lines: Mapped[list[InvoiceLine]]

    subscription: Mapped[SubscriptionRow] = relationship()


class ChargeRow(_OfSubscription, Row):
    """The attempts to collect one invoice."""

    __tablename__ = "billing_charges"

    id: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[str] = _customer_key()
    invoice_number: Mapped[str]
    subscription_id: Mapped[str] = mapped_column(ForeignKey("billing_subscriptions.id"))
    amount: Mapped[Money]
    status: Mapped[str]
    tries: Mapped[int]
    last_tried_at: Mapped[datetime]
    payment_method_id: Mapped[str | None]
    last_four: Mapped[str | None]
    decline_reason: Mapped[str | None]
    next_try_on: Mapped[date | None]
    retry_until: Mapped[date | None]

    subscription: Mapped[SubscriptionRow] = relationship()


class PaymentRow(_OfSubscription, Row):
    """A payment that arrived."""

    __tablename__ = "billing_payments"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[str] = _customer_key()
    invoice_number: Mapped[str]
    subscription_id: Mapped[str] = mapped_column(ForeignKey("billing_subscriptions.id"))
    amount: Mapped[Money]
    received_at: Mapped[datetime]
    last_four: Mapped[str | None]

    subscription: Mapped[SubscriptionRow] = relationship()


class BillingProfileRow(Row):
    """A billing profile."""

    __tablename__ = "billing_profiles"

    id: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[str] = _customer_key()
    name: Mapped[str]
    role: Mapped[str]
    currency: Mapped[str]
    purchase_order: Mapped[str | None]
    invoice_by_email: Mapped[bool]
    payment_method_id: Mapped[str | None]
    bill_to: Mapped[Address]
    contact_name: Mapped[str]


class AzureCreditRow(Row):
    """Azure credit on a billing profile."""

    __tablename__ = "billing_credits"

    id: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[str] = _customer_key()
    billing_profile_id: Mapped[str]
    name: Mapped[str]
    granted: Mapped[Money]
    remaining: Mapped[Money]
    starts_on: Mapped[date]
    expires_on: Mapped[date]


class SupportRequestRow(Row):
    """A support request that was filed."""

    __tablename__ = "billing_support_requests"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[str] = _customer_key()
    kind: Mapped[str]
    subject: Mapped[str]
    details: Mapped[str]
    language: Mapped[str]
    created_at: Mapped[datetime]


class IdempotencyRow(Row):
    """One Idempotency-Key: what was asked with it and, once known, what was answered."""

    __tablename__ = "billing_idempotency_keys"

    customer_id: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(index=True)
    answer: Mapped[str | None]
