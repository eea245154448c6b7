"""Fingerprints are Rasa's own to the letter, whatever is in the container; only sooner."""

import time
from collections import OrderedDict
from collections.abc import Callable
from types import FunctionType, ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.utils import io as module

Original = Callable[[ModuleType, str], FunctionType]


class Odd:
    """Its fingerprint is no hash."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer

    def fingerprint(self) -> Any:
        return self.answer


class Name(str):
    """A text of a class of its own."""


CONTAINERS = [
    None,
    "",
    "é\n😀",
    "x" * 5000,
    0,
    True,
    1.5,
    [],
    {},
    {"a": {}, "b": []},
    {"b": 1, "a": "1"},
    {1: "one", "1": "eins"},
    {None: 1, True: 2, (1, 2): 3},
    ("a", 1),
    {"x"},
    b"bytes",
    np.array([1, 2]),
    OrderedDict(b=1, a=[OrderedDict(c=2)]),
    [Name("a"), {Name("b"): Name("c")}],
    [Odd('with "quotes"\\ and \u00e9'), {"k": Odd("plain")}, {Odd("key"): 1}],
    [Odd(3), {"k": Odd(None)}],
    [Message({"text": "hi"}), Token("hi", 0), Features(np.ones((1, 2)), "sequence", "text", "x")],
    {"node": int, "more": [["x", 1], {"y": [Token("a", 1, lemma="b", data={"pos": 1})]}]},
]
_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=2) | st.integers(), inner),
)


@pytest.fixture(scope="module")
def rasas_own(original: Original) -> FunctionType:
    own = original(module, "deep_container_fingerprint")
    for name in ("get_dictionary_fingerprint", "get_list_fingerprint"):
        own.__globals__[name] = original(module, name)
        own.__globals__[name].__globals__["deep_container_fingerprint"] = own
    return own


@pytest.mark.parametrize("container", CONTAINERS, ids=lambda each: type(each).__name__)
def test_each_fingerprint_is_the_one_that_rasa_takes(
    container: Any, rasas_own: FunctionType
) -> None:
    for _ in range(2):
        assert module.deep_container_fingerprint(container) == rasas_own(container)
        if isinstance(container, dict):
            assert module.get_dictionary_fingerprint(container) == rasas_own(container)


@settings(max_examples=300, deadline=None)
@given(container=_values)
def test_any_container_has_the_fingerprint_that_rasa_takes(
    container: Any, rasas_own: FunctionType
) -> None:
    assert module.deep_container_fingerprint(container) == rasas_own(container)


def test_another_encoding_is_taken_into_account(rasas_own: FunctionType) -> None:
    for container in ("é", ["é"], {"é": ["é"]}):
        theirs = rasas_own(container, "latin-1")
        assert module.deep_container_fingerprint(container, "latin-1") == theirs
        assert module.deep_container_fingerprint(container) != theirs


def test_the_fingerprint_of_training_data_changes_with_every_part_of_it() -> None:
    seen = set()
    for change in (
        lambda message: None,
        lambda message: message.set("intent", "b"),
        lambda message: message.set("language", "nl"),
        lambda message: message.set("text_tokens", [Token("hi", 0)]),
        lambda message: message.set("text_tokens", [Token("hi", 0, lemma="x")]),
        lambda message: message.set("text_tokens", [Token("hi", 0, data={"x": 1})]),
        lambda message: message.add_features(Features(np.ones((1, 2)), "sequence", "text", "x")),
        lambda message: message.add_features(Features(np.zeros((1, 2)), "sequence", "text", "x")),
    ):
        message = Message({"text": "hi", "intent": "a"})
        data = TrainingData([message])
        data.fingerprint()
        change(message)
        seen.add(data.fingerprint())
    assert len(seen) == 8


def test_is_much_faster_than_rasas_own(rasas_own: FunctionType) -> None:
    tokens = [["factuur", number, number + 7, "factuur", {}] for number in range(200)]
    assert _seconds(module.deep_container_fingerprint, tokens) * 1.5 < _seconds(rasas_own, tokens)


def _seconds(call: Callable[[Any], object], argument: Any) -> float:
    best = float("inf")
    for _ in range(7):
        started = time.perf_counter()
        call(argument)
        best = min(best, time.perf_counter() - started)
    return best
