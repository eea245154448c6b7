"""Predictions are what they were, with the conversation replayed once instead of five times."""

import copy
import gc
import importlib
import weakref
from collections.abc import Callable
from types import FunctionType, ModuleType
from typing import Any

import pytest
from rasa.core.policies.memoization import AugmentedMemoizationPolicy, MemoizationPolicy
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SlotSet, UserUttered
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker

DOMAIN = Domain.from_yaml("""
version: "3.1"
intents: [ask, thank, stop]
actions: [action_answer, action_goodbye]
forms: {a_form: {required_slots: [open]}}
slots:
  open: {type: bool, mappings: [{type: custom}]}
  name: {type: text, influence_conversation: false, mappings: [{type: custom}]}
""")
LISTEN = ActionExecuted("action_listen")


def _said(intent: str) -> UserUttered:
    return UserUttered(f"say {intent}", {"name": intent, "confidence": 1.0}, [])


def _history(turns: int) -> list[Event]:
    events: list[Event] = []
    for number in range(turns):
        events += [
            ActionExecuted("action_listen"),
            _said("ask" if number % 3 else "thank"),
            SlotSet("open", bool(number % 2)),
            ActionExecuted("action_answer" if number % 3 else "action_goodbye"),
        ]
    return [*events, ActionExecuted("action_listen"), _said("ask")]


def _policy(kind: Any, tmp_path: Any, config: dict[str, Any] | None = None) -> Any:
    return kind(
        {**kind.get_default_config(), **(config or {})},
        LocalModelStorage(tmp_path),
        Resource("policy"),
        ExecutionContext(GraphSchema({}), "model"),
    )


def _trained(kind: Any, tmp_path: Any, is_rule: bool, *stories: list[Event]) -> Any:
    policy = _policy(kind, tmp_path)
    trackers = []
    for events in stories:
        tracker = TrackerWithCachedStates.from_events(
            "rule", copy.deepcopy(events), slots=DOMAIN.slots, domain=DOMAIN
        )
        tracker.is_rule_tracker = is_rule
        trackers.append(tracker)
    policy.train(trackers, DOMAIN)
    return policy


def _rule(intent: str, action: str, *, open_first: bool | None = None) -> list[Event]:
    before: list[Event] = [ActionExecuted("...")]
    if open_first is not None:
        before.append(SlotSet("open", open_first))
    return [*before, LISTEN, _said(intent), ActionExecuted(action), LISTEN]


@pytest.fixture
def rules(tmp_path: Any) -> Any:
    return _trained(
        RulePolicy,
        tmp_path,
        True,
        _rule("ask", "action_answer"),
        _rule("thank", "action_goodbye"),
        _rule("stop", "action_goodbye", open_first=True),
    )


@pytest.fixture
def stories(tmp_path: Any) -> Any:
    return _trained(MemoizationPolicy, tmp_path, False, [*_history(2), LISTEN])


def _tracker(events: list[Event]) -> DialogueStateTracker:
    return DialogueStateTracker.from_events("x", copy.deepcopy(events), slots=DOMAIN.slots)


HISTORIES = {
    "the first word": [LISTEN, _said("ask")],
    "nothing": [],
    "after an action": _history(3)[:-2],
    "long": _history(20),
    "stop while open": [*_history(2)[:-1], SlotSet("open", True), LISTEN, _said("stop")],
    "stop while not": [*_history(2)[:-1], SlotSet("open", False), LISTEN, _said("stop")],
    "in a form": [*_history(4), ActionExecuted("a_form"), ActiveLoop("a_form"), LISTEN],
    "as a story": _history(2)[:-1],
}


@pytest.fixture
def unfixed(original: Callable[[ModuleType, str], FunctionType]) -> list[FunctionType]:
    """Rasa's own three functions."""
    return [
        original(importlib.import_module(module), name)
        for module, name in (
            ("rasa.shared.core.domain", "Domain.states_for_tracker_history"),
            ("rasa.core.policies.rule_policy", "RulePolicy._get_possible_keys"),
            (
                "rasa.core.policies.memoization",
                "MemoizationPolicy.predict_action_probabilities",
            ),
        )
    ]


