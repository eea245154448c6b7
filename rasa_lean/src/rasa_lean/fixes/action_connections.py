"""`EndpointConfig.request` (rasa.utils.endpoints) opens a new connection for every call.

Its timeout is 300 seconds while the conversation's lock lives 60, so a hanging action server hangs
the conversation. Instead: one session an endpoint and event loop, kept alive, and a timeout of
``RASA_LEAN_ACTION_TIMEOUT`` seconds (20) in all. The tracker is written as JSON by ujson, which
Rasa's web server brings.
"""

import asyncio
import json
import os
import weakref
from types import ModuleType
from typing import Any

DEFAULT_TIMEOUT = 20.0
# Less than the five seconds after which the action server hangs up: a call that meets a server
# hanging up fails.
KEEP_ALIVE = 4.0


class KeptSession:
    """Answers `async with` like a session, but stays open for the next call."""

    def __init__(self, session: Any) -> None:
        self._session = session

    async def __aenter__(self) -> Any:
        return self._session

    async def __aexit__(self, *error: object) -> None:
        """Leave it open."""


def after(module: ModuleType) -> None:
    """Replace `EndpointConfig.session`."""
    module.EndpointConfig.session = session


def session(self: Any) -> KeptSession:
    """The endpoint's session in the running event loop, opened at the first call."""
    # Kept with the endpoint, so that another one never gets its credentials.
    kept = vars(self).setdefault("_kept_sessions", weakref.WeakKeyDictionary())
    loop = asyncio.get_running_loop()
    if loop not in kept or kept[loop].closed:
        kept[loop] = _open(self)
    return KeptSession(kept[loop])


def _open(endpoint: Any) -> Any:
    import aiohttp

    auth = endpoint.basic_auth
    connector = aiohttp.TCPConnector(keepalive_timeout=KEEP_ALIVE, limit=0)
    # When the endpoint goes, or at exit: no event loop runs then, which the public `close` needs.
    weakref.finalize(endpoint, connector._close)
    return aiohttp.ClientSession(
        headers=endpoint.headers,
        auth=aiohttp.BasicAuth(auth["username"], auth["password"]) if auth else None,
        timeout=aiohttp.ClientTimeout(total=_timeout()),
        connector=connector,
        # A session of its own for each call kept no cookies either.
        cookie_jar=aiohttp.DummyCookieJar(),
        json_serialize=as_json,
    )


def as_json(value: Any) -> str:
    """The value as JSON; what ujson does not take is written as Python does."""
    import ujson

    try:
        return str(ujson.dumps(value, escape_forward_slashes=False))
    except (OverflowError, TypeError):
        return json.dumps(value)


def _timeout() -> float:
    return float(os.environ.get("RASA_LEAN_ACTION_TIMEOUT", DEFAULT_TIMEOUT))
