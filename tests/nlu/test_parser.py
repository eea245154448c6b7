"""The pipeline of config.yml, trained by Rasa itself on a few examples, and read back."""

import os
from pathlib import Path

import pytest
from rasa.core.channels.channel import UserMessage
from rasa.core.processor import MessageProcessor
from rasa.model_training import train_nlu

from balie.nlu.parser import NoModel, Parser, newest_model

CONFIG = Path(__file__).parents[2] / "config.yml"


@pytest.fixture(scope="module")
def model(example_files, tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    return Path(train_nlu(str(CONFIG), str(example_files), str(folder)))


@pytest.fixture(scope="module")
def parser(model):
    return Parser.load(model)


def test_a_model_that_rasa_trained_understands_messages(parser):
    found = parser.parse("mijn kaart werd geweigerd")

    assert (found["language"], found["intent"]) == ("nl", "payment_declined")
    assert found["ranking"][0] == {"intent": found["intent"], "confidence": found["confidence"]}
    assert len(found["ranking"]) >= 3
    assert found["decision"] in {"answer", "offer"}
    assert found["second_topic"] is None


def test_the_conversations_language_counts(parser):
    assert parser.parse("ok", "nl")["language"] == "nl"
    assert parser.parse("ok", "en")["language"] == "en"


def test_a_typed_intent_is_only_a_text(parser):
    assert parser.parse("/next_step")["intent"] != "/next_step"
    assert parser.parse("/greet")["ranking"][0]["confidence"] < 1.0


@pytest.mark.parametrize("text", ["", "👍", "\ud800", "\x00"])
def test_any_text_is_understood_somehow(parser, text):
    assert parser.parse(text)["intent"]


async def test_rasa_itself_gives_the_same(model, parser):
    processor = MessageProcessor(str(model), None, None, None, None)
    message = UserMessage("can I pay by invoice", metadata={"language": "en"})

    parsed = await processor.parse_message(message)

    found = parser.parse("can I pay by invoice", "en")
    names = ("language", "decision", "second_topic")
    # Rasa leaves out what is None.
    assert [parsed.get(name) for name in names] == [found[name] for name in names]
    assert parsed["intent"]["name"] == found["intent"]


async def test_an_intent_typed_into_rasa_shell_is_that_intent(model):
    processor = MessageProcessor(str(model), None, None, None, None)

    parsed = await processor.parse_message(UserMessage("/start_guide"))

    assert parsed["intent"] == {"name": "start_guide", "confidence": 1.0}
    assert "decision" not in parsed


def test_the_newest_model_is_taken(tmp_path):
    for name, seconds in (("b.tar.gz", 1), ("a.tar.gz", 2), ("c.txt", 3)):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (seconds, seconds))

    assert newest_model(tmp_path).name == "a.tar.gz"


def test_where_there_is_no_model_it_says_how_to_make_one(tmp_path):
    with pytest.raises(NoModel, match="balie train"):
        newest_model(tmp_path)
