"""Duplicate examples are dropped as Rasa drops them, without hashing those that stand alone."""

from collections.abc import Callable
from types import FunctionType, ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rasa.shared.nlu.training_data import training_data as module
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

Original = Callable[[ModuleType, str], FunctionType]

_words = st.none() | st.sampled_from(["a", " a", "a ", "b", "1", 1, ""])
_entities = st.lists(st.sampled_from([{"entity": "x"}, {"entity": "y"}]), max_size=1)
_examples = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "text": _words,
            "intent": st.sampled_from(["a", " a", "a\n", "b", None]),
            "response": st.sampled_from(["a", "a "]),
            "action_name": _words,
            "language": _words,
            "entities": _entities,
        },
    ),
    max_size=8,
)


@pytest.fixture(scope="module")
def rasas_own(original: Original) -> FunctionType:
    return original(module, "TrainingData.sanitize_examples")


@settings(max_examples=300, deadline=None)
@given(examples=_examples)
def test_keeps_the_examples_that_rasa_keeps(
    examples: list[dict[str, Any]], rasas_own: FunctionType
) -> None:
    ours, theirs = _messages(examples), _messages(examples)
    kept = TrainingData.sanitize_examples(ours)
    expected = rasas_own(theirs)
    assert _numbers(kept, ours) == _numbers(expected, theirs)
    assert [example.data for example in kept] == [example.data for example in expected]


def test_the_same_message_twice_is_one() -> None:
    message = Message({"text": "hi"})
    assert TrainingData([message, message]).training_examples == [message]


def test_examples_that_differ_in_their_features_alone_are_both_kept() -> None:
    examples = [
        Message({"text": "hi"}, features=[Features(np.full((1, 1), each), "sequence", "text", "x")])
        for each in (1, 2, 1)
    ]
    assert TrainingData(examples).training_examples == examples[:2]


def test_an_example_changed_behind_its_back_is_compared_as_it_is_now() -> None:
    """`set` makes a message forget its fingerprint; writing into its data does not."""
    first, second = _messages([{"text": "hi", "intent": "a", "language": "nl"}] * 2)
    assert first == second
    second.data["language"] = "en"
    assert len(TrainingData([first, second]).training_examples) == 2


def test_examples_that_stand_alone_are_not_hashed(monkeypatch: pytest.MonkeyPatch) -> None:
    def hashed(_: Message) -> int:
        raise AssertionError

    monkeypatch.setattr(Message, "__hash__", hashed)
    texts = [Message({"text": str(number), "intent": "a"}) for number in range(3)]
    assert len(TrainingData(texts).training_examples) == 3


def _messages(examples: list[dict[str, Any]]) -> list[Message]:
    return [Message(dict(example)) for example in examples]


def _numbers(kept: list[Message], among: list[Message]) -> list[int]:
    return [next(at for at, each in enumerate(among) if each is example) for example in kept]
