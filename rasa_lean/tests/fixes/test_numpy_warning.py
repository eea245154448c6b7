"""Rasa's list of expected warnings can be made with numpy 2."""

from collections.abc import Callable

import numpy as np
from rasa.utils.common import EXPECTED_WARNINGS


def test_ragged_arrays_are_still_among_the_expected_warnings() -> None:
    expected = [message for kind, message in EXPECTED_WARNINGS if kind is _ragged_warning()]
    assert any("ragged" in message for message in expected)


def test_the_module_cannot_be_imported_without_the_fix(run_python: Callable[..., str]) -> None:
    printed = run_python("import rasa.utils.common", expect=1, RASA_LEAN_WITHOUT="numpy_warning")
    assert "VisibleDeprecationWarning" in printed


def _ragged_warning() -> type[Warning]:
    return np.exceptions.VisibleDeprecationWarning
