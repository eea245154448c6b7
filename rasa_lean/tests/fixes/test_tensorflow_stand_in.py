"""Rasa works without TensorFlow, and says so where a configuration names what needs it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rasa.engine.recipes.default_components import DEFAULT_COMPONENTS
from rasa.shared.exceptions import InvalidConfigException
from rasa_lean.fixes.tensorflow_stand_in import _INSTEAD

RunPython = Callable[..., str]

# Rasa's modules first, and what asks for TensorFlow only after them.
OTHERS_ASK = """
    import importlib
    import json
    import sys
    import rasa.engine.recipes.default_components
    packages = ("tensorflow", "tensorflow_text", "tensorflow_hub", "keras")
    import thinc.compat
    import matplotlib.cbook

    failed = []
    for package in packages:
        try:
            importlib.import_module(package)
        except ModuleNotFoundError as error:
            failed.append(error.name)
    print(json.dumps({
        "thinc": thinc.compat.has_tensorflow,
        "matplotlib": matplotlib.cbook._is_tensorflow_array(object()),
        "failed": failed,
        "left": [name for name in sys.modules if name.partition(".")[0] in packages],
    }))
"""
ABSENT = {
    "thinc": False,
    "matplotlib": False,
    "failed": ["tensorflow", "tensorflow_text", "tensorflow_hub", "keras"],
    "left": [],
}
CONFIG = """
assistant_id: x
recipe: default.v1
language: en
pipeline:
- name: WhitespaceTokenizer
- name: CountVectorsFeaturizer
- name: DIETClassifier
policies:
- name: RulePolicy
"""
DATA = """
version: "3.1"
nlu:
- intent: greet
  examples: |
    - hello
    - hi
- intent: bye
  examples: |
    - bye
    - see you
"""


def test_other_libraries_hear_that_tensorflow_is_absent(run_python: RunPython) -> None:
    printed = run_python(OTHERS_ASK)
    assert json.loads(printed.splitlines()[-1]) == ABSENT


def test_a_later_import_in_rasas_own_module_fails_as_it_should() -> None:
    from rasa.utils.train_utils import load_tf_hub_model

    with pytest.raises(ModuleNotFoundError, match="tensorflow_hub"):
        load_tf_hub_model("http://127.0.0.1/model")


def test_all_default_components_can_be_imported() -> None:
    assert len(DEFAULT_COMPONENTS) == 31


@pytest.mark.parametrize("component", DEFAULT_COMPONENTS, ids=lambda each: each.__name__)
def test_exactly_the_components_that_need_tensorflow_are_refused(component: Any) -> None:
    if component.__name__ not in _INSTEAD:
        assert "tensorflow" not in component.required_packages()
        return
    with pytest.raises(InvalidConfigException) as refusal:
        component.required_packages()
    assert f"'{component.__name__}' needs TensorFlow" in str(refusal.value)
    assert _INSTEAD[component.__name__] in str(refusal.value)


def test_a_subclass_is_refused_under_its_own_name() -> None:
    from rasa.nlu.classifiers.diet_classifier import DIETClassifier

    class OwnClassifier(DIETClassifier):  # type: ignore[misc]
        pass

    with pytest.raises(InvalidConfigException, match="'OwnClassifier' needs TensorFlow"):
        OwnClassifier.required_packages()


def test_training_with_such_a_component_ends_with_a_clear_message(
    run_python: RunPython, tmp_path: Path
) -> None:
    (tmp_path / "config.yml").write_text(CONFIG)
    (tmp_path / "domain.yml").write_text("intents: [greet, bye]")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "nlu.yml").write_text(DATA)
    printed = run_python(
        "import sys; sys.argv = ['rasa', 'train', 'nlu']; import rasa.__main__ as r; r.main()",
        expect=1,
    )
    assert "'DIETClassifier' needs TensorFlow" in printed
    assert "config.yml" in printed
    assert "Traceback" not in printed
    assert not list(tmp_path.glob("models/*"))
