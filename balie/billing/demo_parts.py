"""What the demo customers are made of: subscriptions, ways to pay, invoices and their charges."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from uuid import NAMESPACE_URL, uuid5

from dateutil.relativedelta import relativedelta

from balie.billing.models import (
    Address,
    DeclineReason,
    InvoiceLine,
    InvoiceRequest,
    Money,
    ProfileRole,
)
from balie.billing.tables import (
    AzureCreditRow,
    BillingProfileRow,
    ChargeRow,
    CustomerRow,
    InvoiceRow,
    PaymentMethodRow,
    PaymentRow,
    SubscriptionRow,
)

MONTH = relativedelta(months=1)
YEAR = relativedelta(years=1)
PAYMENT_TERM = timedelta(days=30)
RETRY_PERIOD = timedelta(days=28)  # a refused charge is tried again for 3 to 4 weeks


def new_customer(
    customer_id: str, now: datetime, address: tuple[str, str, str, str, str], **fields: object
) -> CustomerRow:
    """A customer with nothing yet; `address` is name, street, postal code, city, country."""
    name, street, postal_code, city, country = address
    place = Address(name=name, street=street, postal_code=postal_code, city=city, country=country)
    return CustomerRow(
        id=customer_id,
        commerce_account_id=str(uuid5(NAMESPACE_URL, f"balie:demo:{customer_id}")),
        sold_to=place,
        bill_to=place,
        past_due_notice=False,
        invoice_request=InvoiceRequest(),
        demo_day=now.date(),
        **fields,
    )


def add_card(
    customer: CustomerRow, label: str, last_four: str, expires_on: date, *, default: bool
) -> PaymentMethodRow:
    """Give the customer a card, good until the end of `expires_on`."""
    return _payment_method(customer, "card", label, last_four, expires_on, default=default)


def add_bank_account(customer: CustomerRow, label: str, last_four: str) -> PaymentMethodRow:
    """Give the customer a bank account."""
    return _payment_method(customer, "bank_account", label, last_four, None, default=False)


def _payment_method(
    customer: CustomerRow,
    kind: str,
    label: str,
    last_four: str,
    expires_on: date | None,
    *,
    default: bool,
) -> PaymentMethodRow:
    method = PaymentMethodRow(
        id=f"{customer.id}-PM{len(customer.payment_methods) + 1}",
        type=kind,
        label=label,
        last_four=last_four,
        expires_on=expires_on,
        is_default=default,
    )
    customer.payment_methods.append(method)
    return method


def add_profile(
    customer: CustomerRow,
    name: str,
    role: ProfileRole,
    method: PaymentMethodRow,
    order: str | None = None,
) -> BillingProfileRow:
    """Give the customer a billing profile; `role` is the customer's own on it."""
    profile = BillingProfileRow(
        id=f"{customer.id}-BP{len(customer.billing_profiles) + 1}",
        name=name,
        role=role,
        currency=customer.currency,
        purchase_order=order,
        invoice_by_email=True,
        payment_method_id=method.id,
        bill_to=customer.bill_to,
        contact_name=customer.contact.name if customer.contact else customer.name,
    )
    customer.billing_profiles.append(profile)
    return profile


def add_licenses(
    customer: CustomerRow,
    name: str,
    bought_and_assigned: tuple[int, int],
    monthly_price: str,
    issued: date,
    method: PaymentMethodRow,
    profile: BillingProfileRow | None,
    *,
    yearly: bool = False,
) -> SubscriptionRow:
    """Give the customer a Microsoft 365 subscription, last billed on `issued`."""
    subscription = _subscription(customer, name, "microsoft_365", issued, method, profile)
    subscription.licenses_bought, subscription.licenses_assigned = bought_and_assigned
    subscription.monthly_price_per_license = _money(customer.currency, monthly_price)
    if yearly:
        subscription.billing_frequency = "yearly"
        subscription.next_billing_date = issued + YEAR
    return subscription


def add_azure(
    customer: CustomerRow,
    name: str,
    issued: date,
    method: PaymentMethodRow,
    profile: BillingProfileRow | None,
) -> SubscriptionRow:
    """Give the customer an Azure subscription, billed by use, last on `issued`."""
    return _subscription(customer, name, "azure", issued, method, profile)


def _subscription(
    customer: CustomerRow,
    name: str,
    product: str,
    issued: date,
    method: PaymentMethodRow,
    profile: BillingProfileRow | None,
) -> SubscriptionRow:
    subscription = SubscriptionRow(
        id=f"{customer.id}-S{len(customer.subscriptions) + 1}",
        name=name,
        product=product,
        status="active",
        billing_frequency="monthly",
        next_billing_date=issued + MONTH,
        licenses_bought=None,
        licenses_assigned=None,
        monthly_price_per_license=None,
        payment_method_id=method.id,
        billing_profile_id=profile and profile.id,
        service_address=customer.sold_to,
    )
    customer.subscriptions.append(subscription)
    return subscription


