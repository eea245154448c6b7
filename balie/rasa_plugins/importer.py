"""Hands the topics to Rasa's own commands: one folder a topic, no other file touched.

Named in config.yml. It subclasses Rasa's file importer, so that plain Rasa files under ``data/``
(examples, rules, stories) count as ever; listing both importers would check rules against half a
domain. What it adds: an intent and a rule for every topic folder, and each example's language.
"""

import copy
import logging
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from rasa.shared.core.domain import Domain
from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
from rasa.shared.core.training_data.structures import StoryGraph
from rasa.shared.data import is_likely_yaml_file
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.loading import load_data
from rasa.shared.nlu.training_data.training_data import TrainingData

from balie.content import LANGUAGES

logger = logging.getLogger(__name__)

TOPICS_FOLDER = "topics"
TOPIC_FILE = "topic.yml"
ANSWER_ACTION = "action_answer_topic"


class TopicImporter(RasaFileImporter):
    """Rasa's file importer plus the topics."""

    def __init__(
        self,
        config_file: str | None = None,
        domain_path: str | None = None,
        training_data_paths: list[str] | str | None = None,
        **_: Any,
    ) -> None:
        super().__init__(config_file, domain_path, training_data_paths)
        self._topics = topic_names(_as_list(training_data_paths))
        self._nlu_data: dict[str, TrainingData] = {}

    def get_domain(self) -> Domain:
        """The plain domain with an intent for every topic."""
        intents: list[dict[str, object]] = [{name: {"use_entities": []}} for name in self._topics]
        return super().get_domain().merge(Domain.from_dict({"intents": intents}))

    def get_stories(self, exclusion_percentage: int | None = None) -> StoryGraph:
        """The plain stories and rules with a rule for every topic."""
        reader = YAMLStoryReader(self.get_domain())
        rules = reader.read_from_parsed_yaml(
            {"rules": [_answer_rule(name) for name in self._topics]}
        )
        return super().get_stories(exclusion_percentage).merge(StoryGraph(rules))

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        """All examples, each marked with the language that its file's name tells.

        Rasa asks several times in one training; the files are read at the first. Everyone gets a
        copy, since components write into the examples.
        """
        # Only files of other makers' formats ask for the language; ours tell it by their names.
        key = "" if all(map(is_likely_yaml_file, self._nlu_files)) else language or "en"
        if key not in self._nlu_data:
            loaded = [_load_examples(path, language) for path in self._nlu_files]
            self._nlu_data[key] = TrainingData().merge(*loaded)
        return copy.deepcopy(self._nlu_data[key])


def topic_names(paths: Iterable[str]) -> list[str]:
    """The names of the topic folders below the given data paths, sorted."""
    found = {
        file.parent.name
        for path in paths
        for file in Path(path).resolve().rglob(TOPIC_FILE)
        if file.parent.parent.name == TOPICS_FOLDER
    }
    return sorted(found)


def language_of(path: str | Path) -> str | None:
    """The language that a file's name tells (``nlu.nl.yml`` is Dutch), or None."""
    parts = Path(path).name.split(".")
    return next((part for part in reversed(parts) if part in LANGUAGES), None)


def _as_list(paths: Sequence[str] | str | None) -> list[str]:
    return [paths] if isinstance(paths, str) else list(paths or [])


def _answer_rule(topic: str) -> dict[str, Any]:
    return {"rule": f"answer {topic}", "steps": [{"intent": topic}, {"action": ANSWER_ACTION}]}


def _load_examples(path: str, default_language: str | None) -> TrainingData:
    data = load_data(path, default_language or "en")
    language = language_of(path)
    if language:
        for message in data.training_examples:
            message.set("language", language)
    return data
