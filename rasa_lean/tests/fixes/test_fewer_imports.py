"""Commands import what they need; test_later_imports.py has what `rasa --version` does without."""

from collections.abc import Callable

import pytest

RunPython = Callable[..., str]


def test_markers_and_exports_find_what_they_need(run_python: RunPython, tmp_path: object) -> None:
    """The two commands whose imports wait, up to where their own data is read."""
    said = run_python(
        """
import rasa.cli.evaluate as evaluate, rasa.cli.export as export
assert evaluate.AvailableEndpoints.read_endpoints(None).tracker_store is None
assert evaluate.TrackerStore.create(None).__class__.__name__ == "InMemoryTrackerStore"
from rasa.core.brokers.pika import PikaEventBroker
assert isinstance(object.__new__(PikaEventBroker), export.PikaEventBroker)
assert not isinstance(1, export.PikaEventBroker)
from rasa.core.utils import number_of_sanic_workers
from rasa.core.lock_store import InMemoryLockStore
assert number_of_sanic_workers(InMemoryLockStore()) == 1
print("all found")
"""
    )
    assert "all found" in said


@pytest.mark.parametrize(
    ("module", "packages"),
    [
        ("rasa.model_training", ("matplotlib", "prompt_toolkit", "socketio")),
        ("rasa.server", ("matplotlib", "prompt_toolkit", "sklearn", "socketio")),
    ],
)
def test_training_and_serving_do_without(
    module: str, packages: tuple[str, ...], run_python: RunPython
) -> None:
    said = run_python(f"import sys, {module}; print(sorted(set(sys.modules) & set({packages})))")
    assert said.splitlines()[-1] == "[]"


def test_a_socket_channel_is_still_made(run_python: RunPython) -> None:
    said = run_python(
        """
from rasa.core.channels.socketio import SocketIOInput
blueprint = SocketIOInput().blueprint(None)
print(type(blueprint.ctx.sio).__module__)
"""
    )
    assert said.splitlines()[-1].startswith("socketio.")


def test_a_plot_is_still_drawn(run_python: RunPython) -> None:
    said = run_python(
        """
import os
from rasa.utils.plotting import plot_paired_histogram
plot_paired_histogram([[0.1, 0.9], [0.2]], "title", output_file="plot.png")
print(os.path.getsize("plot.png") > 1000)
"""
    )
    assert said.splitlines()[-1] == "True"
