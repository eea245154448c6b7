from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from pydantic import ValidationError

from balie.billing.models import Money, NewSupportRequest, Payment, PaymentMethod, Subscription

EURO = Money(amount=Decimal("11.70"), currency="EUR")
ADDRESS = {"name": "A", "street": "B", "postal_code": "C", "city": "D", "country": "NL"}


def subscription(**changes: object) -> Subscription:
    fields = {
        "id": "S1",
        "name": "Office",
        "product": "microsoft_365",
        "status": "active",
        "billing_frequency": "monthly",
        "next_billing_date": "2026-12-01",
        "licenses_bought": 40,
        "licenses_assigned": 28,
        "monthly_price_per_license": {"amount": "11.70", "currency": "EUR"},
        "payment_method_id": None,
        "billing_profile_id": None,
        "service_address": ADDRESS,
    }
    return Subscription.model_validate(fields | changes)


def test_money_is_a_decimal_string_in_json() -> None:
    assert EURO.model_dump_json() == '{"amount":"11.70","currency":"EUR"}'
    assert Money.model_validate_json('{"amount":"11.70","currency":"EUR"}') == EURO


@pytest.mark.parametrize("amount", ["11.7", "11", '"x"', '"NaN"', '"Infinity"', "null", "true"])
def test_money_is_nothing_but_a_decimal_string(amount: str) -> None:
    with pytest.raises(ValidationError):
        Money.model_validate_json(f'{{"amount":{amount},"currency":"EUR"}}')


def test_money_counts_exactly_and_in_one_currency() -> None:
    assert Money(amount=Decimal("140.40"), currency="EUR") == EURO * 12
    assert sum([EURO, EURO], start=Money.zero("EUR")) == EURO * 2
    assert EURO
    assert not Money.zero("EUR")
    with pytest.raises(ValueError, match="GBP cannot be added to EUR"):
        EURO + Money.zero("GBP")


def test_unassigned_licenses_cost_what_their_number_costs() -> None:
    assert subscription().licenses_unassigned == 12
    assert subscription().monthly_cost_of_unassigned == EURO * 12
    by_use = subscription(
        licenses_bought=None, licenses_assigned=None, monthly_price_per_license=None
    )
    assert by_use.licenses_unassigned == 0
    assert by_use.monthly_cost_of_unassigned is None


def test_a_card_is_good_on_its_last_day() -> None:
    card = PaymentMethod(
        id="PM1",
        type="card",
        label="Visa",
        last_four="4242",
        expires_on=date(2026, 8, 31),
        is_default=True,
    )
    assert not card.is_expired(date(2026, 8, 31))
    assert card.is_expired(date(2026, 9, 1))
    assert not card.model_copy(update={"expires_on": None}).is_expired(date(2026, 9, 1))


def test_a_payment_has_an_age() -> None:
    payment = Payment(
        invoice_number="E1",
        subscription_name="Office",
        amount=EURO,
        received_at=datetime(2026, 11, 20, 14, 0, tzinfo=UTC),
        last_four="4242",
    )
    assert payment.age(datetime(2026, 11, 21, 10, 0, tzinfo=UTC)) == timedelta(hours=20)


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValidationError):
        Payment.model_validate(
            {
                "invoice_number": "E1",
                "subscription_name": "Office",
                "amount": EURO,
                "received_at": "2026-11-20T14:00:00",
                "last_four": None,
            }
        )


def test_more_than_the_last_four_digits_are_refused_and_not_repeated() -> None:
    with pytest.raises(ValidationError) as caught:
        PaymentMethod.model_validate(
            {
                "id": "PM1",
                "type": "card",
                "label": "Visa",
                "last_four": "4111111111111111",
                "expires_on": None,
                "is_default": True,
            }
        )
    assert "4111111111111111" not in str(caught.value)


def test_fields_that_are_not_known_are_ignored() -> None:
    assert subscription(color="blue") == subscription()


def test_a_support_request_loses_what_no_database_takes() -> None:
    request = NewSupportRequest(kind="billing", subject="a\x00b", details="c\x00", language="nl")
    assert (request.subject, request.details) == ("ab", "c")
