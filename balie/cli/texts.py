"""What the commands say, in Dutch or English as the terminal is."""

import os
from functools import cache
from pathlib import Path

import yaml
from pydantic import TypeAdapter

from balie.content import LANGUAGES, Language, Rendered, Text, render
from balie.settings import BadSettings, load_settings

_FILE = Path(__file__).with_name("texts.yml")
_Texts = TypeAdapter(dict[str, Text])


def say(key: str, /, **values: object) -> str:
    """The text `key`; what is filled in stays as it is written."""
    kept = {
        name: Rendered(value) if isinstance(value, str) else value for name, value in values.items()
    }
    language = terminal_language()
    return render(all_texts()[key][language], kept, language)


def terminal_language() -> Language:
    """The language that the environment asks for, as other programs read it; else the default."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            code = value.partition("_")[0].partition(".")[0].lower()
            return next((each for each in LANGUAGES if each == code), _default())
    return _default()


def _default() -> Language:
    try:
        return load_settings().default_language
    except BadSettings:  # of which something is about to be said
        return "en"


@cache
def all_texts() -> dict[str, Text]:
    """Every text by its key."""
    with _FILE.open(encoding="utf-8") as stream:
        # BaseLoader: every value is text as it was typed.
        return _Texts.validate_python(yaml.load(stream, Loader=yaml.BaseLoader))  # noqa: S506
