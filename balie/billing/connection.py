"""Carries calls to the billing backend over HTTP."""

from collections.abc import Mapping
from functools import cached_property
from typing import Protocol

import aiohttp
from yarl import URL

from balie.http import Answer, open_session

# Idle connections are let go of before most servers hang up, so that no call meets one doing so.
_KEEP_SECONDS = 4.0


class Connection(Protocol):
    """What the client sends its calls over."""

    async def send(
        self, method: str, path: str, headers: Mapping[str, str], content: str | None
    ) -> Answer:
        """The answer to one call; raises `TimeoutError`, or `OSError` where there is none.

        `path` is percent-encoded already.
        """

    async def close(self) -> None:
        """Let go of whatever is open."""


class HttpConnection:
    """Kept connections to one server."""

    def __init__(self, base_url: str, timeout: float) -> None:
        """`timeout` is for one call, in seconds."""
        self._base_url = base_url.rstrip("/")
        self._timeout = aiohttp.ClientTimeout(total=timeout)

    @cached_property
    def _session(self) -> aiohttp.ClientSession:
        # At the first call: within the running event loop.
        return open_session(timeout=self._timeout, keep=_KEEP_SECONDS)

    async def send(
        self, method: str, path: str, headers: Mapping[str, str], content: str | None
    ) -> Answer:
        """The answer to one call; raises `TimeoutError`, or `OSError` where there is none."""
        url = URL(self._base_url + path, encoded=True)
        try:
            async with self._session.request(
                method, url, headers=headers, data=content, allow_redirects=False
            ) as response:
                return Answer(response.status, await response.read())
        except aiohttp.ClientError as error:
            if isinstance(error, OSError):  # a timeout among them
                raise
            raise ConnectionError(type(error).__name__) from error

    async def close(self) -> None:
        """Close the connections."""
        await self._session.close()
