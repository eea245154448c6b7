"""Rasa's own linear classifier works with today's scikit-learn."""

import inspect
import warnings
from collections.abc import Callable
from types import FunctionType, ModuleType, SimpleNamespace
from typing import Any

from rasa.nlu.classifiers import logistic_regression_classifier as module
from sklearn.linear_model import LogisticRegression

Original = Callable[[ModuleType, str], FunctionType]


def _created(config: dict[str, Any]) -> Any:
    return module.LogisticRegressionClassifier(config, "classifier", None, None)


def test_it_can_be_created_without_a_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        created = _created({})
        created.clf.fit([[0.0], [1.0], [2.0]] * 4, ["a", "b", "c"] * 4)
    assert isinstance(created.clf, LogisticRegression)
    assert list(created.clf.classes_) == ["a", "b", "c"]


def test_every_other_parameter_is_what_rasa_passes(original: Original) -> None:
    passed: dict[str, Any] = {}
    scope = SimpleNamespace(**vars(module))
    init = original(scope, "LogisticRegressionClassifier.__init__")  # type: ignore[arg-type]
    init.__globals__["LogisticRegression"] = passed.update
    init.__globals__["LogisticRegression"] = lambda **parameters: passed.update(parameters)
    config = {"max_iter": 7, "solver": "saga", "tol": 0.5}
    self = SimpleNamespace(get_default_config=lambda: _created({}).get_default_config())
    init(self, config, "classifier", None, None)

    assert (passed.pop("multi_class"), passed.pop("l1_ratio")) == ("auto", None)
    ours = _created(config).clf.get_params()
    assert {name: ours[name] for name in passed} == passed


def test_what_is_left_out_is_what_scikit_learn_does_anyway() -> None:
    parameters = inspect.signature(LogisticRegression).parameters
    assert "multi_class" not in parameters, "it exists: the fix may not be needed any more"
    assert parameters["l1_ratio"].default == 0.0
