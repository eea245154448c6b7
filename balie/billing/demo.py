"""The demo customers C-1001 to C-1007; their dates are relative to the day they are made on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Engine, delete
from sqlalchemy.orm import Session

from balie.billing.database import lock
from balie.billing.demo_parts import (
    YEAR,
    add_azure,
    add_bank_account,
    add_card,
    add_credit,
    add_licenses,
    add_profile,
    bill,
    end_of_month,
    license_lines,
    new_customer,
    refuse_newest,
    usage_lines,
)
from balie.billing.models import Contact, InvoiceRequest
from balie.billing.tables import CustomerRow, IdempotencyRow


@dataclass(frozen=True)
class DemoCustomer:
    """What there is to try with one demo customer, and how the customer is made."""

    id: str
    state: str
    make: Callable[[datetime], CustomerRow]


def load_demo(engine: Engine, now: datetime, *, reset: bool = False) -> list[str]:
    """Put the demo customers in the database; returns the ids of those that were made.

    `now` carries the customers' time zone. With `reset` all are made anew.
    """
    with Session(engine) as session:
        lock(session.connection())
        if reset:
            reset_demo(session)
        made = seed_demo(session, now)
        session.commit()
    return made


def seed_demo(session: Session, now: datetime) -> list[str]:
    """Make the demo customers that are missing, and anew those of an earlier day.

    Those made today stay as they are, with all that has happened to them since.
    """
    made = []
    for demo in DEMO_CUSTOMERS:
        present = session.get(CustomerRow, demo.id)
        if present and present.demo_day == now.date():
            continue
        _remove(session, demo.id)
        session.add(demo.make(now))
        made.append(demo.id)
    return made


def reset_demo(session: Session) -> None:
    """Remove the demo customers and all that belongs to them."""
    for demo in DEMO_CUSTOMERS:
        _remove(session, demo.id)


def _remove(session: Session, customer_id: str) -> None:
    session.execute(delete(IdempotencyRow).where(IdempotencyRow.customer_id == customer_id))
    if row := session.get(CustomerRow, customer_id):
        session.delete(row)
        session.flush()


def _contoso(now: datetime) -> CustomerRow:
    today = now.date()
    issued = today - timedelta(days=12)
    customer = new_customer(
        "C-1001",
        now,
        name="Contoso Nederland B.V.",
        kind="business",
        language="nl",
        currency="EUR",
        agreement_type="microsoft_customer_agreement",
        customer_since=date(2019, 3, 11),
        administrator="beheer@contoso.example",
        website="https://www.contoso.example",
        vat_number="NL123456789B13",
        established=1998,
        contact=Contact(name="Eva Corssen", email="crediteuren@contoso.example"),
        address=("Contoso Nederland B.V.", "Stationsplein 1", "1012 AB", "Amsterdam", "NL"),
    )
    # Still good for the charge of a month ago, no longer for that of eleven days ago.
    card = add_card(
        customer, "Visa", "4242", issued.replace(day=1) - timedelta(days=1), default=True
    )
    bank = add_bank_account(customer, "SEPA", "4300")
    profile = add_profile(customer, "Contoso Nederland", "owner", card)
    office = add_licenses(
        customer, "Microsoft 365 Business Standard", (15, 15), "14.30", issued, card, profile
    )
    power_bi = add_licenses(
        customer, "Power BI Pro", (5, 5), "9.40", today - timedelta(days=20), bank, profile
    )
    bill(customer, office, issued, license_lines(office))
    bill(customer, power_bi, today - timedelta(days=20), license_lines(power_bi))
    refuse_newest(customer, office, "card_expired", last_try=today - timedelta(days=4), tries=2)
    return customer


def _fabrikam(now: datetime) -> CustomerRow:
    today = now.date()
    customer = new_customer(
        "C-1002",
        now,
        name="Fabrikam Ltd",
        kind="business",
        language="en",
        currency="GBP",
        agreement_type="microsoft_customer_agreement",
        customer_since=date(2018, 6, 4),
        administrator="admin@fabrikam.example",
        website="https://www.fabrikam.example",
        vat_number="GB999999973",
        established=2004,
        contact=Contact(
            name="Oliver Lee", email="payables@fabrikam.example", phone="+44 20 7946 0123"
        ),
        address=("Fabrikam Ltd", "12 Market Street", "EC1A 1AA", "London", "GB"),
    )
    customer.invoice_request = InvoiceRequest(
        status="approved",
        submitted_on=today - timedelta(days=20),
        decided_on=today - timedelta(days=6),
    )
    card = add_card(customer, "Mastercard", "5100", end_of_month(today + 2 * YEAR), default=True)
    head_office = add_profile(customer, "Fabrikam Head Office", "owner", card, order="PO-7731")
    research = add_profile(customer, "Fabrikam Research", "invoice_manager", card)
    issued = today - timedelta(days=9)
    office = add_licenses(
        customer, "Microsoft 365 Business Premium", (25, 25), "16.60", issued, card, head_office
    )
    azure = add_azure(customer, "Azure plan", issued, card, research)
    bill(customer, office, issued, license_lines(office), tax_percent=20)
    usage = (("Virtual machines", "198.40"), ("Storage", "70.00"), ("Azure credits", "-187.60"))
    bill(customer, azure, issued, usage_lines("GBP", *usage), tax_percent=20)
    add_credit(customer, research, "Azure credit", "500.00", "312.40", today + timedelta(days=75))
    add_credit(
        customer, research, "Promotional credit", "100.00", "100.00", today + timedelta(days=20)
    )
    return customer


def _northwind(now: datetime) -> CustomerRow:
    today = now.date()
    issued = today - timedelta(days=21)
    customer = new_customer(
        "C-1003",
        now,
        name="Northwind Traders",
        kind="business",
        language="en",
        currency="EUR",
        agreement_type="online_services_program",
        customer_since=date(2020, 9, 1),
        administrator="admin@northwindtraders.example",
        website="https://www.northwindtraders.example",
        # The request form asks for what is missing here: VAT number, year and phone.
        vat_number=None,
        established=None,
        contact=Contact(name="Kim Akers", email="accounts@northwindtraders.example"),
        address=("Northwind Traders", "3 Harbour Road", "D01 F5P2", "Dublin", "IE"),
    )
    card = add_card(customer, "Visa", "1881", end_of_month(today + YEAR), default=True)
    office = add_licenses(
        customer, "Microsoft 365 Business Standard", (40, 28), "11.70", issued, card, None
    )
    azure = add_azure(customer, "Azure Pay-As-You-Go", issued, card, None)
    bill(customer, office, issued, license_lines(office))
    bill(customer, azure, issued, usage_lines("EUR", ("App Service", "146.00"), ("SQL", "36.35")))
    return customer


def _korenaar(now: datetime) -> CustomerRow:
    today = now.date()
    issued = today - timedelta(days=16)
    customer = new_customer(
        "C-1004",
        now,
        name="Bakkerij De Korenaar",
        kind="business",
        language="nl",
        currency="EUR",
        agreement_type="online_services_program",
        customer_since=date(2021, 2, 15),
        administrator="info@dekorenaar.example",
        website=None,
        vat_number=None,
        established=1974,
        contact=Contact(name="Ruud de Wit", email="info@dekorenaar.example"),
        address=("Bakkerij De Korenaar", "Dorpsstraat 18", "3811 CD", "Amersfoort", "NL"),
    )
    card = add_card(customer, "Mastercard", "8210", end_of_month(today + YEAR), default=True)
    office = add_licenses(
        customer, "Microsoft 365 Business Basic", (6, 6), "5.60", issued, card, None, yearly=True
    )
    bill(customer, office, issued, license_lines(office), periods=2, period=YEAR)
    charge, payment = customer.charges[-1], customer.payments[-1]
    charge.tries = 2
    charge.last_tried_at = payment.received_at = now - timedelta(hours=20)
    customer.past_due_notice = True
    return customer


def _adventure_works(now: datetime) -> CustomerRow:
    today = now.date()
    issued = today - timedelta(days=14)
    customer = new_customer(
        "C-1005",
        now,
        name="Adventure Works",
        kind="business",
        language="en",
        currency="USD",
        agreement_type="online_services_program",
        customer_since=date(2017, 11, 20),
        administrator="admin@adventureworks.example",
        website="https://www.adventureworks.example",
        vat_number=None,
        established=1991,
        contact=Contact(
            name="Terry Adams", email="ap@adventureworks.example", phone="+1 425 555 0142"
        ),
        address=("Adventure Works", "400 Lake Avenue", "98101", "Seattle", "US"),
    )
    customer.invoice_request = InvoiceRequest(
        status="pending",
        credit_check_running=True,
        legal_document_asked=True,
        submitted_on=today - timedelta(days=3),
    )
    card = add_card(customer, "American Express", "0005", end_of_month(today + YEAR), default=True)
    production = add_azure(customer, "Azure Production", issued, card, None)
    development = add_azure(customer, "Azure Development", issued, card, None)
    machines = ("Virtual machines", "1104.25"), ("Bandwidth", "136.50")
    bill(customer, production, issued, usage_lines("USD", *machines))
    bill(customer, development, issued, usage_lines("USD", ("Virtual machines", "212.10")))
    return customer


def _sanne_jansen(now: datetime) -> CustomerRow:
    today = now.date()
    issued = today - timedelta(days=7)
    customer = new_customer(
        "C-1006",
        now,
        name="Sanne Jansen",
        kind="private",
        language="nl",
        currency="EUR",
        agreement_type="online_services_program",
        customer_since=date(2023, 5, 30),
        administrator="sanne.jansen@post.example",
        website=None,
        vat_number=None,
        established=None,
        contact=Contact(name="Sanne Jansen", email="sanne.jansen@post.example"),
        address=("Sanne Jansen", "Lindelaan 5", "9711 EF", "Groningen", "NL"),
    )
    card = add_card(customer, "Visa", "6411", end_of_month(today + 2 * YEAR), default=True)
    azure = add_azure(customer, "Azure Pay-As-You-Go", issued, card, None)
    bill(customer, azure, issued, usage_lines("EUR", ("App Service", "23.80")), tax_percent=21)
    return customer


def _tailspin(now: datetime) -> CustomerRow:
    today = now.date()
    issued = today - timedelta(days=10)
    customer = new_customer(
        "C-1007",
        now,
        name="Tailspin China",
        kind="business",
        language="en",
        currency="CNY",
        agreement_type="online_services_program",
        customer_since=date(2022, 8, 8),
        administrator="admin@tailspin.example",
        website="https://www.tailspin.example",
        vat_number=None,
        established=2012,
        contact=Contact(name="Li Na", email="finance@tailspin.example"),
        address=("Tailspin China", "88 Century Avenue", "200120", "Shanghai", "CN"),
    )
    card = add_card(customer, "UnionPay", "0505", end_of_month(today + YEAR), default=True)
    azure = add_azure(customer, "Azure China Pay-As-You-Go", issued, card, None)
    machines = ("Virtual machines", "3860.00")
    bill(customer, azure, issued, usage_lines("CNY", machines), tax_percent=6)
    return customer


DEMO_CUSTOMERS = (
    DemoCustomer(
        "C-1001",
        "card expired, last charge refused twice, one subscription past due",
        _contoso,
    ),
    DemoCustomer(
        "C-1002",
        "Microsoft Customer Agreement, approved for pay by invoice, Azure credits",
        _fabrikam,
    ),
    DemoCustomer(
        "C-1003",
        "40 licenses bought, 28 assigned; nothing open, no invoice request yet",
        _northwind,
    ),
    DemoCustomer(
        "C-1004",
        "paid 20 hours ago, notice still shown; yearly billing",
        _korenaar,
    ),
    DemoCustomer(
        "C-1005",
        "Online Services Program, credit check running, legal document asked",
        _adventure_works,
    ),
    DemoCustomer(
        "C-1006",
        "a private person, nothing open: not eligible for pay by invoice",
        _sanne_jansen,
    ),
    DemoCustomer(
        "C-1007",
        "Azure in China: pay by invoice not available",
        _tailspin,
    ),
)
