"""Connectors whose libraries are not installed are refused with what to install."""

import json
from collections.abc import Callable
from importlib.util import find_spec, module_from_spec
from pathlib import Path

import pytest
from rasa.core.channels import BUILTIN_CHANNELS
from rasa.core.run import create_http_input_channels
from rasa.shared.exceptions import RasaException
from rasa_lean.fixes.connector_stand_in import _PACKAGES, _STAND_INS

RunPython = Callable[..., str]

CLASSES = {class_name: requirement for class_name, _, requirement in _PACKAGES.values()}

TWILIO = {
    "__init__.py": "",
    "base/__init__.py": "",
    "base/exceptions.py": "class TwilioRestException(Exception): pass",
    "rest/__init__.py": "class Client: pass",
}


def test_every_connector_can_be_imported() -> None:
    assert len(BUILTIN_CHANNELS) == 15


@pytest.mark.parametrize("name", sorted(BUILTIN_CHANNELS))
def test_a_connector_is_made_or_says_what_to_install(name: str) -> None:
    requirement = CLASSES.get(BUILTIN_CHANNELS[name].__name__)
    if requirement is None:
        assert BUILTIN_CHANNELS[name].from_credentials is not None
        return
    with pytest.raises(RasaException, match=rf"pip install '{requirement}'"):
        BUILTIN_CHANNELS[name].from_credentials({"token": "x"})


def test_a_credentials_file_that_names_one_is_refused(tmp_path: Path) -> None:
    credentials = tmp_path / "credentials.yml"
    credentials.write_text("rest:\nslack:\n  slack_token: x\n")
    with pytest.raises(RasaException, match="'SlackInput' needs a package that is not installed"):
        create_http_input_channels(None, str(credentials))


def test_the_libraries_are_absent_for_everybody_else(run_python: RunPython) -> None:
    printed = run_python(
        """
        import importlib, json, sys
        import rasa.core.channels
        import google.protobuf  # a real package beside the stand-in of google.auth
        names = json.loads(sys.argv[1])
        present = []
        for name in names:
            try:
                importlib.import_module(name)
                present.append(name)
            except ModuleNotFoundError:
                pass
        try:
            from google import auth
            present.append("from google import auth")
        except ImportError:
            pass
        print(present, [name for name in sys.modules if name in names])
        """.replace("json.loads(sys.argv[1])", json.dumps(_STAND_INS._packages))
    )
    assert printed == "[] []\n"


def test_an_installed_library_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in TWILIO.items():
        file = tmp_path / "twilio" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path))
    spec = find_spec("rasa.core.channels.twilio")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    made = module.TwilioInput.from_credentials(
        {"account_sid": 1, "auth_token": 2, "twilio_number": 3}
    )
    assert isinstance(made, module.TwilioInput)
    assert module.Client.__module__ == "twilio.rest"
