"""Replies of the action server are refused as Rasa refuses them, only faster."""

import json
import time
from collections.abc import Callable
from types import FunctionType, ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import ValidationError
from rasa.core.actions import action as module
from rasa.utils.endpoints import EndpointConfig

Original = Callable[[ModuleType, str], FunctionType]

ACTION = module.RemoteAction("action_x", EndpointConfig("http://127.0.0.1"))
SLOT = {"event": "slot", "timestamp": None, "name": "guide", "value": {"at": "x"}}
WELL_FORMED = [
    {},
    {"events": [], "responses": []},
    {"events": [SLOT], "responses": [{"text": "hello", "buttons": [], "custom": {}}]},
    {"events": [{"event": "bot", "text": "hi", "timestamp": 1.5}], "responses": [{}]},
    {"events": [{"event": "followup", "name": "action_listen"}], "more": 1},
]
MALFORMED = [
    [],
    None,
    "hello",
    {"events": None},
    {"events": {}},
    {"responses": ["hello"]},
    {"events": ["slot"], "responses": []},
    {"events": [{"event": "nonsense"}]},
    {"events": [{"event": "slot"}]},
    {"events": [SLOT, {"event": "slot", "value": 7}]},
    {"events": [{"timestamp": "now", "event": "slot", "name": 1}], "responses": {}},
]

_names = st.sampled_from(["event", "name", "value", "timestamp", "text", "slot", "bot", "followup"])
_json = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.floats(allow_nan=False) | _names,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_names, inner, max_size=4),
    max_leaves=12,
)
_replies = _json | st.fixed_dictionaries({}, optional={"events": _json, "responses": _json})


@pytest.fixture(scope="module")
def rasas_own(original: Original) -> FunctionType:
    return original(module, "RemoteAction._validate_action_result")


@pytest.mark.parametrize("reply", WELL_FORMED)
def test_accepts_what_rasa_accepts(reply: Any, rasas_own: FunctionType) -> None:
    assert ACTION._validate_action_result(reply) is True
    assert rasas_own(ACTION, reply) is True


@pytest.mark.parametrize("reply", MALFORMED, ids=repr)
def test_refuses_what_rasa_refuses_in_the_same_words(reply: Any, rasas_own: FunctionType) -> None:
    ours = _refusal(ACTION._validate_action_result, reply)
    assert ours is not None
    assert ours == _refusal(lambda r: rasas_own(ACTION, r), reply)
    assert "make sure your response from the Action endpoint is valid" in ours[0]


@settings(max_examples=60, deadline=None)
@given(reply=_replies)
def test_treats_any_reply_as_rasa_does(reply: Any, rasas_own: FunctionType) -> None:
    ours = _refusal(ACTION._validate_action_result, reply)
    assert ours == _refusal(lambda r: rasas_own(ACTION, r), reply)


def test_an_error_is_not_worded_twice_when_a_reply_comes_again() -> None:
    first = _refusal(ACTION._validate_action_result, MALFORMED[0])
    assert first == _refusal(ACTION._validate_action_result, MALFORMED[0])


def test_a_subclass_with_another_form_of_reply_is_checked_against_its_own() -> None:
    class Strict(module.RemoteAction):  # type: ignore[misc]
        @staticmethod
        def action_response_format_spec() -> dict[str, Any]:
            return {"type": "object", "required": ["events"]}

    strict = Strict("action_y", ACTION.action_endpoint)
    assert ACTION._validate_action_result({}) is True
    assert _refusal(strict._validate_action_result, {}) is not None


def test_is_several_times_as_fast_as_rasas_own(rasas_own: FunctionType) -> None:
    reply = WELL_FORMED[2]
    ACTION._validate_action_result(reply)
    assert _seconds(lambda: ACTION._validate_action_result(reply)) * 3 < _seconds(
        lambda: rasas_own(ACTION, reply)
    )


def _refusal(validate: Callable[[Any], Any], reply: Any) -> tuple[str, str, str] | None:
    try:
        validate(json.loads(json.dumps(reply)))
    except ValidationError as error:
        return error.message, error.json_path, str(list(error.absolute_schema_path))
    return None


def _seconds(call: Callable[[], object]) -> float:
    best = float("inf")
    for _ in range(5):
        started = time.perf_counter()
        call()
        best = min(best, time.perf_counter() - started)
    return best
