"""Fixes run around the loading of their module, and leave no trace on any other."""

import importlib.util
import inspect
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
from rasa_lean.loading import FixedLoader, fixed_spec
from rasa_lean.startup import FixFinder


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "sample.py").write_text("seen.append('module')\ndef f():\n    return 1\n")
    return tmp_path


@pytest.fixture
def fix(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A fix that notes the order of things in the module's own list `seen`."""
    notes: list[str] = []

    def before(module: ModuleType) -> None:
        vars(module)["seen"] = notes
        notes.append("before")

    parts = SimpleNamespace(
        notes=notes,
        before=before,
        finish=lambda module: notes.append("finish"),
        after=lambda module: notes.append("after"),
    )
    monkeypatch.setitem(sys.modules, "rasa_lean.fixes.sample", parts)
    return parts


def _load(name: str) -> ModuleType:
    spec = fixed_spec(name, None, None, ("sample",), asking=object())
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    assert spec.loader is not None
    spec.loader.exec_module(module)
    return module


def test_the_parts_of_a_fix_run_in_order(folder: Path, fix: SimpleNamespace) -> None:
    _load("sample")
    assert fix.notes == ["before", "module", "finish", "after"]


def test_a_failed_import_is_finished_too(folder: Path, fix: SimpleNamespace) -> None:
    (folder / "broken.py").write_text("raise ValueError('broken')")
    with pytest.raises(ValueError, match="broken"):
        _load("broken")
    assert fix.notes == ["before", "finish"]


def test_the_module_still_tells_its_file_and_source(folder: Path, fix: SimpleNamespace) -> None:
    module = _load("sample")
    assert module.__file__ == str(folder / "sample.py")
    assert "return 1" in inspect.getsource(module.f)
    assert isinstance(module.__loader__, FixedLoader)
    assert module.__loader__.get_filename("sample") == module.__file__
    assert not hasattr(module.__loader__, "nonsense")


def test_only_modules_with_a_fix_are_touched() -> None:
    finder = FixFinder({"json.tool": ("sample",)})
    assert finder.find_spec("json") is None
    assert finder.find_spec("json.decoder") is None


def test_a_module_that_does_not_exist_stays_missing(fix: SimpleNamespace) -> None:
    assert fixed_spec("no_such_module", None, None, ("sample",), asking=object()) is None
