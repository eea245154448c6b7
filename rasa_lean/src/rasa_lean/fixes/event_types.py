"""`Event.resolve_by_type` (rasa.shared.core.events) walks all subclasses for every stored event.

That is half of the time in which a long conversation grows slower. Instead: what the search finds
is kept by name. A name that is not known is searched each time (its class may come later).
"""

from types import ModuleType
from typing import Any


def after(module: ModuleType) -> None:
    """Put a table in front of Rasa's own search."""
    event = module.Event
    search = event.resolve_by_type
    table: dict[str, Any] = {}

    def resolve_by_type(type_name: str, default: Any = None) -> Any:
        if type_name not in table:
            found = search(type_name, default)
            if found is None or found is default:
                return found
            table[type_name] = found
        return table[type_name]

    event.resolve_by_type = staticmethod(resolve_by_type)
