"""Rasa's commands print none of the deprecation warnings of Rasa's own code."""

from collections.abc import Callable

RunPython = Callable[..., str]

# What a command imports and does before it comes to its own work, and data being read.
START = """
    import sys
    sys.argv = ["rasa", "run", "--help"]
    import rasa.__main__
    import rasa.engine.caching
    import rasa.server
    from rasa.shared.core.domain import Domain
    from rasa.shared.core.events import ActionExecuted
    from rasa.utils.common import configure_logging_and_warnings
    try:
        rasa.__main__.main()
    except SystemExit:
        configure_logging_and_warnings(20)
    hash(ActionExecuted("x", metadata={"line": 1}))
    Domain.from_yaml("intents: [greet]")
    print("end")
"""
NOISE = [
    "The ``declarative_base()`` function",
    "Nesting argument groups is deprecated",
    "distutils Version classes are deprecated",
    "keys will default to True in jsonpickle",
    "pkg_resources is deprecated as an API",
]


def test_a_command_starts_without_a_warning(run_python: RunPython) -> None:
    printed = run_python(START)
    assert printed.startswith("usage: rasa run")
    assert printed.endswith("end\n")
    assert "Warning" not in printed


def test_it_would_not_without_the_fix(run_python: RunPython) -> None:
    printed = run_python(START, RASA_LEAN_WITHOUT="quiet_start")
    assert [each for each in NOISE if each not in printed] == []


def test_other_warnings_are_shown(run_python: RunPython) -> None:
    printed = run_python(
        """
        import warnings
        import sanic.app
        import rasa.utils.common
        rasa.utils.common.configure_logging_and_warnings(20)
        warnings.warn("my code is old", DeprecationWarning)
        warnings.warn("something is odd", UserWarning)
        warnings.warn("pkg_resources is deprecated as an API", UserWarning)
        """
    )
    shown = [line.partition("Warning: ")[2] for line in printed.splitlines()]
    assert shown == ["my code is old", "something is odd"]


def test_deprecations_are_shown_to_who_asks_for_them(run_python: RunPython) -> None:
    code = """
        import warnings
        import sanic.app
        warnings.warn_explicit("old", DeprecationWarning, "f.py", 1, "some_library", {})
    """
    assert run_python(code) == ""
    assert "DeprecationWarning: old" in run_python(code, arguments=("-W", "default"))
