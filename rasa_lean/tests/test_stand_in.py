"""Stand-ins take the place of absent packages for one module, and for nothing and nobody else."""

import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from rasa_lean.stand_in import StandIns

Execute = Callable[[str], ModuleType]


@pytest.fixture
def execute() -> Execute:
    """Executes a module's text as the import system does, with a stand-in for `absent`."""

    def run(text: str) -> ModuleType:
        module = ModuleType("importing")
        stand_ins = StandIns("absent", "absent_too", "os.absent")
        stand_ins.let_in(module)
        try:
            exec(text, vars(module))
        finally:
            stand_ins.take_away(module)
        return module

    return run


@pytest.mark.parametrize(
    "statement",
    [
        "import absent",
        "import absent as a",
        "import absent.deep.inside",
        "import absent.deep as d",
        "from absent import thing",
        "from absent.deep import thing, other as o",
        "import os.absent.deep",
        "from os.absent import thing",
        "import absent_too",
    ],
)
def test_every_form_of_import_finds_the_stand_in(statement: str, execute: Execute) -> None:
    execute(statement)


@pytest.mark.parametrize("statement", ["import absentee", "import other", "from os import absent"])
def test_what_no_stand_in_is_for_stays_absent(statement: str, execute: Execute) -> None:
    with pytest.raises(ImportError):
        execute(statement)


def test_a_stand_in_is_never_among_the_loaded_modules(execute: Execute) -> None:
    found = "[m for m in sys.modules if m.partition('.')[0] == 'absent']"
    execute(f"import sys, absent.deep\nassert not {found}")
    assert not eval(found)


def test_a_later_import_fails_as_it_should(execute: Execute) -> None:
    module = execute("import absent\ndef later():\n    import absent")
    with pytest.raises(ModuleNotFoundError, match="absent"):
        module.later()


def test_a_module_that_is_there_and_lacks_something_else_is_not_covered_up(
    execute: Execute, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "absent.py").write_text("import something_it_needs")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(ModuleNotFoundError, match="something_it_needs"):
        execute("import absent")


def test_a_real_package_wins(
    execute: Execute, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "absent.py").write_text("thing = 'real'")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert execute("from absent import thing").thing == "real"
    sys.modules.pop("absent")


def test_its_names_serve_as_classes_decorators_and_annotations(execute: Execute) -> None:
    module = execute(
        """
import absent as tf
from absent.deep import Base

class Layer(tf.keras.layers.Layer, Base):
    @tf.function(input_signature=[tf.TensorSpec(shape=[None], dtype=tf.float32)])
    def call(self, x: tf.Tensor | None) -> "tf.Tensor":
        return x

    @tf.function
    def other(self, x: list[tf.Tensor], y: tf.Generic[int] | tf.Tensor):
        return y

class Meta(tf.A, tf.B.C, dict):
    pass
"""
    )
    layer = module.Layer()
    assert layer.call(3) == 3
    assert layer.other([], 4) == 4
    assert not isinstance(3, module.tf.Tensor)
    with pytest.raises(AttributeError):
        module.tf.__version__  # noqa: B018
