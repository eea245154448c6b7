"""`TrainingData.sanitize_examples` drops duplicates by hashing everything about every example.

(rasa.shared.nlu.training_data.training_data.) Each new TrainingData does, and training makes
hundreds of them. Instead: only examples that share text, intent and the like are compared, by the
same equality as before; the others cannot be equal. Order is kept, the first of equals stays.
"""

from collections import Counter
from types import ModuleType
from typing import Any

# What is nearly always a text of its own in one example or another.
_TELLING = ("text", "intent", "response", "action_name", "action_text")


def after(module: ModuleType) -> None:
    """Replace the method."""
    module.TrainingData.sanitize_examples = staticmethod(sanitize_examples)


def sanitize_examples(examples: list[Any]) -> list[Any]:
    """As Rasa's: strip white space around intents and responses, drop duplicates."""
    for example in examples:
        for attribute in ("intent", "response"):
            if example.get(attribute):
                example.set(attribute, example.get(attribute).strip())
    telling = [_telling(example) for example in examples]
    alike = Counter(telling)
    met = set()
    kept = []
    for example, key in zip(examples, telling, strict=True):
        if alike[key] > 1:
            if example in met:
                continue
            met.add(example)
        kept.append(example)
    return kept


def _telling(example: Any) -> tuple[str | None, ...]:
    # As text, since Rasa's equality compares texts: 1 and "1" are one to it.
    return tuple(None if (value := example.get(name)) is None else str(value) for name in _TELLING)
