"""Every run of Rasa 3.6.21 prints deprecation warnings of its own code, which users cannot mend.

Sanic, on which Rasa's server stands, has deprecations shown in every program that imports it.
Instead: Python's own settings hold (they are shown on request: ``python -W default``), and one
warning more joins Rasa's list of those that it expects.
"""

import warnings
from contextlib import ExitStack
from types import ModuleType

_PKG_RESOURCES = (UserWarning, "pkg_resources is deprecated as an API")
_filters = ExitStack()


def before(module: ModuleType) -> None:
    """Keep the filters as they are."""
    if module.__name__ == "sanic.app":
        _filters.enter_context(warnings.catch_warnings())


def finish(_: ModuleType) -> None:
    """Put them back."""
    _filters.close()


def after(module: ModuleType) -> None:
    """Lengthen Rasa's list."""
    if module.__name__ == "rasa.utils.common":
        module.EXPECTED_WARNINGS.append(_PKG_RESOURCES)
