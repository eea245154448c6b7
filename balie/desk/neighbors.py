"""The processes behind Rasa, asked for their health only: the action server and billing."""

from functools import cached_property
from http import HTTPStatus

import aiohttp

from balie.http import open_session
from balie.settings import Settings

_SECONDS = 1.0
_KEEP_SECONDS = 5.0


class Neighbors:
    """Whether they answer now."""

    def __init__(self, settings: Settings) -> None:
        self._actions = settings.actions_address()
        self._billing = settings.billing_address()

    @cached_property
    def _session(self) -> aiohttp.ClientSession:
        # At the first call: within the running event loop.
        return open_session(timeout=aiohttp.ClientTimeout(total=_SECONDS), keep=_KEEP_SECONDS)

    async def actions_are_up(self) -> bool:
        """Whether the action server answers; without it no turn has a reply."""
        return await self._status(self._actions) == HTTPStatus.OK

    async def billing_is_up(self) -> bool:
        """Whether the billing system answers; one of one's own may have no page for its health."""
        status = await self._status(self._billing)
        return status is not None and status < HTTPStatus.INTERNAL_SERVER_ERROR

    async def close(self) -> None:
        """Let go of the connections."""
        await self._session.close()

    async def _status(self, address: str) -> int | None:
        try:
            async with self._session.get(f"{address.rstrip('/')}/health") as response:
                return response.status
        except (TimeoutError, aiohttp.ClientError, ValueError):  # or no such address can be
            return None
