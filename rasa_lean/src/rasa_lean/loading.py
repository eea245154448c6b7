"""Loads one of Rasa's modules with its fixes around it."""

import importlib
import importlib.util
import sys
from collections.abc import Sequence
from importlib.abc import Loader
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any


class FixedLoader(Loader):
    """Runs the fixes around the ordinary loader.

    A fix may have `before(module)`, `finish(module)` (also after a failed import) and
    `after(module)`.
    """

    def __init__(self, ordinary: Loader, fixes: Sequence[str]) -> None:
        self._ordinary = ordinary
        self._fixes = [importlib.import_module(f"rasa_lean.fixes.{fix}") for fix in fixes]

    def __getattr__(self, name: str) -> Any:
        # pkg_resources, inspect and linecache ask the loader for sources and resources.
        return getattr(vars(self)["_ordinary"], name)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """As the ordinary loader does."""
        return self._ordinary.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        """Execute the module between the fixes' parts."""
        self._run("before", module)
        try:
            self._ordinary.exec_module(module)
        finally:
            self._run("finish", module)
        self._run("after", module)

    def _run(self, part: str, module: ModuleType) -> None:
        for fix in self._fixes:
            getattr(fix, part, _nothing)(module)


def _nothing(_: ModuleType) -> None:
    """Stands where a fix lacks a part."""


def fixed_spec(
    name: str,
    path: Sequence[str] | None,
    target: ModuleType | None,
    fixes: Sequence[str],
    asking: object,
) -> ModuleSpec | None:
    """The spec that the other finders give for `name`, with `FixedLoader` as its loader."""
    for finder in sys.meta_path:
        if finder is asking or not hasattr(finder, "find_spec"):
            continue
        spec = finder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = FixedLoader(spec.loader, fixes)
            return spec
    return None
