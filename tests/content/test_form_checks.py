"""What is typed into a form's field: found, checked and written in the usual way, or refused."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balie.content import vocabulary
from balie.content.form_checks import (
    CHECKS,
    Circumstances,
    accept,
    country_name,
    find_email,
    is_begun,
)
from balie.content.model import FormField

TODAY = date(2026, 11, 21)
ADDRESS = "3 Harbour Road, D01 F5P2 Dublin"
TEXT = {"en": "Text.", "nl": "Tekst."}


def check(kind: str, text: str, country: str = "", company: str = "") -> str | None:
    field = FormField.model_validate({"id": "f", **TEXT, "label": TEXT, "check": kind})
    return accept(field, text, "en", Circumstances(TODAY, country, company, ADDRESS))


def test_every_name_for_writers_has_a_check():
    assert CHECKS.keys() == vocabulary.FIELD_CHECKS


@pytest.mark.parametrize(
    ("typed", "year"),
    [
        ("1998", "1998"),
        ("In 1998.", "1998"),
        ("2026", "2026"),
        ("2027", None),
        ("98", None),
        ("0998", None),
        ("19981", None),
        ("1998 or 1999", None),
        ("", None),
    ],
)
def test_year(typed, year):
    assert check("year", typed) == year


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("kim@northwind.example", "kim@northwind.example"),
        ("it is kim.akers@mail.northwind.example.", "kim.akers@mail.northwind.example"),
        ("kim@northwind", None),
        ("kim at northwind.example", None),
        ("a@b.nl or c@d.nl", None),
        ("@b.nl", None),
    ],
)
def test_email(typed, address):
    assert check("email", typed) == address


@pytest.mark.parametrize(
    ("typed", "country", "number"),
    [
        ("+353 1 234 5678", "", "+353 1 234 5678"),
        ("(01) 234 5678", "IE", "+353 1 234 5678"),
        ("call 020-794 6012 please", "NL", "+31 20 794 6012"),
        ("020 794 6012", "", None),
        ("12345", "NL", None),
        ("+31 20 79", "NL", None),
        ("no number", "NL", None),
    ],
)
def test_phone(typed, country, number):
    assert check("phone", typed, country) == number


@pytest.mark.parametrize(
    ("typed", "country", "number"),
    [
        ("IE6388047V", "IE", "IE6388047V"),
        ("6388047V", "IE", "IE6388047V"),
        ("it is ie 6388047 v", "IE", None),
        ("IE 6388047 V", "IE", "IE6388047V"),
        ("our number is IE6388047V.", "IE", "IE6388047V"),
        ("NL123456789B13", "IE", "NL123456789B13"),
        ("NL123456789B14", "NL", None),
        ("123456789B13", "NL", "NL123456789B13"),
        ("IE6388047W", "IE", None),
        ("none", "IE", None),
        ("94-1234567", "US", "94-1234567"),
        ("none", "US", None),
    ],
)
def test_vat(typed, country, number):
    assert check("vat", typed, country) == number


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("https://www.northwind.example/about", "https://www.northwind.example/about"),
        ("www.northwind.example", "https://www.northwind.example"),
        ("It is northwind.example.", "https://northwind.example"),
        ("northwind", None),
        ("kim@northwind.example", None),
        ("javascript:alert(1)", None),
    ],
)
def test_url(typed, address):
    assert check("url", typed) == address


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Ireland", "IE"),
        ("Ierland", "IE"),
        ("the Netherlands", "NL"),
        ("belgie", "BE"),
        ("in Duitsland", "DE"),
        ("NL", "NL"),
        ("no", None),
        ("XX", None),
        ("Narnia", None),
    ],
)
def test_country(typed, code):
    assert check("country", typed) == code


def test_country_is_named_in_the_language():
    assert country_name("IE", "nl") == "Ierland"
    assert country_name("IE", "en") == "Ireland"
    assert country_name("?", "en") == "?"


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Northwind Traders", "Northwind Traders"),
        ("northwind traders.", "Northwind Traders"),
        ("Northwind", None),
        ("Northwind Traders Ltd", None),
    ],
)
def test_company_name_is_the_account_s(typed, name):
    assert check("company_name", typed, company="Northwind Traders") == name


def test_company_name_may_be_any_where_the_account_has_none():
    assert check("company_name", "Northwind") == "Northwind"


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("40", "40"),
        ("40 cores", "40"),
        ("40 to 80", None),
        ("-4", None),
        ("2.5", None),
        ("x", None),
    ],
)
def test_number(typed, number):
    assert check("number", typed) == number


@pytest.mark.parametrize(
    ("typed", "text"),
    [("  a \n b ", "a b"), ("?!", None), ("", None), ("x" * 501, None)],
)
def test_text(typed, text):
    assert check("text", typed) == text


@pytest.mark.parametrize("kind", sorted(CHECKS))
@given(st.text(max_size=60))
def test_what_is_accepted_is_accepted_again(kind, typed):
    found = check(kind, typed, "IE", "Northwind Traders")

    assert found is None or check(kind, found, "IE", "Northwind Traders") == found


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("3 Harbour Road, D01 F5P2 Dublin", ADDRESS),
        ("3 harbour road Dublin D01 F5P2, Ireland", ADDRESS),
        ("5 Harbour Road, D01 F5P2 Dublin", None),
        ("Harbour Road", None),
        ("Ireland", None),
        ("", None),
    ],
)
def test_company_address(typed, address):
    assert check("company_address", typed, "IE") == address


@pytest.mark.parametrize(
    ("typed", "reference"),
    [
        ("E0400XYZ12", "E0400XYZ12"),
        ("it is  12-345.", "12-345"),
        ("12 345  678", "12 345 678"),
        ("I want to change the year", None),
        ("1" * 81, None),
        ("", None),
    ],
)
def test_reference(typed, reference):
    assert check("reference", typed) == reference


@pytest.mark.parametrize(
    "typed",
    [
        "+31 20 500 1500",
        "020-5001500",
        "06 12345678",
        "0612345678",
        "it is (01) 234 5678",
        "0800-0113",
    ],
)
@pytest.mark.parametrize("country", ["", "NL", "IE"])
def test_a_phone_number_is_no_reference(typed, country):
    assert check("reference", typed, country) is None


@pytest.mark.parametrize(
    ("typed", "begun"),
    [
        ("IE", True),
        ("NL", True),
        ("EL", True),
        ("ie", True),
        ("nl", False),
        ("hi", False),
        ("no", False),
        ("OK", False),
        ("IE6388047V", False),
        ("", False),
    ],
)
def test_a_country_alone_is_the_beginning_of_a_vat_number(typed, begun):
    field = FormField.model_validate({"id": "f", **TEXT, "label": TEXT, "check": "vat"})
    known = Circumstances(TODAY, "IE")
    assert is_begun(field, typed, known) is begun
    other = field.model_copy(update={"check": "text"})
    assert not is_begun(other, typed, known)


def test_an_address_is_found_among_words():
    assert find_email("mail me at kim@northwind.example, please") == "kim@northwind.example"
    assert find_email("kim@northwind.example or a@b.nl") is None
    assert find_email("no address") is None
