from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from balie.billing.database import migrate, open_engine
from balie.billing.demo import DEMO_CUSTOMERS, reset_demo, seed_demo
from balie.billing.events import happen
from balie.billing.models import Balance, Charge, PaymentMethod, Subscription
from balie.billing.queries import balance, find_customer, invoice_eligibility
from balie.billing.tables import CustomerRow, IdempotencyRow, InvoiceRow, Row

ALL = [demo.id for demo in DEMO_CUSTOMERS]
# A leap day, both ends of a year and of a month: dates are where demo data breaks.
DAYS = [
    datetime(2026, 11, 21, 10, tzinfo=UTC),
    datetime(2027, 1, 1, 0, 30, tzinfo=UTC),
    datetime(2028, 2, 29, 23, 30, tzinfo=UTC),
    datetime(2027, 3, 31, 12, tzinfo=UTC),
    datetime(2027, 12, 12, 12, tzinfo=UTC),
]


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    url = f"sqlite:///{tmp_path / 'billing.db'}"
    migrate(url)
    engine = open_engine(url)
    with Session(engine) as session:
        yield session
    engine.dispose()


@pytest.fixture(params=DAYS, ids=lambda day: day.date().isoformat())
def now(request: pytest.FixtureRequest, session: Session) -> datetime:
    """A day on which the demo customers have been made."""
    seed_demo(session, request.param)
    session.commit()
    moment: datetime = request.param
    return moment


def subscriptions(customer: CustomerRow) -> list[Subscription]:
    return [Subscription.model_validate(row) for row in customer.subscriptions]


def failed_charges(customer: CustomerRow) -> list[Charge]:
    charges = [Charge.model_validate(row) for row in customer.charges]
    return [charge for charge in charges if charge.status == "failed"]


def count_rows(session: Session) -> int:
    tables = Row.metadata.sorted_tables
    return sum(session.scalar(select(func.count()).select_from(table)) or 0 for table in tables)


def test_C1001_has_an_expired_card_and_a_charge_refused_twice(
    session: Session, now: datetime
) -> None:
    customer = find_customer(session, "C-1001")
    card = PaymentMethod.model_validate(customer.payment_methods[0])
    [charge] = failed_charges(customer)
    invoice = customer.invoices[0]
    assert (customer.name, customer.language) == ("Contoso Nederland B.V.", "nl")
    assert card.is_expired(now.date())
    assert (charge.tries, charge.decline_reason, charge.last_four) == (2, "card_expired", "4242")
    assert (charge.amount.amount, charge.amount.currency) == (Decimal("214.50"), "EUR")
    assert charge.last_tried_at.date() == now.date() - timedelta(days=4)
    assert charge.next_try_on == now.date() + timedelta(days=3)
    assert charge.retry_until is not None
    assert timedelta(weeks=3) <= charge.retry_until - invoice.invoice_date <= timedelta(weeks=4)
    assert [s.status for s in subscriptions(customer)] == ["past_due", "active"]
    open_balance: Balance = balance(customer)
    assert [b.amount.amount for b in open_balance.subscriptions] == [Decimal("214.50")]
    assert open_balance.past_due_notice


def test_a_card_was_good_for_every_charge_that_it_paid(session: Session, now: datetime) -> None:
    for customer in session.scalars(select(CustomerRow)):
        methods = {row.id: PaymentMethod.model_validate(row) for row in customer.payment_methods}
        for charge in (Charge.model_validate(row) for row in customer.charges):
            method = methods[charge.payment_method_id or ""]
            paid_with_expired = method.is_expired(charge.last_tried_at.date())
            assert paid_with_expired == (charge.decline_reason == "card_expired")


def test_C1002_is_approved_for_pay_by_invoice_and_has_credits(
    session: Session, now: datetime
) -> None:
    customer = find_customer(session, "C-1002")
    eligibility = invoice_eligibility(customer)
    assert eligibility.eligible
    assert eligibility.request.status == "approved"
    assert eligibility.agreement_type == "microsoft_customer_agreement"
    assert [profile.role for profile in customer.billing_profiles] == ["owner", "invoice_manager"]
    assert [credit.expires_on > now.date() for credit in customer.credits] == [True, True]


