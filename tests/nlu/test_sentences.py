"""Words of a sentence, and where a message may ask two things."""

import pytest
from rasa.shared.nlu.training_data.message import Message

from balie.nlu.sentences import MOST_SPLITS, sentence, splits
from balie.nlu.tokenizer import LemmaTokenizer


def tokens(text, language="en"):
    message = Message({"text": text, "language": language})
    LemmaTokenizer({}).process([message])
    return message.get("text_tokens")


def parts(text, language="en"):
    return [(left.text, right.text) for left, right in splits(tokens(text, language))]


def test_words_are_folded_and_punctuation_is_left_out():
    found = sentence(tokens("Why, were 2 CARDS refused?!"))

    assert found.forms == ("why", "were", "0", "cards", "refused")
    assert found.lemmas[3] == "card"


def test_the_text_of_a_sentence_is_as_it_was_typed():
    assert sentence(tokens("can't pay,  help")).text == "can't pay, help"


@pytest.mark.parametrize(
    ("text", "language", "split"),
    [
        (
            "my card was refused and can I also pay by invoice",
            "en",
            ("my card was refused", "and can I also pay by invoice"),
        ),
        (
            "Mijn kaart is geweigerd. Kan ik ook op factuur betalen?",
            "nl",
            ("Mijn kaart is geweigerd.", "Kan ik ook op factuur betalen?"),
        ),
        (
            "where is my invoice? how do I add a card",
            "en",
            ("where is my invoice?", "how do I add a card"),
        ),
    ],
)
def test_a_message_is_cut_where_something_is_added(text, language, split):
    assert split in parts(text, language)


@pytest.mark.parametrize(
    "text",
    [
        "We moved to another bank last week. The payment failed this morning.",
        "hello, my card was refused",
        "we paid it on Monday and it is still overdue",
        "maandag betaald en hij staat nog steeds open",
        "yes and no",
        "why was my card refused?",
        "",
    ],
)
def test_a_message_that_adds_nothing_is_not_cut(text):
    # "another" stands too far from the start of any part to begin one.
    assert not [split for split in parts(text) if "another" not in split[1]]


def test_a_long_message_is_cut_a_few_times_only():
    assert len(splits(tokens("we paid the bill and " * 50))) == MOST_SPLITS


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("WHY WAS MY CARD REFUSED?", "why was my card refused?"),
        ("my VAT number", "my VAT number"),
        ("123 !?", "123 !?"),
    ],
)
def test_shouting_is_read_as_if_said(typed, read):
    assert sentence(tokens(typed)).text == read
