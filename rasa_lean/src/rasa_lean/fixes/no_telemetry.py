"""Rasa 3.6.21 reports its use to its makers unless told not to (`rasa.telemetry`).

Instead: it is off, always, in this one place. A product that keeps billing conversations private
sends none; Rasa's error reporting also does not work with sentry-sdk 2.
"""

from types import ModuleType


def after(module: ModuleType) -> None:
    """Answer Rasa's own question with no, and write no configuration to the home folder."""
    module.is_telemetry_enabled = lambda: False  # type: ignore[attr-defined]
    module.initialize_telemetry = lambda: False  # type: ignore[attr-defined]
    module.initialize_error_reporting = lambda: None  # type: ignore[attr-defined]
