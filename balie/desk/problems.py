"""Errors in the form of RFC 9457, with a title in the caller's language."""

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import Scope

from balie.desk.database import DatabaseUnavailable
from balie.desk.languages import preferred_language
from balie.desk.texts import Texts

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:balie:problem:"

# Statuses that Starlette and FastAPI raise by themselves.
_NAMES = {400: "invalid", 404: "not-found", 405: "method-not-allowed"}


class Problem(Exception):
    """Something the caller did or met; `problem_<name>` in desk.yml is its title."""

    def __init__(
        self, status: int, name: str, *, retry_after: int | None = None, **values: object
    ) -> None:
        super().__init__(name)
        self.status = status
        self.name = name
        self.retry_after = retry_after
        self.values = values


class ProblemBody(BaseModel):
    """What every error looks like."""

    type: str
    title: str
    status: int
    errors: list[dict[str, Any]] | None = None


class ProblemResponse(JSONResponse):
    """A `ProblemBody` on its way out."""

    media_type = MEDIA_TYPE


class Problems:
    """Turns exceptions into problem responses."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    def response(
        self, scope: Scope, problem: Problem, errors: list[dict[str, Any]] | None = None
    ) -> ProblemResponse:
        """The problem in the language of the request."""
        language = preferred_language(_header(scope, b"accept-language"), self._texts.default)
        body = ProblemBody(
            type=TYPE_PREFIX + problem.name,
            title=self._texts.say(
                f"problem_{problem.name.replace('-', '_')}", language, **problem.values
            ),
            status=problem.status,
            errors=errors,
        )
        headers = {"Content-Language": language, "Cache-Control": "no-store"}
        if problem.status == 401:
            headers["WWW-Authenticate"] = "Bearer"
        if problem.retry_after is not None:
            headers["Retry-After"] = str(problem.retry_after)
        return ProblemResponse(
            body.model_dump(exclude_none=True), status_code=problem.status, headers=headers
        )

    def of_http(self, request: Request, error: HTTPException) -> ProblemResponse:
        """What Starlette and FastAPI refuse by themselves."""
        name = _NAMES.get(error.status_code, "invalid")
        response = self.response(request.scope, Problem(error.status_code, name))
        response.headers.update(error.headers or {})  # such as the methods that are allowed
        return response

    def install(self, app: FastAPI) -> None:
        """Answer every error of `app` this way."""

        @app.exception_handler(Problem)
        async def _problem(request: Request, error: Problem) -> ProblemResponse:
            return self.response(request.scope, error)

        @app.exception_handler(RequestValidationError)
        async def _invalid(request: Request, error: RequestValidationError) -> ProblemResponse:
            # Never the input itself: it may hold what must not be logged or echoed.
            places = [
                {"pointer": "/" + "/".join(map(str, each["loc"][1:]))} for each in error.errors()
            ]
            return self.response(request.scope, Problem(422, "invalid"), places)

        @app.exception_handler(HTTPException)
        async def _http(request: Request, error: HTTPException) -> ProblemResponse:
            return self.of_http(request, error)

        @app.exception_handler(DatabaseUnavailable)
        async def _database(request: Request, _: DatabaseUnavailable) -> ProblemResponse:
            return self.response(request.scope, Problem(503, "unavailable"))


def _header(scope: Scope, name: bytes) -> str | None:
    found = next((value for key, value in scope["headers"] if key == name), None)
    return found.decode("latin-1") if found is not None else None
