"""Fills values into writers' texts, formatted as the language wants them.

Placeholders are names in braces and nothing more: no attributes, no format codes. Values that
come from outside lose their bold marks and line breaks, so that a product's name cannot change
what a text looks like.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol, runtime_checkable
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time, get_datetime_format
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, format_percent

from balie.content.languages import Language
from balie.content.model import Variant
from balie.settings import load_settings

PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_LOCALES: dict[Language, str] = {"en": "en_US", "nl": "nl_NL"}


class Rendered(str):
    """A text made by `render`: its bold marks and line breaks are the writers'."""

    __slots__ = ()


@dataclass(frozen=True)
class Money:
    """An amount in one currency (ISO 4217)."""

    amount: Decimal
    currency: str


@dataclass(frozen=True)
class Percent:
    """A share; 0.21 is 21 %."""

    value: Decimal


@runtime_checkable
class Amount(Protocol):
    """Anything that says how much money it is, such as the billing backend's own type."""

    @property
    def amount(self) -> Decimal: ...

    @property
    def currency(self) -> str: ...


def render(template: str, values: Mapping[str, object], language: Language) -> Rendered:
    """`template` with each `{name}` replaced by its value.

    Raises KeyError for a placeholder that has no value.
    """
    return Rendered(
        PLACEHOLDER.sub(lambda found: format_value(values[found[1]], language), template)
    )


def render_variant(
    variant: Variant,
    values: Mapping[str, object],
    language: Language,
    items: Iterable[Mapping[str, object]] = (),
) -> Rendered:
    """An account text, with one line of `variant.item` for each of `items` at `{items}`."""
    line = variant.item[language] if variant.item else ""
    lines = Rendered("\n".join(render(line, each, language) for each in items))
    return render(variant[language], {**values, "items": lines}, language)


def format_value(value: object, language: Language) -> str:
    """`value` as people write it: "€ 214,50", "November 3, 2026", "a, b en c"."""
    locale = _LOCALES[language]
    match value:
        case Rendered():
            return value
        case str():
            return " ".join(value.replace("**", "").split())
        case int() | Decimal():
            return str(format_decimal(value, locale=locale))
        case Percent():
            return str(format_percent(value.value, locale=locale, decimal_quantization=False))
        case datetime():
            return _format_moment(value, locale)
        case date():
            return str(format_date(value, "long", locale=locale))
        case list() | tuple():
            return str(format_list([format_value(each, language) for each in value], locale=locale))
        case Amount():
            return str(format_currency(value.amount, value.currency, locale=locale))
    raise TypeError(f"a text cannot hold a {type(value).__name__}")


def day_of(moment: datetime) -> date:
    """The day on which a moment is, where the help desk is."""
    return _local(moment).date()


def _local(moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo(load_settings().time_zone)) if moment.tzinfo else moment


def _format_moment(moment: datetime, locale: str) -> str:
    """Day and time; a moment with a time zone is told in the help desk's own."""
    moment = _local(moment)
    day = format_date(moment, "long", locale=locale)
    time = format_time(moment.time(), "short", locale=locale)
    return str(get_datetime_format("long", locale=locale)).format(time, day)
