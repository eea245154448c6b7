"""What stands around every request: headers, origin, rate, body limit, unexpected errors."""

import logging
from collections.abc import Awaitable, Callable, Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from balie.desk.failures import outline
from balie.desk.origins import Origins
from balie.desk.problems import Problem, Problems
from balie.desk.rates import Rates

logger = logging.getLogger(__name__)

_POLICY = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "require-trusted-types-for 'script'",
    # The chat's templates, which hold no text of anybody, are made by Lit.
    "trusted-types lit-html",
)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
_READING = ("GET", "HEAD")
_UNCOUNTED = ("/static/", "/health")


class BodyLimit:
    """Refuses bodies larger than `most` bytes with a 413 problem.

    Starlette's own limit answers in plain text. The body is read here and handed on whole, so no
    more than `most` bytes of it are ever held.
    """

    def __init__(self, app: ASGIApp, most: int, problems: Problems) -> None:
        self._app = app
        self._most = most
        self._problems = problems

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = await self._read(receive)
        if body is None:
            refusal = self._problems.response(scope, Problem(413, "body-too-large"))
            refusal.headers["Connection"] = "close"
            await refusal(scope, receive, send)
            return
        await self._app(scope, _first(body, receive), send)

    async def _read(self, receive: Receive) -> Message | None:
        """The whole body as one message; None where it is too large."""
        body = b""
        while True:
            message = await receive()
            if message["type"] != "http.request":
                return message
            body += message.get("body", b"")
            if len(body) > self._most:
                return None
            if not message.get("more_body", False):
                return {"type": "http.request", "body": body, "more_body": False}


def _first(message: Message, receive: Receive) -> Callable[[], Awaitable[Message]]:
    waiting = [message]

    async def next_message() -> Message:
        return waiting.pop() if waiting else await receive()

    return next_message


class Failures:
    """Answers unexpected errors with a 500 problem and logs them without their messages."""

    def __init__(self, app: ASGIApp, problems: Problems) -> None:
        self._app = app
        self._problems = problems

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        started = False

        async def send_noting(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, send_noting)
        except Exception as error:
            if scope["type"] != "http":
                raise
            logger.error("request failed: %s", outline(error))
            if not started:
                await self._problems.response(scope, Problem(500, "internal"))(scope, receive, send)


class SecurityHeaders:
    """Adds the headers that keep scripts, frames and referrers of others away."""

    def __init__(self, app: ASGIApp, framing: Sequence[str]) -> None:
        self._app = app
        ancestors = "frame-ancestors " + (" ".join(framing) or "'none'")
        self._headers = {"Content-Security-Policy": "; ".join((*_POLICY, ancestors)), **_HEADERS}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)


class OriginCheck:
    """Refuses what a page of another site asks of the API, or sends to any address."""

    def __init__(self, app: ASGIApp, origins: Origins, problems: Problems) -> None:
        self._app = app
        self._origins = origins
        self._problems = problems

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        is_call = scope["type"] == "http" and (
            _path(scope).startswith("/api/") or scope["method"] not in _READING
        )
        if is_call and not self._origins.admit(Headers(scope=scope)):
            refusal = self._problems.response(scope, Problem(403, "origin"))
            await refusal(scope, receive, send)
            return
        await self._app(scope, receive, send)


class AddressRate:
    """Refuses addresses that ask too often; files and health checks are not counted."""

    def __init__(self, app: ASGIApp, rates: Rates, problems: Problems) -> None:
        self._app = app
        self._rates = rates
        self._problems = problems

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] == "http" and not _path(scope).startswith(_UNCOUNTED):
            wait = await self._rates.wait_for_address("address", caller_address(scope))
            if wait is not None:
                refusal = self._problems.response(
                    scope, Problem(429, "too-often", retry_after=wait)
                )
                await refusal(scope, receive, send)
                return
        await self._app(scope, receive, send)


def caller_address(scope: Scope) -> str:
    """The address that a request comes from, for counting only."""
    client = scope.get("client")
    return client[0] if client else ""


def _path(scope: Scope) -> str:
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", ""))
