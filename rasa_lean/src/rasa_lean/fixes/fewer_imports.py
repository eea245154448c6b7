"""Rasa 3.6.21 imports for every command what only a few of them use, some of it never.

Where: the tops of `rasa_sdk.plugin` and `rasa.core.utils` (Sanic, for an annotation; lock stores
and aiohttp), `rasa.cli.evaluate` (SQLAlchemy, for the tracker store), `rasa.cli.export` (aio-pika),
`rasa.cli.x` (aiohttp), `rasa.telemetry` (requests), and, for training and the server,
`rasa.core.channels.socketio` (python-socketio), `rasa.core.channels.console` (questionary),
`rasa.utils.plotting` (matplotlib) and `rasa.utils.tensorflow.model_data` (scikit-learn). Instead:
they are imported when they are first used. `rasa --version` takes half the time.
"""

from rasa_lean.later import LaterByModule

_LATER = LaterByModule(
    {
        "rasa.cli.evaluate": ("rasa.core",),
        "rasa.cli.export": ("rasa.core.brokers",),
        "rasa.cli.x": ("aiohttp",),
        "rasa.core.channels.console": ("prompt_toolkit", "questionary"),
        "rasa.core.channels.socketio": ("socketio",),
        "rasa.core.utils": ("rasa.core.lock_store", "rasa.utils.endpoints", "sanic"),
        "rasa.telemetry": ("requests",),
        "rasa.utils.plotting": ("matplotlib",),
        "rasa.utils.tensorflow.model_data": ("sklearn",),
        "rasa_sdk.plugin": ("sanic",),
    }
)

before = _LATER.let_in
finish = _LATER.take_away
