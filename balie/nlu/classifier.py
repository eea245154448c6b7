"""Rasa component: the intent of a message and of its parts, with calibrated probabilities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.constants import INTENT, TEXT_TOKENS
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from balie.nlu.cross_validation import Example, HeldOut
from balie.nlu.examples import typed_examples
from balie.nlu.fingerprint import code_fingerprint
from balie.nlu.intent_model import IntentModel, Options, Ranking
from balie.nlu.intents import OUT_OF_SCOPE
from balie.nlu.language import LANGUAGE
from balie.nlu.sentences import Sentence, sentence, splits

INTENT_RANKING = "intent_ranking"
SPLIT_RANKINGS = "split_rankings"  # for the Decider; not part of the output
RANKING_LENGTH = 10
HELD_OUT = "held_out.npz"
# One threshold is fitted on the parts of messages; every fourth example is enough for that.
PARTS_OF_EVERY = 4


# Registered as a featurizer as well, so that Rasa runs it on the training examples before the
# Decider learns from them; there it gives each the ranking of a model that had not seen it.
@DefaultV1Recipe.register(
    [
        DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER,
        DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER,
    ],
    is_trainable=True,
)
class NgramClassifier(IntentClassifier, GraphComponent):
    """Sets `intent` and `intent_ranking`, and `split_rankings` for the Decider."""

    @classmethod
    def required_components(cls) -> list[type]:
        """Components that must stand before this one."""
        return [Tokenizer]

    @staticmethod
    def required_packages() -> list[str]:
        """Python packages that the component needs; the sentence encoder is optional."""
        return ["sklearn", "scipy"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The model's `Options`."""
        return asdict(Options())

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """What Rasa's cache must know besides the class: the modules behind it."""
        return code_fingerprint()

    def __init__(
        self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource
    ) -> None:
        options = {name: config[name] for name in asdict(Options())}
        self._model = IntentModel(Options(**options))
        self._model_storage = model_storage
        self._resource = resource

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> NgramClassifier:
        """An untrained component."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the intents, and by cross-validation how sure to be of them."""
        held_out = self._model.train(_examples(typed_examples(training_data)))
        with self._model_storage.write_to(self._resource) as folder:
            self._model.save(folder)
            held_out.save(folder / HELD_OUT)
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> NgramClassifier:
        """The component as it was trained."""
        component = cls.create(config, model_storage, resource, execution_context)
        with model_storage.read_from(resource) as folder:
            component._model.load(folder)
        return component

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Give each example the rankings of a model that had not seen it."""
        with self._model_storage.read_from(self._resource) as folder:
            held_out = HeldOut.load(folder / HELD_OUT)
        for number, message in enumerate(typed_examples(training_data)):
            _set_rankings(message, self._model.rankings(held_out.of(number)))
            if number % PARTS_OF_EVERY:
                message.set(SPLIT_RANKINGS, None)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the intent of each message that has none yet."""
        for message in messages:
            if not message.get(INTENT):
                _set_rankings(message, self._rank(message))
                message.set(INTENT, message.get(INTENT_RANKING)[0], add_to_output=True)
        return messages

    def _rank(self, message: Message) -> list[Ranking]:
        """The rankings of the whole message and of its parts."""
        tokens = message.get(TEXT_TOKENS) or []
        whole = sentence(tokens)
        if not whole.forms:
            return [_no_words(self._model.intents)]
        return self._model.rank([whole, *_parts(tokens)])


def _examples(messages: Sequence[Message]) -> list[Example]:
    return [
        _example(message, with_parts=number % PARTS_OF_EVERY == 0)
        for number, message in enumerate(messages)
    ]


def _example(message: Message, with_parts: bool) -> Example:
    tokens, intent = message.get(TEXT_TOKENS) or [], message.get(INTENT)
    parts = _parts(tokens) if with_parts else []
    return Example(sentence(tokens), tuple(parts), intent, (intent, message.get(LANGUAGE)))


def _parts(tokens: Sequence[Token]) -> list[Sentence]:
    return [part for split in splits(tokens) for part in split]


def _set_rankings(message: Message, rankings: Sequence[Ranking]) -> None:
    whole, *parts = [
        [{"name": name, "confidence": confidence} for name, confidence in ranking[:RANKING_LENGTH]]
        for ranking in rankings
    ]
    message.set(INTENT_RANKING, whole, add_to_output=True)
    message.set(SPLIT_RANKINGS, list(zip(parts[::2], parts[1::2], strict=True)))


def _no_words(intents: Sequence[str]) -> Ranking:
    """The ranking of a message without any word: nothing but emoji, say."""
    others = [(intent, 0.0) for intent in intents if intent != OUT_OF_SCOPE]
    return [(OUT_OF_SCOPE, 1.0), *others]
