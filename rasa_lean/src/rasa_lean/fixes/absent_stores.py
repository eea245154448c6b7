"""`TrackerStore.create` (rasa.core.tracker_store) imports botocore and pymongo for every store.

It wants the names of their errors, to say that a store cannot be reached. Instead: an error of a
library can only come from one that is loaded, so only those are asked; neither has to be installed
for a store that does without it.
"""

import sys
from types import ModuleType
from typing import Any

# Module -> its errors that mean that the store cannot be reached.
_ERRORS = {
    "botocore.exceptions": ("BotoCoreError",),
    "pymongo.errors": ("ConnectionFailure", "OperationFailure"),
    "sqlalchemy.exc": ("OperationalError",),
}


def after(module: ModuleType) -> None:
    """Replace the method."""

    def create(obj: Any, domain: Any = None, event_broker: Any = None) -> Any:
        if isinstance(obj, module.TrackerStore):
            return obj
        create_by_plugin = module.plugin_manager().hook.create_tracker_store
        try:
            return create_by_plugin(
                endpoint_config=obj, domain=domain, event_broker=event_broker
            ) or module.create_tracker_store(obj, domain, event_broker)
        except Exception as error:
            if isinstance(error, _connection_errors()):
                message = "Cannot connect to tracker store." + str(error)
                raise module.ConnectionException(message) from error
            raise

    module.TrackerStore.create = staticmethod(create)


def _connection_errors() -> tuple[type[BaseException], ...]:
    loaded = ((sys.modules.get(name), names) for name, names in _ERRORS.items())
    found = (getattr(module, name) for module, names in loaded if module for name in names)
    return (ConnectionError, *found)
