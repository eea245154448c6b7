"""`_calculate_report` (rasa.nlu.test) asks for the confusion matrix of nothing.

`rasa test core` does so for every set of conversations without entities. scikit-learn 1.9 refuses
what its predecessors answered with an empty matrix. Instead: that empty matrix, and the empty
report that goes with it.
"""

from collections.abc import Sized
from types import ModuleType
from typing import Any


def after(module: ModuleType) -> None:
    """Put the case of nothing in front of Rasa's own function."""
    own = module._calculate_report

    def _calculate_report(
        output_directory: str | None, targets: Sized, predictions: Sized, *more: Any, **named: Any
    ) -> Any:
        if len(targets) or len(predictions):
            return own(output_directory, targets, predictions, *more, **named)
        return _report_of_nothing()

    module._calculate_report = _calculate_report  # type: ignore[attr-defined]


def _report_of_nothing() -> tuple[dict[str, Any], float, float, float, Any, list[str]]:
    import numpy as np
    from rasa.model_testing import get_evaluation_metrics

    # Rasa's own warning that there is nothing to evaluate comes from here.
    report, precision, f1, accuracy = get_evaluation_metrics([], [])
    return report, precision, f1, accuracy, np.zeros((0, 0), dtype=int), []
