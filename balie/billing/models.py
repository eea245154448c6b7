"""What the billing backend says, in the types that its service and its client share.

Amounts are decimal strings with a currency, dates are ISO 8601, moments are UTC. Fields that a
backend adds are ignored; a field that is missing or of another type is a wrong answer.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

Language = Literal["en", "nl"]
CustomerKind = Literal["business", "private"]
AgreementType = Literal["microsoft_customer_agreement", "online_services_program"]
DeclineReason = Literal[
    "card_expired",
    "insufficient_funds",
    "authentication_required",
    "address_mismatch",
    "bank_declined",
    "other",
]
ProfileRole = Literal["owner", "contributor", "reader", "invoice_manager"]
IneligibleReason = Literal[
    "private_person", "open_charges", "region_not_supported", "request_rejected"
]
SupportRequestKind = Literal["pay_by_invoice", "billing"]


def _refuse_number(value: object) -> object:
    # A JSON number has been a binary fraction on its way, and cents get lost in those.
    if isinstance(value, int | float):
        raise ValueError("an amount is a string such as '214.50'")
    return value


def _without_nul(value: object) -> object:
    return value.replace("\x00", "") if isinstance(value, str) else value


# PostgreSQL takes no NUL in a text.
Text = Annotated[str, BeforeValidator(_without_nul)]


class Model(BaseModel):
    """Immutable; keeps what it was given out of its error messages, because they are logged."""

    model_config = ConfigDict(frozen=True, from_attributes=True, hide_input_in_errors=True)


class Money(Model):
    """An amount in one currency (ISO 4217)."""

    amount: Annotated[Decimal, BeforeValidator(_refuse_number)] = Field(examples=["214.50"])
    currency: str = Field(pattern=r"^[A-Z]{3}$", examples=["EUR"])

    @classmethod
    def zero(cls, currency: str) -> Self:
        """Nothing, in `currency`."""
        return cls(amount=Decimal("0.00"), currency=currency)

    def __add__(self, other: "Money") -> "Money":
        if self.currency != other.currency:
            raise ValueError(f"{other.currency} cannot be added to {self.currency}")
        return Money(amount=self.amount + other.amount, currency=self.currency)

    def __mul__(self, count: int) -> "Money":
        return Money(amount=self.amount * count, currency=self.currency)

    def __bool__(self) -> bool:
        return self.amount != 0


class Address(Model):
    """A postal address; `country` is ISO 3166-1 alpha-2."""

    name: str
    street: str
    postal_code: str
    city: str
    country: str = Field(pattern=r"^[A-Z]{2}$")


class Contact(Model):
    """Who the company hears from about bills."""

    name: str
    email: str
    phone: str | None = None


class Customer(Model):
    """One billing account."""

    id: str
    name: str
    kind: CustomerKind
    language: Language
    currency: str
    agreement_type: AgreementType
    customer_since: date
    commerce_account_id: str = Field(description="The account's GUID in the Azure portal.")
    administrator: str | None = Field(description="Sign-in name of the account administrator.")
    website: str | None
    vat_number: str | None
    established: int | None = Field(description="Year in which the company was founded.")
    contact: Contact | None
    sold_to: Address
    bill_to: Address


class Subscription(Model):
    """One product that the customer pays for."""

    id: str
    name: str
    product: Literal["microsoft_365", "azure"]
    status: Literal["active", "past_due", "canceled"]
    billing_frequency: Literal["monthly", "yearly"]
    next_billing_date: date
    licenses_bought: int | None = Field(description="Null for what is billed by use.")
    licenses_assigned: int | None
    monthly_price_per_license: Money | None
    payment_method_id: str | None = Field(description="Null when nothing is linked.")
    billing_profile_id: str | None
    service_address: Address

    @property
    def licenses_unassigned(self) -> int:
        """Licenses that are paid for and that nobody holds."""
        return (self.licenses_bought or 0) - (self.licenses_assigned or 0)

    @property
    def monthly_cost_of_unassigned(self) -> Money | None:
        """What the unassigned licenses cost a month; None where licenses have no price."""
        price = self.monthly_price_per_license
        return price * self.licenses_unassigned if price else None


class PaymentMethod(Model):
    """A way to pay; of the number only the last four digits are known."""

    id: str
    type: Literal["card", "bank_account", "invoice"]
    label: str = Field(description="Card scheme or bank, as the customer knows it.")
    last_four: str | None = Field(pattern=r"^\d{4}$")
    expires_on: date | None = Field(description="Last day on which a card is good.")
    is_default: bool

    def is_expired(self, today: date) -> bool:
        """Whether the card is no longer good on `today`."""
        return self.expires_on is not None and self.expires_on < today


class Charge(Model):
    """The attempts to collect one invoice."""

    id: str
    invoice_number: str
    subscription_id: str
    subscription_name: str
    amount: Money
    status: Literal["failed", "paid"]
    tries: int = Field(ge=1, description="Attempts so far.")
    last_tried_at: AwareDatetime
    payment_method_id: str | None
    last_four: str | None = Field(pattern=r"^\d{4}$")
    decline_reason: DeclineReason | None
    next_try_on: date | None = Field(description="Null when no further attempt is planned.")
    retry_until: date | None = Field(description="Last day on which it may be tried again.")


class SubscriptionBalance(Model):
    """What one subscription still has open."""

    subscription_id: str
    subscription_name: str
    amount: Money
    past_due_since: date | None = Field(description="Null while the invoice is not yet due.")
    invoice_numbers: list[str]


class Payment(Model):
    """Money that arrived."""

    invoice_number: str
    subscription_name: str
    amount: Money
    received_at: AwareDatetime
    last_four: str | None = Field(pattern=r"^\d{4}$")

    def age(self, now: datetime) -> timedelta:
        """Time since it arrived."""
        return now - self.received_at


class Balance(Model):
    """What the customer owes, and the last payment seen."""

    total: Money
    subscriptions: list[SubscriptionBalance]
    last_payment: Payment | None
    past_due_notice: bool = Field(
        description="Whether the past-due notice is still on the customer's screen."
    )


class InvoiceLine(Model):
    """One line; credits and discounts are negative."""

    kind: Literal["charge", "credit", "discount", "tax"]
    description: str
    quantity: int | None = None
    unit_price: Money | None = None
    service_from: date | None = None
    service_to: date | None = None
    amount: Money


class InvoiceSummary(Model):
    """An invoice as a list shows it."""

    number: str
    subscription_id: str
    subscription_name: str
    invoice_date: date
    due_date: date
    period_from: date
    period_to: date
    status: Literal["open", "past_due", "paid"]
    total: Money
    amount_due: Money = Field(description="What is still to be paid of this invoice.")


class Invoice(InvoiceSummary):
    """An invoice with its lines; they add up to `total`."""

    purchase_order: str | None
    bill_to: Address
    lines: list[InvoiceLine]


class BillingProfile(Model):
    """What decides an invoice's contents and how it is paid."""

    id: str
    name: str
    role: ProfileRole = Field(description="The role of this customer on the profile.")
    currency: str
    purchase_order: str | None
    invoice_by_email: bool
    payment_method_id: str | None
    bill_to: Address
    contact_name: str


class AzureCredit(Model):
    """Azure credit on a billing profile."""

    id: str
    name: str
    billing_profile_id: str
    granted: Money
    remaining: Money
    starts_on: date
    expires_on: date


class InvoiceRequest(Model):
    """Where the customer's request to pay by invoice stands."""

    status: Literal["none", "pending", "approved", "rejected"] = "none"
    credit_check_running: bool = False
    legal_document_asked: bool = False
    submitted_on: date | None = None
    decided_on: date | None = None


class InvoiceEligibility(Model):
    """Whether the customer may pay by invoice, and what stands in the way."""

    eligible: bool
    reasons: list[IneligibleReason] = Field(description="Empty when eligible.")
    kind: CustomerKind
    open_charges: Money
    region_supported: bool
    agreement_type: AgreementType
    request: InvoiceRequest


class NewSupportRequest(Model):
    """A support request as the assistant files it, with the customer's yes."""

    kind: SupportRequestKind
    subject: Text = Field(min_length=1, max_length=200)
    details: Text = Field(min_length=1, max_length=10_000)
    language: Language


class SupportRequest(Model):
    """A support request as the backend has it."""

    number: str
    kind: SupportRequestKind
    status: Literal["received"]
    created_at: AwareDatetime
