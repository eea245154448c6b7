"""Rasa component: the language of a message."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from balie.nlu.examples import typed_examples
from balie.nlu.fingerprint import code_fingerprint
from balie.nlu.language_model import LanguageModel

LANGUAGE = "language"


# Registered as a featurizer so that Rasa runs it on the training examples too: an example whose
# file does not tell its language needs one before it is tokenized.
@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class LanguageDetector(GraphComponent):
    """Sets `language`; the conversation's own is expected in the message's metadata."""

    @staticmethod
    def required_packages() -> list[str]:
        """Python packages that the component needs."""
        return ["sklearn"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`prior`: how likely a customer goes on in the conversation's language."""
        return {"prior": 0.9}

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """What Rasa's cache must know besides the class: the modules behind it."""
        return code_fingerprint()

    def __init__(
        self, model: LanguageModel, model_storage: ModelStorage, resource: Resource
    ) -> None:
        self._model = model
        self._model_storage = model_storage
        self._resource = resource

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LanguageDetector:
        """An untrained component."""
        return cls(LanguageModel(config["prior"]), model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the examples whose language is known."""
        known = [m for m in typed_examples(training_data) if m.get(LANGUAGE)]
        self._model.fit([m.get(TEXT) for m in known], [m.get(LANGUAGE) for m in known])
        with self._model_storage.write_to(self._resource) as folder:
            self._model.save(folder)
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> LanguageDetector:
        """The component as it was trained."""
        component = cls.create(config, model_storage, resource, execution_context)
        with model_storage.read_from(resource) as folder:
            component._model.load(folder)
        return component

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Set the language of the examples whose file does not tell it."""
        for message in training_data.training_examples:
            if message.get(TEXT) and not message.get(LANGUAGE):
                message.set(LANGUAGE, self._model.detect(message.get(TEXT)))
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the language of each message."""
        for message in messages:
            expected = (message.get("metadata") or {}).get(LANGUAGE)
            language = self._model.detect(message.get(TEXT) or "", expected)
            message.set(LANGUAGE, language, add_to_output=True)
        return messages
