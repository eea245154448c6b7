"""The languages Balie speaks."""

from typing import Literal

Language = Literal["en", "nl"]

LANGUAGES: tuple[Language, Language] = ("en", "nl")
