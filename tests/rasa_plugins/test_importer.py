"""Topics reach Rasa through the importer, beside the plain Rasa files of any writer."""

import json
from pathlib import Path
from typing import Any

import pytest
import rasa.model_training
from rasa.core.agent import Agent
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.shared.core.events import ActionExecuted, UserUttered
from rasa.shared.core.training_data.structures import RuleStep
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.nlu.training_data.loading import load_data

from balie.rasa_plugins.channel import missing_topics
from balie.rasa_plugins.importer import TopicImporter, language_of, topic_names


@pytest.fixture(scope="module")
def importer(project: Path) -> TrainingDataImporter:
    """The importer as Rasa's commands make it from config.yml."""
    return TrainingDataImporter.load_from_config(
        str(project / "config.yml"), str(project / "domain.yml"), [str(project / "data")]
    )


def test_every_topic_folder_is_an_intent_beside_those_of_the_domain(
    importer: TrainingDataImporter,
) -> None:
    intents = importer.get_domain().intents
    assert {"card_refused", "past_due", "greet", "ask_parking"} <= set(intents)
    assert "notes" not in intents, "a folder without a topic.yml is no topic"


def test_topics_do_not_take_entities_into_account(importer: TrainingDataImporter) -> None:
    properties = importer.get_domain().intent_properties
    assert list(properties["card_refused"]["used_entities"]) == []


def test_every_topic_has_a_rule_beside_the_writers_rules_and_stories(
    importer: TrainingDataImporter,
) -> None:
    steps = {step.block_name: step for step in importer.get_stories().story_steps}
    assert set(steps) == {
        "greeting",
        "not understood",
        "where to park",
        "answer card_refused",
        "answer past_due",
    }
    rule = steps["answer past_due"]
    assert isinstance(rule, RuleStep)
    assert [
        event.intent["name"] if isinstance(event, UserUttered) else event.action_name
        for event in rule.events
        if isinstance(event, UserUttered | ActionExecuted)
    ] == ["...", "past_due", "action_answer_topic"]


def test_examples_are_marked_with_the_language_of_their_file(
    importer: TrainingDataImporter,
) -> None:
    marked = {
        example.get("text"): example.get("language")
        for example in importer.get_nlu_data().training_examples
    }
    assert marked["kaart"] == "nl"
    assert marked["card"] == "en"
    assert marked["hello"] == "en"
    assert marked["parking"] is None, "its file does not say"


def test_the_files_are_read_once_however_often_rasa_asks(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def counted(path: str, language: str) -> Any:
        read.append(path)
        return load_data(path, language)

    monkeypatch.setattr("balie.rasa_plugins.importer.load_data", counted)
    importer = _topic_importer(project)
    for language in ("en", "nl", None):
        importer.get_nlu_data(language)
    assert len(read) == len(set(read)) == 5
    _topic_importer(project).get_nlu_data()
    assert len(read) == 10, "another importer reads what the files say by then"


def test_whoever_asks_gets_examples_of_his_own(project: Path) -> None:
    importer = _topic_importer(project)
    first = importer.get_nlu_data()
    before = first.fingerprint()
    assert importer.get_nlu_data().fingerprint() == before
    for example in first.training_examples:
        example.set("text_tokens", [])
        example.data.setdefault("entities", []).append({"entity": "x"})
    first.responses["utter_x"] = []
    first.training_examples.clear()
    assert importer.get_nlu_data().fingerprint() == before


def test_files_of_other_makers_are_read_in_each_language(copy_project: Path) -> None:
    wit = {"utterances": [{"text": "hi", "intent": "greet", "entities": [], "traits": []}]}
    (copy_project / "data" / "wit.json").write_text(json.dumps(wit))
    importer = _topic_importer(copy_project)
    for language in ("en", "nl"):
        texts = [each.get("text") for each in importer.get_nlu_data(language).training_examples]
        assert "hi" in texts
    assert len(importer._nlu_data) == 2


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("data/topics/x/nlu.nl.yml", "nl"),
        ("nlu.en.yml", "en"),
        ("greet.nl.yaml", "nl"),
        ("nlu.yml", None),
        ("nl/nlu.yml", None),
        ("en.nl.yml", "nl"),
        ("open.de.yml", None),
    ],
)
def test_the_language_of_a_file_is_in_its_name(name: str, language: str | None) -> None:
    assert language_of(name) == language


@pytest.mark.parametrize("below", ["", "data", "data/topics", "data/topics/past_due"])
def test_topics_are_found_from_wherever_rasa_is_pointed_at(project: Path, below: str) -> None:
    names = topic_names([str(project / below)])
    assert names == (["past_due"] if below.endswith("past_due") else ["card_refused", "past_due"])


def test_topics_are_found_from_a_relative_path(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project / "data" / "topics")
    assert topic_names(["."]) == topic_names(["past_due", "card_refused"])


def test_there_may_be_no_data_at_all(project: Path) -> None:
    assert topic_names([]) == topic_names([str(project / "no_such_folder")]) == []
    importer = TopicImporter(str(project / "config.yml"), str(project / "domain.yml"), None)
    assert "card_refused" not in importer.get_domain().intents


async def test_the_trained_model_answers_topics_rules_and_stories(model: Path) -> None:
    agent = Agent.load(model)
    assert missing_topics(agent.domain, model.parent.parent / "data") == []
    for text, intent in (
        ("my card", "card_refused"),
        ("de kaart", "card_refused"),
        ("overdue", "past_due"),
        ("car park", "ask_parking"),
    ):
        assert (await agent.parse_message(text))["intent"]["name"] == intent
    replies: Any = await agent.handle_text("parking")
    assert [reply["text"] for reply in replies] == ["There is no parking."]


def test_an_importer_that_cannot_be_loaded_makes_a_model_that_is_known_to_lack_topics(
    copy_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RASA_CACHE_DIRECTORY", str(copy_project / "cache"))
    config = copy_project / "config.yml"
    config.write_text(config.read_text().replace("TopicImporter", "MisspelledImporter"))
    for file in copy_project.glob("data/topics/*/nlu.*.yml"):
        file.unlink()  # their intents would stand in no domain
    trained = rasa.model_training.train(
        domain=str(copy_project / "domain.yml"),
        config=str(config),
        training_files=[str(copy_project / "data")],
        output=str(copy_project / "models"),
    )
    domain = LocalModelStorage.metadata_from_archive(trained.model).domain
    assert missing_topics(domain, copy_project / "data") == ["card_refused", "past_due"]


def _topic_importer(project: Path) -> TopicImporter:
    return TopicImporter(
        str(project / "config.yml"), str(project / "domain.yml"), [str(project / "data")]
    )
