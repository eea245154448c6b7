"""Errors in the form of RFC 9457, with a title in the caller's language."""

from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from pydantic import BaseModel
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse

LANGUAGES = ("en", "nl")


class Problem(BaseModel):
    """What every error of the service looks like."""

    type: str
    title: str
    status: int
    errors: list[dict[str, Any]] | None = None


class ProblemResponse(JSONResponse):
    """A `Problem` on its way out."""

    media_type = "application/problem+json"


def problem(
    request: HTTPConnection,
    status: int,
    name: str,
    *,
    headers: dict[str, str] | None = None,
    errors: list[dict[str, Any]] | None = None,
) -> ProblemResponse:
    """The answer for the problem `name` of problems.yml."""
    body = Problem(
        type=f"urn:balie:problem:{name}",
        title=_titles()[name][preferred_language(request.headers.get("accept-language", ""))],
        status=status,
        errors=errors,
    )
    return ProblemResponse(body.model_dump(exclude_none=True), status_code=status, headers=headers)


def preferred_language(accept_language: str) -> str:
    """The language of ours that an Accept-Language header likes best; English without one."""
    ranked = [
        (_quality(parameters), tag.strip()[:2].lower())
        for tag, _, parameters in (part.partition(";") for part in accept_language.split(","))
    ]
    known = [(quality, tag) for quality, tag in ranked if tag in LANGUAGES and quality > 0]
    return max(known, key=lambda choice: choice[0], default=(0.0, "en"))[1]


def _quality(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    try:
        return float(value) if name == "q" else 1.0
    except ValueError:
        return 0.0


@cache
def _titles() -> dict[str, dict[str, str]]:
    text = (files("balie.billing") / "problems.yml").read_text(encoding="utf-8")
    titles: dict[str, dict[str, str]] = yaml.safe_load(text)
    return titles
