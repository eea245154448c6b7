"""Which training examples a component learns from."""

from rasa.shared.constants import INTENT_MESSAGE_PREFIX
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData


def typed_examples(data: TrainingData) -> list[Message]:
    """Examples of what customers type: an example such as "/start_guide" only tells Rasa that an
    intent stands behind buttons, and must not be recognized in a text.
    """
    return [
        message
        for message in data.intent_examples
        if not message.get(TEXT, "").startswith(INTENT_MESSAGE_PREFIX)
    ]
