"""The conversation files as a whole: what they cover, and that they test rather than repeat."""

from collections import Counter
from pathlib import Path

import pytest
import yaml

from balie.cli.conversations.form import load_conversations
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


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_topic_has_conversations_and_the_main_ones_at_least_six(language: str) -> None:
    count = Counter(each.file.name for each in CONVERSATIONS)
    for topic in sorted(path.parent.name for path in DATA.glob("topics/*/topic.yml")):
        least = 6 if topic in MAIN_TOPICS else 1
        assert count[f"{topic}.{language}.yml"] >= least, topic
