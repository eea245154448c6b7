"""Rasa's own code beside the patched one, and fresh interpreters."""

import ast
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from types import FunctionType, ModuleType

import pytest

Original = Callable[[ModuleType, str], FunctionType]
RunPython = Callable[..., str]


def source_of(module: str, name: str) -> str:
    """Source of a function or method (``Class.method``), as the installed file has it."""
    spec = find_spec(module)
    assert spec is not None, f"{module} is not installed"
    assert spec.origin is not None
    text = Path(spec.origin).read_text(encoding="utf-8")
    scope: ast.AST = ast.parse(text)
    for part in name.split("."):
        scope = next(
            node for node in ast.iter_child_nodes(scope) if getattr(node, "name", None) == part
        )
    return textwrap.dedent(ast.get_source_segment(text, scope, padded=True) or "")


@pytest.fixture(scope="session")
def original() -> Original:
    """Gives Rasa's own version of a function that a fix has replaced."""

    def compiled(module: ModuleType, name: str) -> FunctionType:
        scope = dict(vars(module))
        exec(source_of(module.__name__, name), scope)
        found = scope[name.rpartition(".")[2]]
        assert isinstance(found, FunctionType)
        return found

    return compiled


@pytest.fixture(scope="session")
def read_source() -> Callable[[str, str], str]:
    """`source_of`, for the tests."""
    return source_of


@pytest.fixture
def run_python(tmp_path: Path) -> RunPython:
    """Runs code in a fresh interpreter and gives what it printed, errors too."""

    def run(code: str, expect: int = 0, arguments: tuple[str, ...] = (), **environment: str) -> str:
        command = [sys.executable, *arguments, "-c", textwrap.dedent(code)]
        done = subprocess.run(
            command,
            cwd=tmp_path,
            env={**clean_environment(), **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == expect, done.stdout
        return done.stdout

    return run


def clean_environment() -> dict[str, str]:
    """The environment without what would change how Python and the fixes behave."""
    unwanted = ("PYTHONWARNINGS", "RASA_LEAN")
    return {name: value for name, value in os.environ.items() if not name.startswith(unwanted)}
