"""The training examples themselves, and the checks that watch over them."""

from pathlib import Path

import pytest

from balie.content import LANGUAGES
from balie.nlu import data_checks
from balie.nlu.messages import Labelled

ROOT = Path(__file__).parents[2]
DEVELOPMENT = [ROOT / f"tests/nlu/development.{language}.yml" for language in LANGUAGES]


@pytest.fixture(scope="module")
def examples():
    return data_checks.read_all(data_checks.training_files(ROOT / "data"))


def test_no_example_belongs_to_two_intents(examples):
    assert data_checks.shared_between_intents(examples) == []


def test_no_example_is_nearly_one_of_another_intent(examples):
    assert data_checks.near_duplicates_across_intents(examples) == []


def test_no_example_stands_in_the_development_set(examples):
    assert data_checks.leaked(examples, data_checks.read_all(DEVELOPMENT)) == []


def test_there_are_enough_examples(examples):
    assert data_checks.too_few(examples) == []


def test_no_example_holds_personal_data(examples):
    assert data_checks.personal_data(examples) == []


def english(*texts, intent="past_due"):
    return [Labelled(text, "en", intent) for text in texts]


def test_a_text_of_two_intents_is_found_however_it_is_written():
    found = data_checks.shared_between_intents(
        english("I paid, twice!") + english("i PAID twice", intent="check_balance")
    )

    assert found == ["'i paid twice' is an example of check_balance and past_due"]


@pytest.mark.parametrize(
    "text", ["WHERE do I pay the overdue bill", "where do I pay the overdue bills?"]
)
def test_an_example_of_the_development_set_is_found_exactly_or_nearly(text):
    development = english("where do I pay the overdue bill?")

    assert data_checks.leaked(english(text), development)


def test_short_texts_are_no_near_duplicates():
    assert not data_checks.leaked(english("next one"), english("next ones"))


def test_near_duplicates_of_other_intents_are_found_and_those_of_one_are_not():
    text = "how long does the bank transfer take"
    same = english(text, f"{text}?!")

    assert data_checks.near_duplicates_across_intents(same) == []
    assert data_checks.near_duplicates_across_intents(same[:1] + english(f"so {text}")) == []
    assert (
        len(
            data_checks.near_duplicates_across_intents(
                same[:1] + english(f"{text}s", intent="check_balance")
            )
        )
        == 1
    )


def test_near_duplicates_are_all_found():
    texts = [f"question number {number} about the invoice of october" for number in range(30)]

    # Texts that differ in a number are all alike.
    assert len(list(data_checks.near_duplicates(english(*texts), english(*texts)))) == 30 * 30


def test_too_few_examples_are_told_for_each_language():
    found = data_checks.too_few(english("hi", intent="greet"))

    assert "greet has 1 of 40 examples in en" in found
    assert "greet has 0 of 40 examples in nl" in found


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("write to jan.jansen@example.com", "e-mail"),
        ("my account is NL91 ABNA 0417 1643 00", "IBAN"),
        ("the card is 4111 1111 1111 1111", "card"),
        ("call +31 6 12345678", "telephone"),
        ("bel 0612345678", "telephone"),
    ],
)
def test_personal_data_are_found(text, kind):
    [found] = data_checks.personal_data(english(text))[:1]

    assert kind in found


@pytest.mark.parametrize(
    "text", ["invoice G051120034", "factuur 7004412", "€ 1.249,00 on 31/08/2026", "error 0x8004"]
)
def test_invoice_numbers_and_amounts_are_no_personal_data(text):
    assert data_checks.personal_data(english(text)) == []
