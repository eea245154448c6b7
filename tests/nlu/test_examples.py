"""Which training examples are learned from."""

from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from balie.nlu.examples import typed_examples


def test_an_intent_behind_buttons_is_not_learned() -> None:
    typed = Message({"text": "how / why was my card refused", "intent": "payment_declined"})
    button = Message({"text": "/start_guide", "intent": "start_guide"})

    assert typed_examples(TrainingData([typed, button])) == [typed]


def test_what_has_no_intent_is_not_learned() -> None:
    assert typed_examples(TrainingData([Message({"text": "hello"})])) == []
