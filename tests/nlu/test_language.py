"""Whose language a message is in."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balie.nlu.data_checks import read_all, training_files
from balie.nlu.language_model import LanguageModel, NoLanguage

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture(scope="module")
def model():
    examples = read_all(training_files(DATA))[::4]
    texts, languages = zip(*((e.text, e.language) for e in examples), strict=True)
    return LanguageModel(prior=0.9).fit(texts, languages)


@pytest.mark.parametrize("text", ["ok", "2", "yes", "ja", "thank you", "no", "€ 12", "👍", "?", ""])
@pytest.mark.parametrize("language", ["en", "nl"])
def test_a_word_or_two_never_change_the_language(model, text, language):
    assert model.detect(text, language) == language


@pytest.mark.parametrize(
    "text",
    [
        "waar zie ik mijn billing profile en de invoice section",
        "ik wil de subscription upgraden naar Business Premium",
        "mijn credit card is declined bij de checkout, wat nu",
        "kan de global admin de payment method aanpassen",
    ],
)
@pytest.mark.parametrize("expected", ["nl", None])
def test_english_terms_in_a_dutch_sentence_leave_it_dutch(model, text, expected):
    assert model.detect(text, expected) == "nl"


@pytest.mark.parametrize(
    ("text", "expected", "language"),
    [
        ("I would rather go on in English if that is possible", "nl", "en"),
        ("where can I find the invoice of last month", "nl", "en"),
        ("ik heb gisteren al betaald en de melding staat er nog", "en", "nl"),
        ("waar vind ik de rekening van vorige maand", "en", "nl"),
    ],
)
def test_a_whole_sentence_in_the_other_language_changes_it(model, text, expected, language):
    assert model.detect(text, expected) == language


@pytest.mark.parametrize(
    "text",
    [
        "/check_balance now please",
        "<script>alert('the card was refused')</script>",
        "https://help.example/where/is/my/invoice?of=last+month",
    ],
)
def test_markup_addresses_and_commands_do_not_change_the_language(model, text):
    assert model.detect(text, "nl") == "nl"


@pytest.mark.parametrize("expected", ["fr", "", "NL "])
def test_an_unknown_expected_language_counts_as_none(model, expected):
    assert model.detect("ja", expected) == model.detect("ja")


@given(text=st.text(st.characters(), max_size=50))
@settings(max_examples=50, deadline=None)
def test_any_text_has_one_of_the_languages(model, text):
    assert model.detect(text) in {"en", "nl"}


def test_a_saved_model_detects_the_same(model, tmp_path):
    model.save(tmp_path)
    loaded = LanguageModel(prior=0.9).load(tmp_path)

    texts = ["mijn kaart", "my card is refused", "invoice", "factuur"]
    assert [loaded.detect(t) for t in texts] == [model.detect(t) for t in texts]


def test_examples_in_one_language_only_are_refused_with_the_reason():
    with pytest.raises(NoLanguage, match=r"no example is in nl.*nlu\.nl\.yml"):
        LanguageModel(prior=0.9).fit(["hello"], ["en"])


def test_the_component_expects_the_language_of_the_metadata(pipeline):
    assert pipeline.run("ok", "nl").get("language") == "nl"
    assert pipeline.run("ok", "en").get("language") == "en"


def test_the_language_is_part_of_the_output(pipeline):
    output = pipeline.run("why was the card refused").as_dict(only_output_properties=True)

    assert output["language"] == "en"


def test_an_example_without_language_gets_one_before_it_is_tokenized(pipeline):
    from rasa.shared.nlu.training_data.message import Message
    from rasa.shared.nlu.training_data.training_data import TrainingData

    message = Message({"text": "de bank weigert mijn kaart", "intent": "payment_declined"})

    pipeline.components[0].process_training_data(TrainingData([message]))

    assert message.get("language") == "nl"
