"""Values stand in texts as each language writes them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from balie.billing import models as billing
from balie.content import Money, Percent, Rendered, Variant, day_of, render, render_variant

NBSP = "\u00a0"


@pytest.mark.parametrize(
    ("value", "en", "nl"),
    [
        (Money(Decimal("214.5"), "EUR"), "€214.50", f"€{NBSP}214,50"),
        (Money(Decimal("1214.5"), "USD"), "$1,214.50", f"US${NBSP}1.214,50"),
        (date(2026, 11, 3), "November 3, 2026", "3 november 2026"),
        (40000, "40,000", "40.000"),
        (Decimal("2.5"), "2.5", "2,5"),
        (Percent(Decimal("0.21")), "21%", "21%"),
        (["a", "b", "c"], "a, b, and c", "a, b en c"),
        (("one",), "one", "one"),
        ("plain", "plain", "plain"),
    ],
)
def test_value_is_written_as_the_language_does(value, en, nl):
    assert render("{x}", {"x": value}, "en") == en
    assert render("{x}", {"x": value}, "nl") == nl


def test_moment_is_told_in_the_help_desks_time_zone():
    moment = datetime(2026, 11, 3, 23, 30, tzinfo=UTC)

    assert render("{x}", {"x": moment}, "nl") == "4 november 2026, 00:30"
    assert render("{x}", {"x": moment}, "en").replace("\u202f", " ") == "November 4, 2026, 12:30 AM"


def test_the_day_of_a_moment_begins_at_the_help_desks_midnight():
    assert day_of(datetime(2026, 11, 3, 22, 59, tzinfo=UTC)) == date(2026, 11, 3)
    assert day_of(datetime(2026, 11, 3, 23, 1, tzinfo=UTC)) == date(2026, 11, 4)


def test_money_of_the_billing_backend_is_money_too():
    amount = billing.Money(amount=Decimal("9.90"), currency="EUR")

    assert render("{x}", {"x": amount}, "nl") == f"€{NBSP}9,90"


def test_placeholder_without_value_is_an_error():
    with pytest.raises(KeyError):
        render("{amount}", {}, "en")


def test_value_that_no_text_can_hold_is_an_error():
    with pytest.raises(TypeError):
        render("{x}", {"x": object()}, "en")


@pytest.mark.parametrize("template", ["{x.y}", "{x[0]}", "{x!r}", "{x:>10}", "{}", "{X}", "{{x"])
def test_only_plain_names_are_placeholders(template):
    assert render(template, {"x": "value"}, "en") == template


def test_value_from_outside_cannot_change_what_a_text_looks_like():
    assert render("**{x}**!", {"x": "a** b\n\nc {y}"}, "en") == "**a b c {y}**!"


def test_rendered_text_keeps_its_bold_and_lines():
    inner = render("**{x}**\nnext", {"x": "a"}, "en")

    assert isinstance(inner, Rendered)
    assert render("See: {inner}", {"inner": inner}, "en") == "See: **a**\nnext"


def test_list_gets_a_line_for_each_item():
    variant = Variant.model_validate(
        {
            "en": "{amount} is open:\n{items}",
            "nl": "{amount} staat open:\n{items}",
            "item": {"en": "**{name}**: {amount}", "nl": "**{name}**: {amount}"},
        }
    )
    euro = Money(Decimal("1"), "EUR")
    items = [{"name": "Azure", "amount": euro}, {"name": "Business", "amount": euro}]

    text = render_variant(variant, {"amount": euro}, "en", items)

    assert text == "€1.00 is open:\n**Azure**: €1.00\n**Business**: €1.00"
