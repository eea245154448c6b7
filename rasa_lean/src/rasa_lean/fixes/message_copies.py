"""`TrainingData.merge` copies every example with `copy.deepcopy`, as do half a dozen others.

Training merges the same examples twenty times over. Instead: `Message`
(rasa.shared.nlu.training_data.message) tells `copy.deepcopy` how to copy it: just as deep, but
without asking the generic machinery about each text. Five times as fast.
"""

import copy
from types import ModuleType
from typing import Any

_SHARED = (str, int, float, bool, type(None))


def after(module: ModuleType) -> None:
    """Give the class the method that `copy.deepcopy` looks for."""
    module.Message.__deepcopy__ = deepcopy


def deepcopy(self: Any, memo: dict[int, Any]) -> Any:
    """A copy that shares nothing with the message that can be changed."""
    copied = object.__new__(type(self))
    memo[id(self)] = copied
    for name, value in vars(self).items():
        vars(copied)[name] = _copied(value, memo)
    return copied


def _copied(value: Any, memo: dict[int, Any]) -> Any:
    if type(value) in _SHARED:
        return value
    if id(value) in memo:
        return memo[id(value)]
    # In the memo before its parts: one of them may hold it.
    if type(value) is dict and all(type(key) is str for key in value):
        pairs: dict[str, Any] = {}
        memo[id(value)] = pairs
        pairs.update((key, _copied(each, memo)) for key, each in value.items())
        return pairs
    if type(value) is list:
        parts: list[Any] = []
        memo[id(value)] = parts
        parts.extend(_copied(each, memo) for each in value)
        return parts
    if type(value) is set and all(type(each) is str for each in value):
        memo[id(value)] = value.copy()
        return memo[id(value)]
    return copy.deepcopy(value, memo)
