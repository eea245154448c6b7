"""Options are found in what people type, and never guessed."""

import pytest

from balie.content.matching import match_option, mentions_option
from balie.content.model import Question

CARD = Question.model_validate(
    {
        "ask": "card_owner",
        "en": "Is the card yours?",
        "nl": "Is het uw kaart?",
        "options": {
            "own": {
                "en": "Yes",
                "nl": "Ja",
                "says": {"en": ["my own card", "it's mine"], "nl": ["van mij", "mijn kaart"]},
            },
            "other": {
                "en": "No",
                "nl": "Nee",
                "says": {"en": ["not my own card", "my boss"], "nl": ["niet van mij", "mijn baas"]},
            },
        },
    }
)
FREQUENCY = Question.model_validate(
    {
        "ask": "frequency",
        "en": "Which one?",
        "nl": "Welke?",
        "options": {
            "monthly": {"en": "Every month", "nl": "Elke maand"},
            "quarterly": {"en": "Every quarter", "nl": "Elk kwartaal", "says": {"en": ["die"]}},
            "yearly": {"en": "Every year", "nl": "Elk jaar", "says": {"nl": ["die"]}},
        },
    }
)


@pytest.mark.parametrize(
    ("typed", "option"),
    [
        ("Yes", "own"),
        ("JA!", "own"),
        ("ja hoor", "own"),
        ("yes please", "own"),
        ("nee.", "other"),
        ("Its mine", "own"),
        ("het is mijn kaart", "own"),
        ("Nee, die is van mijn baas", "other"),
        ("no, it is not my own card", "other"),
        ("die kaart is niet van mij", "other"),
        ("Ja: van mij", "own"),
        ("1", "own"),
        ("optie 2", "other"),
        ("de eerste", "own"),
        ("the second one", "other"),
        ("ik neem de laatste", "other"),
    ],
)
def test_option_is_found(typed, option):
    assert match_option(CARD, typed, "nl") == option


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "?!",
        "what do you mean",
        "no idea",
        "ja maar hoe weet ik dat",
        "yes and no",
        "is it my own card or my boss his card",
        "it isn't my own card, I think: my own card is blue",
        "3",
        "the fifth one",
        "noted",
        "jarenlang",
    ],
)
def test_unclear_answer_is_no_answer(typed):
    assert match_option(CARD, typed, "en") is None


def test_other_language_is_understood():
    assert match_option(FREQUENCY, "elk kwartaal graag", "en") == "quarterly"


@pytest.mark.parametrize(("language", "option"), [("en", "quarterly"), ("nl", "yearly")])
def test_languages_that_contradict_are_settled_by_the_conversation(language, option):
    assert match_option(FREQUENCY, "die", language) == option


def test_options_are_counted_in_their_order():
    typed = ("de derde", "third", "3", "last")
    assert {match_option(FREQUENCY, each, "nl") for each in typed} == {"yearly"}


@pytest.mark.parametrize(
    ("text", "mentions"),
    [
        ("what does it mean that I die", True),
        ("die", False),
        ("die, I think", False),
        ("2", False),
        ("every month if that is possible", False),
    ],
)
def test_a_single_word_amid_others_is_only_a_mention(text, mentions):
    assert mentions_option(FREQUENCY, text) == mentions
