"""The fixes are there wherever Rasa starts, cost nothing elsewhere, and can be switched off."""

import re
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest
import rasa_lean.fixes
from rasa_lean.startup import FIXES, enabled_fixes

RunPython = Callable[..., str]


@pytest.fixture(autouse=True)
def no_switches(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("RASA_LEAN", "RASA_LEAN_WITHOUT"):
        monkeypatch.delenv(name, raising=False)


def test_every_interpreter_starts_with_the_fixes_and_imports_nothing_for_them(
    run_python: RunPython,
) -> None:
    printed = run_python(
        "import sys; print(type(sys.meta_path[0]).__name__)", arguments=("-X", "importtime")
    )
    assert printed.splitlines()[-1] == "FixFinder"
    # A module stands below those that its import has imported.
    imports = [line.split("|") for line in printed.splitlines() if line.count("|") == 2]
    names = [name.strip() for _, _, name in imports]
    started = names.index("rasa_lean.startup")
    assert names[started - 1] == "rasa_lean"
    assert int(imports[started][1]) < 20_000, "microseconds"
    assert not [name for name in names if name.startswith(("rasa_lean.fixes", "rasa_lean.load"))]


@pytest.mark.parametrize("module", sorted(FIXES))
def test_every_fix_belongs_to_a_module_that_there_is(module: str) -> None:
    assert find_spec(module) is not None
    for fix in FIXES[module]:
        assert find_spec(f"rasa_lean.fixes.{fix}") is not None


def test_every_fix_file_is_registered_and_tested() -> None:
    files = {path.stem for path in Path(rasa_lean.fixes.__path__[0]).glob("*.py")} - {"__init__"}
    tested = {path.stem.removeprefix("test_") for path in Path(__file__).parent.glob("fixes/*.py")}
    assert files == {fix for fixes in FIXES.values() for fix in fixes}
    assert files <= tested


@pytest.mark.parametrize("off", ["off", "OFF", "0", "no", "false"])
def test_everything_can_be_switched_off(off: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RASA_LEAN", off)
    assert enabled_fixes() == {}


def test_single_fixes_can_be_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RASA_LEAN_WITHOUT", "reply_validator, quiet_start")
    left = {fix for fixes in enabled_fixes().values() for fix in fixes}
    every = {fix for fixes in FIXES.values() for fix in fixes}
    assert left == every - {"reply_validator", "quiet_start"}


def test_without_a_switch_every_fix_is_in_force() -> None:
    assert enabled_fixes() == FIXES


def test_switched_off_nothing_is_put_in_front_of_imports(run_python: RunPython) -> None:
    code = "import sys; print([each for each in sys.meta_path if 'Fix' in type(each).__name__])"
    assert "FixFinder" in run_python(code)
    assert run_python(code, RASA_LEAN="off") == "[]\n"


def test_every_setting_stands_in_the_readme() -> None:
    sources = Path(rasa_lean.fixes.__path__[0]).parent.rglob("*.py")
    named = {
        name
        for source in sources
        for name in re.findall(r"\"(RASA_LEAN\w*)\"", source.read_text(encoding="utf-8"))
    }
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    assert len(named) == 4
    assert {name for name in named if f"`{name}=" not in readme} == set()
