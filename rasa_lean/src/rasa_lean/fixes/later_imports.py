"""Rasa 3.6.21 imports for every command what only a few of them use, some of it never.

Where: the tops of `rasa.core.tracker_store` (boto3 and pymongo, for DynamoDB and MongoDB),
`rasa.shared.utils.io` (portalocker, and redis with it, for a lock on the terminal),
`rasa.utils.log_utils` (Sentry), `rasa_sdk.plugin` and `rasa.core.utils` (Sanic, for an annotation;
lock stores and aiohttp), `rasa.cli.evaluate` (SQLAlchemy, for the tracker store), `rasa.cli.export`
(aio-pika), `rasa.cli.x` (aiohttp), `rasa.telemetry` (requests), and, for training and the server,
`rasa.core.channels.socketio` (python-socketio), `rasa.core.channels.console` (questionary),
`rasa.utils.plotting` (matplotlib) and `rasa.utils.tensorflow.model_data` (scikit-learn). Instead:
they are imported when they are first used. `rasa --version` takes half the time.
"""

from types import ModuleType

from rasa_lean.later import LaterImports

_LATER = {
    "rasa.cli.evaluate": LaterImports("rasa.core"),
    "rasa.cli.export": LaterImports("rasa.core.brokers"),
    "rasa.cli.x": LaterImports("aiohttp"),
    "rasa.core.channels.console": LaterImports("prompt_toolkit", "questionary"),
    "rasa.core.channels.socketio": LaterImports("socketio"),
    "rasa.core.tracker_store": LaterImports("boto3", "pymongo"),
    "rasa.core.utils": LaterImports("rasa.core.lock_store", "rasa.utils.endpoints", "sanic"),
    "rasa.shared.utils.io": LaterImports("portalocker"),
    "rasa.telemetry": LaterImports("requests"),
    "rasa.utils.log_utils": LaterImports("structlog_sentry"),
    "rasa.utils.tensorflow.model_data": LaterImports("sklearn"),
    "rasa.utils.plotting": LaterImports("matplotlib"),
    "rasa_sdk.plugin": LaterImports("sanic"),
}


def before(module: ModuleType) -> None:
    """Let the module's import statements give names for later."""
    _LATER[module.__name__].let_in(module)


def finish(module: ModuleType) -> None:
    """Let its functions import as everybody does."""
    _LATER[module.__name__].take_away(module)
