"""Names that are imported when they are first used.

For libraries that Rasa imports at the top of a file and needs in one rarely called function. As
with the stand-ins, only the import statements of the one module get them.
"""

import importlib
from types import ModuleType
from typing import Any

from rasa_lean.stand_in import StandIns


class Later:
    """A name of a library: it is called, or its attributes are asked for, when it is needed."""

    def __init__(self, module: str, name: str) -> None:
        vars(self).update(_module=module, _name=name)

    def _real(self) -> Any:
        return getattr(importlib.import_module(vars(self)["_module"]), vars(self)["_name"])

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._real()(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real(), name)


class LaterModule(ModuleType):
    """A module whose attributes are names for later."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Later(self.__name__, name)


class LaterImports(StandIns):
    """Has imports of some packages give names for later, whether they are installed or not."""

    def _import(self, name: str, *arguments: Any, **keywords: Any) -> Any:
        if self.covers(name):
            return LaterModule(name)
        return super()._import(name, *arguments, **keywords)
