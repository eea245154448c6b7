"""The understanding part of a trained model, without the rest of Rasa's server."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypedDict

from rasa.core.channels.channel import UserMessage
from rasa.engine.constants import PLACEHOLDER_MESSAGE
from rasa.engine.graph import ExecutionContext
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.runner.interface import GraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.shared.nlu.training_data.message import Message


class NoModel(Exception):
    """There is no trained model where one was looked for."""


class Understood(TypedDict):
    """What a message means."""

    language: str
    intent: str
    confidence: float
    ranking: list[dict[str, Any]]  # {"intent", "confidence"}, likeliest first
    decision: str
    second_topic: str | None


class Parser:
    """Understands texts as the running assistant does."""

    def __init__(self, runner: GraphRunner, target: str) -> None:
        self._runner = runner
        self._target = target

    @classmethod
    def load(cls, model: Path) -> "Parser":
        """The pipeline of a model's archive."""
        with TemporaryDirectory() as folder:
            storage, metadata = LocalModelStorage.from_model_archive(Path(folder), model)
            # The last node of the pipeline is what Rasa's handler of typed "/intent" reads; that
            # handler is left out, for a customer's text is never an intent.
            target = metadata.predict_schema.nodes[metadata.nlu_target].needs["messages"]
            schema = metadata.predict_schema.minimal_graph_schema([target])
            runner = DaskGraphRunner.create(schema, storage, ExecutionContext(schema))
        return cls(runner, target)

    def parse(self, text: str, language: str | None = None) -> Understood:
        """What a text means; `language` is the conversation's, where it is known."""
        incoming = UserMessage(text, metadata={"language": language})
        found = self._runner.run({PLACEHOLDER_MESSAGE: [incoming]}, [self._target])
        return _understood(found[self._target][0])


def newest_model(folder: Path) -> Path:
    """The model that was trained last; raises `NoModel`."""
    models = list(folder.glob("*.tar.gz"))
    if not models:
        raise NoModel(f"there is no model in {folder}; `balie train` makes one")
    return max(models, key=lambda model: model.stat().st_mtime)


def _understood(message: Message) -> Understood:
    ranking = [
        {"intent": entry["name"], "confidence": entry["confidence"]}
        for entry in message.get("intent_ranking")
    ]
    return Understood(
        language=message.get("language"),
        intent=ranking[0]["intent"],
        confidence=ranking[0]["confidence"],
        ranking=ranking,
        decision=message.get("decision"),
        second_topic=message.get("second_topic"),
    )
