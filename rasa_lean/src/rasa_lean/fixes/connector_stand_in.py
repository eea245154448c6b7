"""Rasa 3.6.21 imports every connector at start, and nine companies' libraries with them.

Instead: empty classes stand in for those that are not installed while the connectors are
imported; creating such a connector says which package to install.
"""

from importlib.util import find_spec
from types import ModuleType
from typing import Any, NoReturn

from rasa_lean.stand_in import StandIns

# Module of the connector: its class, the package it imports, what to install for it.
_PACKAGES = {
    "facebook": ("FacebookInput", "fbmessenger", "fbmessenger"),
    "hangouts": ("HangoutsInput", "google.auth", "google-auth"),
    "mattermost": ("MattermostInput", "mattermostwrapper", "mattermostwrapper"),
    "rocketchat": ("RocketChatInput", "rocketchat_API", "rocketchat_API"),
    "slack": ("SlackInput", "slack_sdk", "slack-sdk"),
    "telegram": ("TelegramInput", "aiogram", "aiogram<3"),
    "twilio": ("TwilioInput", "twilio", "twilio"),
    "twilio_voice": ("TwilioVoiceInput", "twilio", "twilio"),
    "webexteams": ("WebexTeamsInput", "webexteamssdk", "webexteamssdk"),
}

_STAND_INS = StandIns(
    "fbmessenger",
    "google.auth",
    "google.oauth2",
    "mattermostwrapper",
    "rocketchat_API",
    "slack_sdk",
    "aiogram",
    "twilio",
    "webexteamssdk",
)

before = _STAND_INS.let_in
finish = _STAND_INS.take_away


def after(module: ModuleType) -> None:
    """Refuse to create the connector while its library is absent."""
    class_name, package, requirement = _PACKAGES[module.__name__.rpartition(".")[2]]
    if _is_installed(package):
        return

    def from_credentials(cls: type, credentials: Any) -> NoReturn:
        from rasa.shared.exceptions import RasaException

        raise RasaException(
            f"The connector '{cls.__name__}' needs a package that is not installed. "
            f"Install it with: pip install '{requirement}'"
        )

    vars(module)[class_name].from_credentials = classmethod(from_credentials)


def _is_installed(package: str) -> bool:
    try:
        return find_spec(package) is not None
    except ModuleNotFoundError:
        return False
