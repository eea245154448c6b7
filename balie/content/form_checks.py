"""Tells whether an answer can be what a form's field asks for, and writes it in the usual way.

Each check finds the value in what was typed ("it is 1998, I think") and returns it, or None.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

import phonenumbers
from babel import Locale
from stdnum import get_cc_module
from stdnum.exceptions import ValidationError

from balie.content.folding import fold
from balie.content.languages import LANGUAGES, Language
from balie.content.matching import match_option
from balie.content.model import FormField

LONGEST_TEXT = 500
LONGEST_REFERENCE = 80
MASKED = "••••"  # what stands in place of digits that must not be stored

_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_FIRST_YEAR = 1000
_NUMBER = re.compile(r"(?<![\d.,-])\d{1,6}(?![\d.,]*\d)")
_EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@(?:[^\W_][\w-]*\.)+[^\W\d_]{2,}")
_URL = re.compile(
    r"(?:https?://)?(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_]{2,}(?::\d+)?(?:/\S*)?", re.I
)
# Where customers write numbers without the country's code, besides their company's own country.
_PHONE_COUNTRIES = ("NL", "BE", "DE", "GB", "IE", "US")
# A plus or a zero in front, or groups of digits; and a word of both letters and digits.
_DIALED = re.compile(r"(?<!\w)(?:\+|0)\d|\(\d+\)|\d[ ./-]\d")
_CODED = re.compile(r"\b(?=\w*\d)(?=\w*[^\W\d_])\w+")
_CODE = re.compile(r"[A-Za-z]{2}")
_ARTICLE = re.compile(r"^(?:in )?(?:the |de |het )?")
_END = ".,;:!?)"


@dataclass(frozen=True)
class Circumstances:
    """What a check has to know besides the answer.

    `company_name` and `company_address` are the account's, `country` the form's (ISO 3166-1
    alpha-2, or empty).
    """

    today: date
    country: str = ""
    company_name: str = ""
    company_address: str = ""


Check = Callable[[str, Circumstances], str | None]


def accept(
    field: FormField, text: str, language: Language, circumstances: Circumstances
) -> str | None:
    """The value for the field that `text` gives, or None; for a choice, the option's id.

    What is left of a number that was masked is no answer to anything.
    """
    if MASKED in text:
        return None
    if field.options:
        return match_option(field, text, language)
    return CHECKS[field.check](text.strip(), circumstances)


def find_email(text: str) -> str | None:
    """The one e-mail address that stands in the text."""
    found = _EMAIL.findall(text)
    return found[0] if len(found) == 1 else None


def is_begun(field: FormField, text: str, circumstances: Circumstances) -> bool:
    """Whether the text, though no answer, is the beginning of one: a VAT number's country.

    In small letters only the form's own country counts: "no" and "is" are words as well.
    """
    code = text.strip()
    own = code.upper() == circumstances.country
    known = code.isupper() and code in {*Locale("en").territories, "EL"}
    return field.check == "vat" and bool(_CODE.fullmatch(code)) and (own or known)


def country_name(code: str, language: Language) -> str:
    """The country's name; the code itself where there is none."""
    return str(Locale(language).territories.get(code, code))


def _text(text: str, _: Circumstances) -> str | None:
    plain = " ".join(text.split())
    return plain if plain and len(plain) <= LONGEST_TEXT and fold(plain) else None


def _company_name(text: str, circumstances: Circumstances) -> str | None:
    if not circumstances.company_name:
        return _text(text, circumstances)
    return circumstances.company_name if fold(text) == fold(circumstances.company_name) else None


def _company_address(text: str, circumstances: Circumstances) -> str | None:
    """The account's address: its words in any order, with or without the country."""
    known = circumstances.company_address
    if not known:
        return _text(text, circumstances)
    country = {
        word
        for language in LANGUAGES
        for word in fold(country_name(circumstances.country, language)).split()
    }
    said, wanted = (sorted(set(fold(each).split()) - country) for each in (text, known))
    return known if said == wanted else None


def _reference(text: str, circumstances: Circumstances) -> str | None:
    """A number or code that somebody gave out: neither words alone nor a phone number."""
    if _is_phone_number(text, circumstances.country):
        return None
    plain = _text(text, circumstances)
    coded = [word.strip(_END) for word in (plain or "").split() if any(map(str.isdigit, word))]
    found = coded[0] if len(coded) == 1 else plain
    return found if coded and found and len(found) <= LONGEST_REFERENCE else None


def _year(text: str, circumstances: Circumstances) -> str | None:
    found = set(_YEAR.findall(text))
    year = found.pop() if len(found) == 1 else ""
    return year if year and _FIRST_YEAR <= int(year) <= circumstances.today.year else None


def _number(text: str, _: Circumstances) -> str | None:
    found = _NUMBER.findall(text)
    return str(int(found[0])) if len(found) == 1 else None


def _email(text: str, _: Circumstances) -> str | None:
    return find_email(text)


def _url(text: str, _: Circumstances) -> str | None:
    found = [each.group() for each in _URL.finditer(text) if text[: each.start()][-1:] != "@"]
    if len(found) != 1:
        return None
    address = found[0].rstrip(_END)
    return address if "://" in address else f"https://{address}"


def _phone(text: str, circumstances: Circumstances) -> str | None:
    found = list(phonenumbers.PhoneNumberMatcher(text, circumstances.country or None))
    international = phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(found[0].number, international) if len(found) == 1 else None


def _is_phone_number(text: str, country: str) -> bool:
    """Whether a number is written as phone numbers are: digits alone may be any number."""
    if not _DIALED.search(text) or _CODED.search(text):
        return False
    countries = filter(None, (country, *_PHONE_COUNTRIES))
    return any(
        phonenumbers.PhoneNumberMatcher(text, each).has_next() for each in dict.fromkeys(countries)
    )


def _vat(text: str, circumstances: Circumstances) -> str | None:
    """A number that its country's rules accept; where there are no rules, anything with digits."""
    words = [word.strip(_END) for word in text.split()]
    for candidate in ("".join(words), *words):
        if (number := _vat_number(candidate, circumstances.country)) is not None:
            return number
    has_rules = circumstances.country and get_cc_module(circumstances.country.lower(), "vat")
    return None if has_rules else _plain_number(text)


def _vat_number(text: str, country: str) -> str | None:
    for code in dict.fromkeys((text[:2].upper(), country)):
        if not _CODE.fullmatch(code):
            continue
        module = get_cc_module("gr" if code == "EL" else code.lower(), "vat")
        try:
            number = str(module.validate(text)) if module else ""
        except ValidationError:
            continue
        if number:
            return number if number.startswith(code) else f"{code}{number}"
    return None


def _plain_number(text: str) -> str | None:
    plain = " ".join(text.split())
    return plain if any(char.isdigit() for char in plain) and len(plain) <= 30 else None


def _country(text: str, _: Circumstances) -> str | None:
    plain = text.strip(_END)
    if plain.isupper() and plain in Locale("en").territories and _CODE.fullmatch(plain):
        return plain
    return _countries().get(_ARTICLE.sub("", fold(plain)))


@cache
def _countries() -> Mapping[str, str]:
    """Country codes by the countries' names in every language."""
    return {
        fold(title): code
        for language in LANGUAGES
        for code, title in Locale(language).territories.items()
        if _CODE.fullmatch(code)
    }


CHECKS: Mapping[str, Check] = {
    "company_address": _company_address,
    "company_name": _company_name,
    "country": _country,
    "email": _email,
    "number": _number,
    "phone": _phone,
    "reference": _reference,
    "text": _text,
    "url": _url,
    "vat": _vat,
    "year": _year,
}