@pytest.mark.parametrize("name", HISTORIES)
@pytest.mark.parametrize("policy", ["rules", "stories", "empty", "augmented"])
def test_predictions_are_rasas_own(
    name: str, policy: str, tmp_path: Any, request: pytest.FixtureRequest, unfixed: Any
) -> None:
    kinds = {"empty": MemoizationPolicy, "augmented": AugmentedMemoizationPolicy}
    chosen = (
        _policy(kinds[policy], tmp_path) if policy in kinds else request.getfixturevalue(policy)
    )
    tracker = _tracker(HISTORIES[name])
    ours = [chosen.predict_action_probabilities(tracker, DOMAIN, {}) for _ in range(2)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Domain, "states_for_tracker_history", unfixed[0])
        patch.setattr(RulePolicy, "_get_possible_keys", unfixed[1])
        patch.setattr(MemoizationPolicy, "predict_action_probabilities", unfixed[2])
        theirs = chosen.predict_action_probabilities(_tracker(HISTORIES[name]), DOMAIN, {})
    assert [vars(each) for each in ours] == [vars(theirs)] * 2


def test_rules_are_told_apart_by_what_came_before(rules: Any) -> None:
    """So that the comparison above has something to compare."""

    def predicted(name: str) -> str:
        chances = rules.predict_action_probabilities(_tracker(HISTORIES[name]), DOMAIN)
        best = max(chances.probabilities)
        names: list[str] = DOMAIN.action_names_or_texts
        return names[chances.probabilities.index(best)]

    assert predicted("long") == "action_answer"
    assert predicted("stop while open") == "action_goodbye"
    assert predicted("stop while not") == "action_default_fallback"


def test_a_policy_that_changes_its_states_changes_nobody_elses() -> None:
    tracker = _tracker(_history(2))
    first = DOMAIN.states_for_tracker_history(tracker)
    before = copy.deepcopy(first)
    first[-1]["user"].clear()
    first.pop()
    assert DOMAIN.states_for_tracker_history(tracker) == before


def test_another_event_makes_other_states() -> None:
    tracker = _tracker(_history(2))
    before = DOMAIN.states_for_tracker_history(tracker)
    tracker.update(SlotSet("open", True), DOMAIN)
    tracker.update(ActionExecuted("action_answer"), DOMAIN)
    after = DOMAIN.states_for_tracker_history(tracker)
    assert len(after) == len(before) + 1
    assert after[-1]["slots"] == {"open": (1.0, 1.0)}


def test_what_is_asked_for_makes_a_difference() -> None:
    tracker = _tracker(_history(2))
    rule_only = {"slots": ["open"]}
    plain = DOMAIN.states_for_tracker_history(tracker)
    without = DOMAIN.states_for_tracker_history(
        tracker, ignore_rule_only_turns=True, rule_only_data={"rule_only_slots": ["open"]}
    )
    assert any("slots" in state for state in plain)
    assert not any("slots" in state for state in without)
    assert DOMAIN.states_for_tracker_history(tracker, rule_only_data=rule_only) == plain


def test_the_conversation_is_replayed_once_for_a_prediction(
    rules: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    replays: list[str] = []
    generate = DialogueStateTracker.generate_all_prior_trackers

    def counted(self: DialogueStateTracker) -> Any:
        replays.append(self.sender_id)
        return generate(self)

    monkeypatch.setattr(DialogueStateTracker, "generate_all_prior_trackers", counted)
    tracker = _tracker(_history(5))
    # The rules ask by text and by intent; without stories memoization need not ask.
    rules.predict_action_probabilities(tracker, DOMAIN)
    _policy(MemoizationPolicy, tmp_path).predict_action_probabilities(tracker, DOMAIN)
    assert replays == ["x"]


def test_no_tracker_lives_longer_for_it() -> None:
    tracker = _tracker(_history(1))
    DOMAIN.states_for_tracker_history(tracker)
    gone = weakref.ref(tracker)
    del tracker
    gc.collect()
    assert gone() is None
