"""Rasa component: answer, offer topics, or say that it is out of scope; and a second question."""

from __future__ import annotations

import logging
from dataclasses import asdict
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from balie.nlu.classifier import INTENT_RANKING, SPLIT_RANKINGS, NgramClassifier
from balie.nlu.examples import typed_examples
from balie.nlu.fingerprint import code_fingerprint
from balie.nlu.intents import is_topic
from balie.nlu.threshold_fit import Targets, fit_thresholds
from balie.nlu.thresholds import (
    UNTRAINED,
    Decision,
    SplitRanking,
    Thresholds,
    best_pair,
    decide,
    pair_confidence,
)

logger = logging.getLogger(__name__)

DECISION = "decision"
SECOND_TOPIC = "second_topic"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class Decider(GraphComponent):
    """Sets `decision`, and `second_topic` where a message asks two things."""

    @classmethod
    def required_components(cls) -> list[type]:
        """Components that must stand before this one."""
        return [NgramClassifier]

    @staticmethod
    def required_packages() -> list[str]:
        """Python packages that the component needs."""
        return ["numpy"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The `Targets` that the thresholds are fitted to."""
        return asdict(Targets())

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """What Rasa's cache must know besides the class: the modules behind it."""
        return code_fingerprint()

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        thresholds: Thresholds = UNTRAINED,
    ) -> None:
        self._targets = Targets(**{name: config[name] for name in asdict(Targets())})
        self._model_storage = model_storage
        self._resource = resource
        self._thresholds = thresholds

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Decider:
        """An untrained component."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Fit the thresholds on the examples' held-out rankings, which the classifier set."""
        messages = typed_examples(training_data)
        thresholds = fit_thresholds(
            labels=[message.get(INTENT) for message in messages],
            rankings=[message.get(INTENT_RANKING) for message in messages],
            splits=[message.get(SPLIT_RANKINGS) for message in messages if _has_splits(message)],
            targets=self._targets,
        )
        logger.info("thresholds: %s", thresholds)
        with self._model_storage.write_to(self._resource) as folder:
            thresholds.save(folder)
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> Decider:
        """The component as it was trained."""
        with model_storage.read_from(resource) as folder:
            thresholds = Thresholds.load(folder)
        return cls(config, model_storage, resource, thresholds)

    def process(self, messages: list[Message]) -> list[Message]:
        """Decide on each message."""
        for message in messages:
            pair = self._second_question(message)
            if pair:
                _put_first(message, pair)
            message.set(DECISION, self._decide(message), add_to_output=True)
            message.set(SECOND_TOPIC, pair[1][0]["name"] if pair else None, add_to_output=True)
        return messages

    def _second_question(self, message: Message) -> SplitRanking | None:
        """The rankings of the message's two parts, where each surely is a question of its own."""
        pair = best_pair(message.get(SPLIT_RANKINGS) or [])
        if pair and pair_confidence(pair) >= self._thresholds.second_topic:
            return pair
        return None

    def _decide(self, message: Message) -> Decision:
        ranking = message.get(INTENT_RANKING)
        # Whoever set an intent without a ranking was sure of it.
        return decide(ranking, self._thresholds) if ranking else "answer"


def _has_splits(message: Message) -> bool:
    return is_topic(message.get(INTENT)) and message.get(SPLIT_RANKINGS) is not None


def _put_first(message: Message, pair: SplitRanking) -> None:
    """Let the first part's topic be the intent, the second's the next likely."""
    leading = [part[0] for part in pair]
    names = {entry["name"] for entry in leading}
    others = [entry for entry in message.get(INTENT_RANKING) if entry["name"] not in names]
    message.set(INTENT, leading[0], add_to_output=True)
    message.set(INTENT_RANKING, [*leading, *others], add_to_output=True)
