"""Every policy replays the whole conversation for every prediction, some of them twice.

`Domain.states_for_tracker_history` (rasa.shared.core.domain) does it: five times a turn with rules
and memoization. Then `RulePolicy._get_possible_keys` (rasa.core.policies.rule_policy) asks of each
turn, back to the first, whether each rule still holds, though a rule of two turns holds when two
have matched. And `MemoizationPolicy.predict_action_probabilities`
(rasa.core.policies.memoization) replays it for an assistant that has no stories to remember.

Instead: the states of the latest tracker are kept until it has another event, each policy getting a
copy of its own; rules are compared as far back as the longest goes; and without stories nothing is
replayed.
"""

import weakref
from functools import wraps
from types import ModuleType
from typing import Any

States = list[dict[str, Any]]


def after(module: ModuleType) -> None:
    """Replace what this module has of the three."""
    if module.__name__.endswith(".domain"):
        _keep_states(module.Domain)
    elif module.__name__.endswith(".rule_policy"):
        module.RulePolicy._get_possible_keys = possible_keys
    else:
        _skip_without_stories(module.MemoizationPolicy)


def _keep_states(domain_class: Any) -> None:
    replay = domain_class.states_for_tracker_history
    latest: list[_Kept] = []  # one: policies are asked about a tracker one after another

    @wraps(replay)
    def states_for_tracker_history(
        self: Any,
        tracker: Any,
        omit_unset_slots: bool = False,
        ignore_rule_only_turns: bool = False,
        rule_only_data: dict[str, Any] | None = None,
    ) -> States:
        asked = (omit_unset_slots, ignore_rule_only_turns, rule_only_data)
        if not latest or not latest[0].are_of(self, tracker):
            latest[:] = [_Kept(self, tracker)]
        return latest[0].states(asked, lambda: replay(self, tracker, *asked))

    domain_class.states_for_tracker_history = states_for_tracker_history


class _Kept:
    """The states of a tracker as long as it has these events."""

    def __init__(self, domain: Any, tracker: Any) -> None:
        # Weak, so that nothing lives longer for it.
        self._domain: Any = weakref.ref(domain)
        self._tracker: Any = weakref.ref(tracker)
        self._events = list(tracker.events)
        self._found: list[tuple[tuple[Any, ...], States]] = []

    def are_of(self, domain: Any, tracker: Any) -> bool:
        """Whether these are the tracker's, and its events still the same, one by one."""
        return (
            self._domain() is domain
            and self._tracker() is tracker
            and len(self._events) == len(tracker.events)
            and all(one is other for one, other in zip(self._events, tracker.events, strict=True))
        )

    def states(self, asked: tuple[Any, ...], replay: Any) -> States:
        """What a policy asked for; made where it is not there yet."""
        found = next((states for same, states in self._found if same == asked), None)
        if found is None:
            found = replay()
            self._found.append((asked, found))
        # Policies take parts of the last state out.
        return [{name: dict(part) for name, part in state.items()} for state in found]


def possible_keys(self: Any, lookup: dict[str, str], states: States) -> set[str]:
    """The rules that the conversation fulfils, as keys of the lookup."""
    possible = set(lookup)
    for index, state in enumerate(reversed(states)):
        longest = max((len(self._rule_key_to_state(key)) for key in possible), default=0)
        if index >= longest:
            break
        possible = {key for key in possible if self._is_rule_applicable(key, index, state)}
    return possible


def _skip_without_stories(policy_class: Any) -> None:
    predict = policy_class.predict_action_probabilities

    @wraps(predict)
    def predict_action_probabilities(
        self: Any,
        tracker: Any,
        domain: Any,
        rule_only_data: dict[str, Any] | None = None,
        **more: Any,
    ) -> Any:
        if not self.lookup:
            return self._prediction(self._default_predictions(domain))
        return predict(self, tracker, domain, rule_only_data=rule_only_data, **more)

    policy_class.predict_action_probabilities = predict_action_probabilities
