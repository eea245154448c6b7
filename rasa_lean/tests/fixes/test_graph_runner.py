"""Steps run as dask would run them, without dask."""

import weakref
from collections.abc import Callable
from typing import Any

import dask
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rasa.engine.runner import dask as module
from rasa_lean.fixes.graph_runner import get

RunPython = Callable[..., str]


def _step(name: str) -> Callable[..., Any]:
    return lambda *inputs: (name, inputs)


@st.composite
def _graphs(draw: st.DrawFn) -> tuple[dict[str, Any], list[str]]:
    """Any graph without circles, with given results and needs that it lacks."""
    graph: dict[str, Any] = {"given": ("given", 7)}
    for number in range(draw(st.integers(1, 8))):
        name = f"step{number}"
        needs = draw(st.lists(st.sampled_from([*graph, "absent"]), max_size=4))
        graph[name] = (_step(name), *needs)
    names = list(graph)
    order = draw(st.permutations(names))
    targets = draw(st.lists(st.sampled_from(names), min_size=1, unique=True))
    return {name: graph[name] for name in order}, targets


@given(asked=_graphs())
def test_gives_what_dask_gives(asked: tuple[dict[str, Any], list[str]]) -> None:
    graph, targets = asked
    assert get(graph, targets) == tuple(dask.get(graph, targets))


def test_runs_every_step_once() -> None:
    ran: list[str] = []

    def step(name: str) -> Callable[..., str]:
        def run(*_: Any) -> str:
            ran.append(name)
            return name

        return run

    graph = {"c": (step("c"), "a", "b"), "b": (step("b"), "a"), "a": (step("a"),)}
    assert get(graph, ["c", "a"]) == ("c", "a")
    assert ran == ["a", "b", "c"]


def test_lets_go_of_what_no_step_needs_any_more() -> None:
    class Large:
        pass

    kept: list[weakref.ref[Large]] = []

    def large(*_: Any) -> Large:
        made = Large()
        kept.append(weakref.ref(made))
        return made

    graph = {
        "large": (large,),
        "next": (lambda _: "small", "large"),
        "last": (lambda _: kept[0]() is None, "next"),
    }
    assert get(graph, ["last"]) == (True,)


def test_a_step_s_own_error_comes_through() -> None:
    def fails() -> None:
        raise LookupError("of its own")

    with pytest.raises(LookupError, match="of its own"):
        get({"a": (fails,)}, ["a"])


def test_rasa_s_runner_uses_it() -> None:
    assert module.dask.get is get


def test_rasa_s_runner_is_imported_without_dask(run_python: RunPython) -> None:
    printed = run_python("""
        import sys
        sys.modules["dask"] = None  # as if it were not installed
        import rasa.engine.runner.dask
        print("imported")
    """)
    assert "imported" in printed
