"""Rasa 3.6.21 imports TensorFlow at start, whatever the pipeline uses (two gigabytes on disk).

Where: the files of `rasa.utils.tensorflow` and the components built on them. Instead: while those
files are imported, empty classes stand in for TensorFlow's. A configuration that really names such
a component is refused when it is checked, before anything is trained.
"""

from types import ModuleType
from typing import NoReturn

from rasa_lean.stand_in import StandIns

_STAND_INS = StandIns("tensorflow", "tensorflow_text", "tensorflow_hub", "keras")

before = _STAND_INS.let_in
finish = _STAND_INS.take_away

_INSTEAD = {
    "TEDPolicy": "RulePolicy and MemoizationPolicy",
    "UnexpecTEDIntentPolicy": "RulePolicy and MemoizationPolicy",
    "DIETClassifier": "LogisticRegressionClassifier, or a classifier of your own",
    "ConveRTFeaturizer": "CountVectorsFeaturizer",
    "LanguageModelFeaturizer": "CountVectorsFeaturizer",
    "ResponseSelector": "plain intents instead of retrieval intents",
}


def after(module: ModuleType) -> None:
    """Have Rasa's check of the configuration refuse the components that need TensorFlow."""
    for name in _INSTEAD:
        component = vars(module).get(name)
        if component is not None and component.__module__ == module.__name__:
            component.required_packages = classmethod(_refuse)


def _refuse(component: type) -> NoReturn:
    from rasa.shared.exceptions import InvalidConfigException

    # A subclass of one of these is refused too, under its own name.
    instead = next(
        _INSTEAD[each.__name__] for each in component.__mro__ if each.__name__ in _INSTEAD
    )
    raise InvalidConfigException(
        f"'{component.__name__}' needs TensorFlow, which is left out of this installation "
        f"(rasa-lean). Take it out of config.yml; use {instead}. "
        "A configuration without a pipeline or policies gets Rasa's defaults, which need it too."
    )
