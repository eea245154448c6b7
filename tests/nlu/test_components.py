"""What holds of every component of the pipeline."""

import copy
import importlib

import pytest
from rasa.engine.recipes.default_recipe import DefaultV1Recipe

from balie.nlu.classifier import NgramClassifier
from balie.nlu.decision import Decider
from balie.nlu.language import LanguageDetector
from balie.nlu.tokenizer import LemmaTokenizer

TEXTS = ("Why was my card refused?", "kan ik op factuur betalen", "next")
EMPTY = ("", " ", "\n\t", "👍", "🙏🏽🙏🏽", "?!…", "\u200b", "-")
STRANGE = (
    "\ud800",
    "a\ud83d card",
    "\x00\x01\x1b[31m",
    "\u202ekaart\u202c geweigerd",
    "\u200bmijn kaart",
    "𝓂𝓎 𝒸𝒶𝓇𝒹",
    "Ⅷ ½ ﷽ ٣٤",
    "e\u0301" * 50,
    "👩‍👩‍👧‍👦" * 200,
    "x" * 2000,
    "ja " * 600,
    "{name} <b>%s</b> '; DROP TABLE",
)


def outputs(message):
    """What a message holds that the next component or Rasa reads."""
    kept = ("language", "intent", "intent_ranking", "split_rankings", "decision", "second_topic")
    tokens = [(t.text, t.start, t.end, t.lemma) for t in message.get("text_tokens") or []]
    return [tokens, *(message.get(name) for name in kept)]


def check_is_registered_with_rasa(component, pipeline):
    assert type(component).__name__ in DefaultV1Recipe._registered_components


def check_required_packages_can_be_imported(component, pipeline):
    for package in component.required_packages():
        importlib.import_module(package)


def check_default_config_is_a_fresh_dict(component, pipeline):
    component.get_default_config()["changed"] = True

    assert "changed" not in component.get_default_config()


def check_loaded_again_gives_the_same_output(component, pipeline):
    again = pipeline.reload(component)

    for text in TEXTS:
        before = pipeline.run(text, before=type(component))
        [one] = component.process([copy.deepcopy(before)])
        [other] = again.process([before])
        assert outputs(one) == outputs(other)


def check_takes_several_messages_in_order(component, pipeline):
    before = [pipeline.run(text, before=type(component)) for text in TEXTS]
    one_by_one = [component.process([copy.deepcopy(message)])[0] for message in before]

    together = component.process(before)

    assert [outputs(m) for m in together] == [outputs(m) for m in one_by_one]
    assert [m.get("text") for m in together] == list(TEXTS)


def check_leaves_text_and_metadata_alone(component, pipeline):
    for text in (*TEXTS, *EMPTY, *STRANGE):
        message = pipeline.run(text, "nl", before=type(component))
        [after] = component.process([message])
        assert after.get("text") == text
        assert after.get("metadata") == {"language": "nl"}


def check_adds_the_same_property_for_any_text(component, pipeline):
    def added(text):
        before = pipeline.run(text, before=type(component))
        names = set(before.data)
        [after] = component.process([before])
        return set(after.data) - names

    assert all(added(text) == added(TEXTS[0]) != set() for text in (*EMPTY, *STRANGE))


CHECKS = (
    check_is_registered_with_rasa,
    check_required_packages_can_be_imported,
    check_default_config_is_a_fresh_dict,
    check_loaded_again_gives_the_same_output,
    check_takes_several_messages_in_order,
    check_leaves_text_and_metadata_alone,
    check_adds_the_same_property_for_any_text,
)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("kind", [LanguageDetector, LemmaTokenizer, NgramClassifier, Decider])
def test_every_component(kind, check, pipeline):
    [component] = [c for c in pipeline.components if isinstance(c, kind)]

    check(component, pipeline)


def test_training_twice_gives_the_same_pipeline(pipeline, another_pipeline):
    for text in TEXTS:
        assert outputs(pipeline.run(text)) == outputs(another_pipeline.run(text))
