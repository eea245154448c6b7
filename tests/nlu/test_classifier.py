"""Intents with probabilities, as Rasa expects them."""

import numpy as np
import pytest

from balie.nlu.classifier import NgramClassifier
from balie.nlu.intent_model import best_temperature


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("my card was refused", "payment_declined"),
        ("kan ik op factuur betalen", "pay_by_invoice"),
        ("volgende stap", "next_step"),
        ("who won the football match", "out_of_scope"),
    ],
)
def test_learned_intents_are_found(pipeline, text, intent):
    assert pipeline.run(text).get("intent")["name"] == intent


def test_the_ranking_holds_probabilities_likeliest_first(pipeline):
    message = pipeline.run("my card was refused", before=None)

    ranking = message.get("intent_ranking")

    confidences = [entry["confidence"] for entry in ranking]
    assert ranking[0] == message.get("intent")
    assert confidences == sorted(confidences, reverse=True)
    assert sum(confidences) == pytest.approx(1)
    assert all(type(confidence) is float for confidence in confidences)


def test_intent_and_ranking_are_part_of_the_output(pipeline):
    output = pipeline.run("my card was refused").as_dict(only_output_properties=True)

    assert {"intent", "intent_ranking"} < set(output)
    assert "split_rankings" not in output


def test_an_intent_that_is_known_already_is_kept(pipeline):
    known = {"name": "choose_option", "confidence": 1.0}

    assert pipeline.run("my card was refused", intent=known).get("intent") == known


@pytest.mark.parametrize("text", ["", "  ", "👍", "?!", "\u200b"])
def test_a_message_without_a_word_is_out_of_scope(pipeline, text):
    message = pipeline.run(text)

    assert message.get("intent") == {"name": "out_of_scope", "confidence": 1.0}
    assert len(message.get("intent_ranking")) > 3


def test_case_accents_and_invisible_characters_make_no_difference_to_the_words(pipeline):
    plain = pipeline.run("mijn kaart werd geweigerd", "nl").get("intent")["name"]

    assert pipeline.run("\u200bMIJN KÄART WERD GEWEIGERD", "nl").get("intent")["name"] == plain


def test_examples_get_rankings_of_models_that_had_not_seen_them(pipeline):
    classifier = pipeline.components[2]
    examples = pipeline.data[-1].intent_examples
    held_out = [e.get("intent_ranking")[0]["confidence"] for e in examples]
    seen = [pipeline.run(e.get("text")).get("intent")["confidence"] for e in examples]

    assert isinstance(classifier, NgramClassifier)
    assert np.mean(held_out) < np.mean(seen)


def test_training_leaves_the_labels_as_they_were(pipeline):
    trained = pipeline.data[-1].intent_examples

    assert {type(example.get("intent")) for example in trained} == {str}


def test_the_model_is_stored_without_pickles(pipeline):
    with pipeline.storage.read_from(pipeline.components[2]._resource) as folder:
        names = sorted(path.name for path in folder.iterdir())
        for path in folder.glob("*.np[yz]"):
            np.load(path, allow_pickle=False)

    assert names == ["directions.npy", "held_out.npz", "model.json", "weights.npz"]


def test_the_temperature_makes_confidence_equal_accuracy():
    # Of ten rows with the same scores seven are right: the right column deserves 0.7.
    scores = np.tile(np.array([3.0, 0.0], np.float32), (10, 1))
    columns = np.array([0] * 7 + [1] * 3)

    temperature = best_temperature(scores, columns)

    assert 1 / (1 + np.exp(-3.0 / temperature)) == pytest.approx(0.7, abs=0.01)
