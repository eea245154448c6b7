"""`LogisticRegressionClassifier` passes parameters that scikit-learn 1.8 and 1.10 drop.

Instead: they are left out; what they asked for (`multi_class="auto"`, `l1_ratio=None`) is what
scikit-learn does anyway.
"""

from types import ModuleType
from typing import Any

_DROPPED = ("multi_class", "l1_ratio")


def after(module: ModuleType) -> None:
    """Put a function in the place of the class that Rasa's module calls."""
    logistic_regression = module.LogisticRegression

    def without_dropped(**parameters: Any) -> Any:
        kept = {name: value for name, value in parameters.items() if name not in _DROPPED}
        return logistic_regression(**kept)

    module.LogisticRegression = without_dropped  # type: ignore[attr-defined]
