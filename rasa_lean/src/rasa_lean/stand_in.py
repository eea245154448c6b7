"""Modules that take the place of absent packages while one of Rasa's modules is imported.

Rasa imports TensorFlow and every connector's library at the top of its files, whatever the
configuration uses. A stand-in lets those files be imported: its attributes are empty classes that
can be subclassed, called as decorators and named in annotations. Only the import statements of
the one module that is being imported get it (Python looks `__import__` up in a module's own
builtins); `sys.modules` never holds one, so that other libraries, which ask for TensorFlow too,
hear that it is absent, and a later import in the same module fails as it should.
"""

import builtins
from types import ModuleType
from typing import Any


class _AbsentType(type):
    """Gives every attribute of an absent class as another absent class."""

    def __getattr__(cls, name: str) -> Any:
        return _absent(name)

    def __or__(cls, other: Any) -> Any:
        return Any

    __ror__ = __or__

    def __getitem__(cls, item: Any) -> Any:
        return cls


class Absent(metaclass=_AbsentType):
    """A class of a package that is not installed; as a decorator it gives back what it got."""

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        if len(args) == 1 and not kwargs and callable(args[0]):
            return args[0]
        return super().__new__(cls)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        pass

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return args[0] if args and callable(args[0]) else self


class StandInModule(ModuleType):
    """A module whose attributes are all absent classes."""

    def __getattr__(self, name: str) -> Any:
        return _absent(name)


def _absent(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(name)
    return _AbsentType(name, (Absent,), {})


class StandIns:
    """Stand-ins for some packages, those of them that are not installed."""

    def __init__(self, *packages: str) -> None:
        self._packages = packages

    def let_in(self, module: ModuleType) -> None:
        """Have the module's import statements find the stand-ins; call before it is executed."""
        vars(module)["__builtins__"] = {**vars(builtins), "__import__": self._import}

    def take_away(self, module: ModuleType) -> None:
        """Have them import as everybody does; its functions keep the same builtins."""
        vars(module)["__builtins__"]["__import__"] = builtins.__import__

    def covers(self, name: str) -> bool:
        """Whether a module belongs to one of the packages."""
        return any(_is_below(name, package) for package in self._packages)

    def _import(self, name: str, *arguments: Any, **keywords: Any) -> Any:
        try:
            return builtins.__import__(name, *arguments, **keywords)
        except ModuleNotFoundError as error:
            if error.name is None or not self._stands_in_for(name, error.name):
                raise
            return StandInModule(name)

    def _stands_in_for(self, asked: str, missing: str) -> bool:
        """Whether a package of ours was asked for and it, not something it needs, is missing."""
        return any(
            _is_below(asked, package)
            and (_is_below(missing, package) or _is_below(package, missing))
            for package in self._packages
        )


def _is_below(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")
