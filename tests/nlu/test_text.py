"""Folding makes spellings of one word equal."""

import pytest

from balie.nlu.text import fold, fold_token, has_word, well_formed


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Café", "cafe"),
        ("DOMICILIËRING", "domiciliering"),
        ("Straße", "strasse"),
        ("ｃａｒｄ", "card"),
        ("ca\u200brd", "card"),
        ("ﬁle", "file"),
        ("\ud800x", "x"),
    ],
)
def test_case_accents_and_invisible_characters_do_not_count(text, folded):
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("token", "folded"),
    [
        ("214,50", "0.00"),
        ("1.249,00", "0.00"),
        ("€12.99", "0.00"),
        ("2026", "0"),
        ("12/05", "0"),
        ("٣٤", "0"),
        ("E5", "e5"),
        ("card", "card"),
    ],
)
def test_numbers_become_one_of_two_words(token, folded):
    assert fold_token(token) == folded


@pytest.mark.parametrize("text", ["\ud800a\udc00", "\u200b\u2060kaart", "kaart", "", "\u200b"])
def test_well_formed_text_has_the_same_length_and_can_be_encoded(text):
    whole = well_formed(text)

    assert len(whole) == len(text)
    assert whole.encode().decode() == whole


def test_invisible_characters_do_not_hide_the_first_word():
    assert well_formed("\u200b\u2060kaart") == "  kaart"


@pytest.mark.parametrize(
    ("text", "has"), [("ok", True), ("2", True), ("👍", False), ("?!", False), ("", False)]
)
def test_a_word_has_a_letter_or_a_digit(text, has):
    assert has_word(text) is has
