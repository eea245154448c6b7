"""`rasa.shared.utils.validation` imports `LegacyVersion`, gone since packaging 22.

Rasa asks whether the version of a training data file is one (a text that is no version number), to
warn of it. Instead: a class of that name while the module is imported, and a `parse` for this
module that gives one where today's `packaging` would raise `InvalidVersion`.
"""

from types import ModuleType, SimpleNamespace
from typing import Any

from packaging import version


class LegacyVersion:
    """A version that is no version number."""


def before(_: ModuleType) -> None:
    """Give `packaging.version` the name that Rasa imports."""
    version.LegacyVersion = LegacyVersion  # type: ignore[attr-defined]


def finish(_: ModuleType) -> None:
    """Take it away again: its presence tells other libraries that `packaging` is old."""
    del version.LegacyVersion  # type: ignore[attr-defined]


def after(module: ModuleType) -> None:
    """Let Rasa's module parse versions as the old `packaging` did."""
    module.version = SimpleNamespace(parse=parse)  # type: ignore[attr-defined]


def parse(text: str) -> Any:
    """The version, or a `LegacyVersion` where the text is none."""
    try:
        return version.Version(text)
    except version.InvalidVersion:
        return LegacyVersion()
