"""Comparing what people type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balie.content import fold


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Één  ding!", "een ding"),
        ("It's MINE.", "its mine"),
        ("It’s mine", "its mine"),
        ("e-mail/adres", "e mail adres"),
        ("ﬁnanciën", "financien"),
        ("STRASSE straße", "strasse strasse"),
        ("snake_case", "snake case"),
        ("?!", ""),
    ],
)
def test_case_punctuation_and_diacritics_do_not_count(typed, folded):
    assert fold(typed) == folded


@given(st.text())
def test_folded_text_stays_as_it_is(text):
    assert fold(fold(text)) == fold(text)