def add_credit(
    customer: CustomerRow,
    profile: BillingProfileRow,
    name: str,
    granted: str,
    remaining: str,
    expires_on: date,
) -> None:
    """Give the profile Azure credit."""
    customer.credits.append(
        AzureCreditRow(
            id=f"{customer.id}-CR{len(customer.credits) + 1}",
            billing_profile_id=profile.id,
            name=name,
            granted=_money(customer.currency, granted),
            remaining=_money(customer.currency, remaining),
            starts_on=expires_on - YEAR,
            expires_on=expires_on,
        )
    )


def license_lines(subscription: SubscriptionRow) -> list[InvoiceLine]:
    """What a period of this subscription costs."""
    price, quantity = subscription.monthly_price_per_license, subscription.licenses_bought
    if price is None or quantity is None:
        raise ValueError(f"{subscription.id} has no licenses")
    unit_price = price * 12 if subscription.billing_frequency == "yearly" else price
    return [
        InvoiceLine(
            kind="charge",
            description=subscription.name,
            quantity=quantity,
            unit_price=unit_price,
            amount=unit_price * quantity,
        )
    ]


def usage_lines(currency: str, *items: tuple[str, str]) -> list[InvoiceLine]:
    """What was used, as (description, amount); negative amounts are credits."""
    return [
        InvoiceLine(
            kind="credit" if amount.startswith("-") else "charge",
            description=description,
            amount=_money(currency, amount),
        )
        for description, amount in items
    ]


def bill(
    customer: CustomerRow,
    subscription: SubscriptionRow,
    issued: date,
    lines: list[InvoiceLine],
    *,
    tax_percent: int = 0,
    periods: int = 4,
    period: relativedelta = MONTH,
) -> None:
    """Invoices of the last periods, the newest of `issued`, each paid on the day after."""
    net = sum((line.amount for line in lines), start=Money.zero(customer.currency))
    tax = InvoiceLine(kind="tax", description=f"Tax {tax_percent}%", amount=_tax(net, tax_percent))
    for number in range(periods):
        day = issued - (periods - 1 - number) * period
        _paid_invoice(customer, subscription, day, day - period, [*lines, tax])


def _paid_invoice(
    customer: CustomerRow,
    subscription: SubscriptionRow,
    issued: date,
    period_from: date,
    lines: list[InvoiceLine],
) -> None:
    period_to = issued - timedelta(days=1)
    total = sum((line.amount for line in lines), start=Money.zero(customer.currency))
    number = f"E{customer.id[2:]}{len(customer.invoices) + 1:04d}"
    method = next(m for m in customer.payment_methods if m.id == subscription.payment_method_id)
    profile = next(
        (p for p in customer.billing_profiles if p.id == subscription.billing_profile_id), None
    )
    paid_at = _morning_after(issued)
    customer.invoices.append(
        InvoiceRow(
            number=number,
            subscription=subscription,
            invoice_date=issued,
            due_date=issued + PAYMENT_TERM,
            period_from=period_from,
            period_to=period_to,
            status="paid",
            total=total,
            amount_due=Money.zero(customer.currency),
            purchase_order=profile and profile.purchase_order,
            bill_to=customer.bill_to,
            lines=[
                line
                if line.kind == "tax"
                else line.model_copy(update={"service_from": period_from, "service_to": period_to})
                for line in lines
            ],
        )
    )
    customer.charges.append(
        ChargeRow(
            id=f"{number}-CH",
            invoice_number=number,
            subscription=subscription,
            amount=total,
            status="paid",
            tries=1,
            last_tried_at=paid_at,
            payment_method_id=method.id,
            last_four=method.last_four,
        )
    )
    customer.payments.append(
        PaymentRow(
            invoice_number=number,
            subscription=subscription,
            amount=total,
            received_at=paid_at,
            last_four=method.last_four,
        )
    )


def refuse_newest(
    customer: CustomerRow,
    subscription: SubscriptionRow,
    reason: DeclineReason,
    *,
    last_try: date,
    tries: int,
) -> None:
    """Make the newest invoice of `subscription` one that could not be collected."""
    invoice = [row for row in customer.invoices if row.subscription is subscription][-1]
    charge = next(row for row in customer.charges if row.invoice_number == invoice.number)
    payment = next(row for row in customer.payments if row.invoice_number == invoice.number)
    customer.payments.remove(payment)
    invoice.status = "past_due"
    invoice.amount_due = invoice.total
    invoice.past_due_since = invoice.invoice_date + timedelta(days=1)
    charge.status = "failed"
    charge.tries = tries
    charge.last_tried_at = _morning_after(last_try - timedelta(days=1))
    charge.decline_reason = reason
    charge.next_try_on = last_try + timedelta(days=7)
    charge.retry_until = invoice.invoice_date + RETRY_PERIOD
    subscription.status = "past_due"
    customer.past_due_notice = True


def _money(currency: str, amount: str) -> Money:
    return Money(amount=Decimal(amount), currency=currency)


def _tax(net: Money, percent: int) -> Money:
    amount = (net.amount * percent / 100).quantize(Decimal("0.01"))
    return Money(amount=amount, currency=net.currency)


def _morning_after(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(4, 10), UTC)


def end_of_month(day: date) -> date:
    """Last day of that month."""
    return day.replace(day=1) + MONTH - timedelta(days=1)
