"""`DaskGraphRunner.run` (rasa.engine.runner.dask) has dask plan a dozen steps for every message.

For every prediction of an action and for training too. Rasa runs the steps one after another in
one thread, so nothing is gained by it, and only the dask of 2022 can do it. Instead: the standard
library sorts the steps, and dask is not needed.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from graphlib import TopologicalSorter
from itertools import chain
from types import ModuleType, SimpleNamespace
from typing import Any

from rasa_lean.later import LaterImports

_LATER = LaterImports("dask")

before = _LATER.let_in
finish = _LATER.take_away


def after(module: ModuleType) -> None:
    """Put `get` in dask's place."""
    module.dask = SimpleNamespace(get=get)  # type: ignore[attr-defined]


def get(graph: Mapping[str, tuple[Any, ...]], targets: Sequence[str]) -> tuple[Any, ...]:
    """The targets' results.

    Each value of the graph is a step, `(function, *names of what it needs)`, or a given result.
    A name that the graph lacks is handed on as it is, as dask does; Rasa's steps pass over it.
    A result is let go of when no step needs it any more: those of training are large.
    """
    needs = {name: node[1:] for name, node in graph.items() if callable(node[0])}
    results: dict[str, Any] = {name: graph[name] for name in graph if name not in needs}
    left = Counter(chain(targets, *needs.values()))
    for name in TopologicalSorter(needs).static_order():
        if name not in needs:
            continue
        results[name] = graph[name][0](*(results.get(need, need) for need in needs[name]))
        for need in needs[name]:
            left[need] -= 1
            if not left[need]:
                results.pop(need, None)
    return tuple(results[target] for target in targets)
