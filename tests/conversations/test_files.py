"""The conversation files as a whole: what they cover, and that they test rather than repeat."""

from pathlib import Path

import pytest
import yaml

from balie.billing.demo import DEMO_CUSTOMERS
from balie.cli.conversations.form import Conversation, load_conversations
from balie.content import LANGUAGES, fold

HERE = Path(__file__).parent
DATA = HERE.parents[1] / "data"
CONVERSATIONS = load_conversations(sorted(HERE.glob("*.yml")))
MAIN_TOPICS = (
    "payment_declined",
    "past_due",
    "unused_licenses",
    "change_billing_frequency",
    "pay_by_invoice",
)
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# Shorter messages ("gedaan", "yes please") cannot but be the same.
WORDS_THAT_TELL = 5


def _examples() -> set[str]:
    files = [*DATA.glob("topics/*/nlu.*.yml"), *DATA.glob("conversation/nlu/*.yml")]
    return {
        fold(line.removeprefix("- "))
        for file in files
        for entry in yaml.load(file.read_text(encoding="utf-8"), Loader)["nlu"]
        for line in entry["examples"].splitlines()
    }


def test_no_message_of_a_test_is_a_training_example() -> None:
    said = {fold(turn.user) for each in CONVERSATIONS for turn in each.turns if turn.user}
    telling = {text for text in said if len(text.split()) >= WORDS_THAT_TELL}
    assert telling & _examples() == set()


TOPICS = sorted(path.parent.name for path in DATA.glob("topics/*/topic.yml"))


def _of(topic: str, language: str) -> list[Conversation]:
    """The conversations in the topic's own file."""
    return [each for each in CONVERSATIONS if each.file.name == f"{topic}.{language}.yml"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("topic", TOPICS)
def test_every_topic_is_talked_about_in_every_way(topic: str, language: str) -> None:
    """Signed in, signed out, and with another topic in between; the main topics more than that."""
    found = _of(topic, language)

    assert len(found) >= (6 if topic in MAIN_TOPICS else 3)
    assert any(each.customer for each in found), "nobody is signed in"
    assert any(not each.customer and not each.needs("sign_in") for each in found), "all sign in"
    answered = [turn.topic for each in found for turn in each.turns if turn.topic]
    assert set(answered) - {topic}, "nobody asks something else in between"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_demo_customer_has_a_conversation(language: str) -> None:
    who = {each.customer for each in CONVERSATIONS if each.language == language}

    assert who >= {customer.id for customer in DEMO_CUSTOMERS}


@pytest.mark.parametrize("name", [*TOPICS, "pay_by_invoice_form"])
def test_what_is_tried_in_one_language_is_tried_in_the_other(name: str) -> None:
    count = {language: len(_of(name, language)) for language in LANGUAGES}

    assert len(set(count.values())) == 1, count