def test_C1003_pays_for_twelve_licenses_that_nobody_holds(session: Session, now: datetime) -> None:
    customer = find_customer(session, "C-1003")
    office = subscriptions(customer)[0]
    assert (office.licenses_bought, office.licenses_assigned) == (40, 28)
    assert office.licenses_unassigned == 12
    assert office.monthly_cost_of_unassigned is not None
    assert office.monthly_cost_of_unassigned.amount == Decimal("140.40")
    assert office.billing_frequency == "monthly"
    assert office.next_billing_date > now.date()
    eligibility = invoice_eligibility(customer)
    assert (eligibility.eligible, eligibility.request.status) == (True, "none")
    assert not eligibility.open_charges


def test_C1004_paid_twenty_hours_ago_and_still_sees_the_notice(
    session: Session, now: datetime
) -> None:
    customer = find_customer(session, "C-1004")
    seen = balance(customer)
    assert seen.last_payment is not None
    assert seen.last_payment.age(now) == timedelta(hours=20)
    assert not seen.total
    assert seen.past_due_notice
    assert subscriptions(customer)[0].billing_frequency == "yearly"


def test_C1005_waits_for_a_credit_check_and_a_legal_document(
    session: Session, now: datetime
) -> None:
    eligibility = invoice_eligibility(find_customer(session, "C-1005"))
    assert eligibility.agreement_type == "online_services_program"
    assert eligibility.request.status == "pending"
    assert eligibility.request.credit_check_running
    assert eligibility.request.legal_document_asked
    assert eligibility.request.submitted_on == now.date() - timedelta(days=3)


@pytest.mark.parametrize(
    ("customer_id", "reason"), [("C-1006", "private_person"), ("C-1007", "region_not_supported")]
)
def test_C1006_and_C1007_cannot_pay_by_invoice(
    session: Session, now: datetime, customer_id: str, reason: str
) -> None:
    eligibility = invoice_eligibility(find_customer(session, customer_id))
    assert not eligibility.eligible
    assert eligibility.reasons == [reason]
    assert not eligibility.open_charges


def test_invoices_add_up_and_lie_in_the_past(session: Session, now: datetime) -> None:
    invoices = session.scalars(select(InvoiceRow)).all()
    assert len(invoices) > 20
    for invoice in invoices:
        assert sum(line.amount.amount for line in invoice.lines) == invoice.total.amount
        assert invoice.period_from < invoice.period_to < invoice.invoice_date <= now.date()
        assert invoice.due_date == invoice.invoice_date + timedelta(days=30)
    for customer in session.scalars(select(CustomerRow)):
        assert all(s.next_billing_date > now.date() for s in customer.subscriptions)


def test_seeding_twice_a_day_changes_nothing(session: Session) -> None:
    assert seed_demo(session, DAYS[0]) == ALL
    before = count_rows(session)
    happen("payment_arrives", find_customer(session, "C-1001"), DAYS[0])
    session.flush()
    assert seed_demo(session, DAYS[0] + timedelta(hours=12)) == []
    assert count_rows(session) == before + 1  # the payment
    assert not balance(find_customer(session, "C-1001")).total


def test_demo_customers_of_an_earlier_day_are_made_anew(session: Session) -> None:
    seed_demo(session, DAYS[0])
    happen("payment_arrives", find_customer(session, "C-1001"), DAYS[0])
    session.add(IdempotencyRow(customer_id="C-1001", key="k", fingerprint="f", created_at=DAYS[0]))
    session.flush()
    before = count_rows(session) - 2  # the payment and the key
    assert seed_demo(session, DAYS[0] + timedelta(days=1)) == ALL
    session.flush()
    assert count_rows(session) == before
    assert find_customer(session, "C-1001").demo_day == date(2026, 11, 22)
    assert balance(find_customer(session, "C-1001")).total


def test_reset_leaves_nothing_of_the_demo_and_all_of_the_rest(session: Session) -> None:
    seed_demo(session, DAYS[0])
    own = DEMO_CUSTOMERS[0].make(DAYS[0])
    for rows in ("subscriptions", "invoices", "charges", "payments", "billing_profiles"):
        setattr(own, rows, [])
    own.payment_methods = []
    own.id, own.demo_day = "OURS-1", None
    session.add(own)
    session.flush()
    reset_demo(session)
    session.flush()
    assert [row.id for row in session.scalars(select(CustomerRow))] == ["OURS-1"]
    assert count_rows(session) == 1
