"""Names that are imported when they are first used.

For libraries that Rasa imports at the top of a file and needs in one rarely called function. As
with the stand-ins, only the import statements of the one module get them.
"""

import importlib
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any

from rasa_lean.stand_in import StandIns


class Later:
    """A name of a library: it is called, or its attributes are asked for, when it is needed.

    As the second argument of `isinstance` or `issubclass` it does as the class itself.
    """

    def __init__(self, module: str, name: str) -> None:
        vars(self).update(_module=module, _name=name)

    def _real(self) -> Any:
        return getattr(importlib.import_module(vars(self)["_module"]), vars(self)["_name"])

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._real()(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # `typing` asks whatever stands in an annotation for such
            raise AttributeError(name)
        return getattr(self._real(), name)

    def __instancecheck__(self, instance: object) -> bool:
        return isinstance(instance, self._real())

    def __subclasscheck__(self, kind: type) -> bool:
        return issubclass(kind, self._real())


class LaterNames(ModuleType):
    """What `from module import name` gets: names for later."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Later(self.__name__, name)


class LaterPackage(ModuleType):
    """What `import package.module` gets: the package, imported when it is asked for anything."""

    def __init__(self, module: str, imports: "LaterImports") -> None:
        super().__init__(module.partition(".")[0])
        self._module = module
        self._imports = imports

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if self._imports.under_way:  # an annotation of the module that is being imported
            return Later(self.__name__, name)
        importlib.import_module(self._module)
        return getattr(importlib.import_module(self.__name__), name)


class LaterImports(StandIns):
    """Has imports of some packages give names for later, whether they are installed or not."""

    under_way = False  # whether the module whose imports wait is still being executed

    def let_in(self, module: ModuleType) -> None:
        """Have the module's import statements give names for later; call before it is executed."""
        self.under_way = True
        super().let_in(module)

    def take_away(self, module: ModuleType) -> None:
        """Have them import as everybody does."""
        super().take_away(module)
        self.under_way = False

    def _import(
        self,
        name: str,
        globals: Any = None,
        locals: Any = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> Any:
        if self.covers(name):
            return LaterNames(name) if fromlist else LaterPackage(name, self)
        return super()._import(name, globals, locals, fromlist, level)


class LaterByModule:
    """For each of some modules the packages that it imports later."""

    def __init__(self, packages: Mapping[str, Sequence[str]]) -> None:
        self._imports = {module: LaterImports(*names) for module, names in packages.items()}

    def let_in(self, module: ModuleType) -> None:
        """Have the module's import statements give names for later; call before it is executed."""
        self._imports[module.__name__].let_in(module)

    def take_away(self, module: ModuleType) -> None:
        """Have them import as everybody does."""
        self._imports[module.__name__].take_away(module)
