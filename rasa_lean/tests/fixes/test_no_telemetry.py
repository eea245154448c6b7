"""Nothing is reported to anybody, whatever the user's home folder or environment says."""

from collections.abc import Callable
from pathlib import Path

import pytest

CALLS_EVERY_TRACKER = """
    import inspect
    import socket
    import urllib3
    import requests
    import rasa.telemetry as telemetry

    def refuse(*arguments, **keywords):
        raise SystemExit(f"something was sent: {arguments} {keywords}")

    telemetry._send_event = refuse
    telemetry._track = refuse
    socket.create_connection = requests.post = refuse

    print(telemetry.is_telemetry_enabled(), telemetry.initialize_telemetry())
    telemetry.initialize_error_reporting()
    tracked = 0
    for name, function in vars(telemetry).items():
        if name.startswith("track_") and name != "track_model_training":
            function(*[None for each in inspect.signature(function).parameters])
            tracked += 1
    print("called", tracked)
    with telemetry.track_model_training(None, "rasa"):
        print("trained")
"""

# What a user has who once agreed to telemetry.
AGREED = "metrics:\n  enabled: true\n  rasa_user_id: 4f1b\n  date: 2021-01-01T00:00:00\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    config = tmp_path / ".config" / "rasa" / "global.yml"
    config.parent.mkdir(parents=True)
    config.write_text(AGREED)
    return tmp_path


def test_no_event_is_sent(run_python: Callable[..., str], home: Path) -> None:
    printed = run_python(
        CALLS_EVERY_TRACKER,
        HOME=str(home),
        RASA_TELEMETRY_ENABLED="true",
        RASA_TELEMETRY_WRITE_KEY="key",
        RASA_EXCEPTION_WRITE_KEY="key",
    )
    assert printed.splitlines()[-3:] == ["False False", "called 16", "trained"]


def test_nothing_is_set_up_and_nothing_written_to_the_home_folder(
    run_python: Callable[..., str], tmp_path: Path
) -> None:
    printed = run_python(
        """
        import sys
        import rasa.telemetry
        rasa.telemetry.initialize_telemetry()
        rasa.telemetry.initialize_error_reporting()
        rasa.telemetry.track_project_init("x")
        print("sentry_sdk" in sys.modules)
        """,
        HOME=str(tmp_path),
        RASA_TELEMETRY_WRITE_KEY="key",
        RASA_EXCEPTION_WRITE_KEY="key",
    )
    assert printed.splitlines()[-1] == "False"
    assert not (tmp_path / ".config").exists()
