"""Tokens with lemmas, in the message's language."""

import pytest
from rasa.shared.nlu.training_data.message import Message

from balie.nlu.tokenizer import LemmaTokenizer


def tokens(text, language):
    message = Message({"text": text, "language": language})
    LemmaTokenizer(LemmaTokenizer.get_default_config()).process([message])
    return message.get("text_tokens")


@pytest.mark.parametrize(
    ("text", "language", "lemmas"),
    [
        ("The CARDS were refused", "en", ["the", "card", "be", "refuse"]),
        ("Facturen geweigerd", "nl", ["factuur", "weigeren"]),
        ("refused", "nl", ["refused"]),
    ],
)
def test_lemmas_are_those_of_the_language(text, language, lemmas):
    assert [token.lemma for token in tokens(text, language)] == lemmas


def test_tokens_stand_where_they_were_typed():
    text = "  mijn  kaart,\n waarom?"

    assert [text[t.start : t.end] for t in tokens(text, "nl")] == [
        "mijn",
        "kaart",
        ",",
        "waarom",
        "?",
    ]


def test_a_message_without_language_is_tokenized_all_the_same():
    assert [token.text for token in tokens("my card", None)] == ["my", "card"]


def test_a_letter_that_is_longer_in_lower_case_moves_no_token():
    text = "İİ kaart"

    assert [text[t.start : t.end] for t in tokens(text, "nl")] == ["İİ", "kaart"]
