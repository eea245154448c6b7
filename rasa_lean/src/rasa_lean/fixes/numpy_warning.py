"""`rasa.utils.common` names `numpy.VisibleDeprecationWarning`, which numpy 2 moved elsewhere.

Instead: numpy gets the old name back before the module is executed.
"""

from types import ModuleType


def before(_: ModuleType) -> None:
    """Give numpy the name that Rasa asks for."""
    import numpy as np

    if not hasattr(np, "VisibleDeprecationWarning"):
        np.VisibleDeprecationWarning = np.exceptions.VisibleDeprecationWarning  # type: ignore[attr-defined]
