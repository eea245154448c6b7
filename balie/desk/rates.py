"""How often one address and one conversation may ask, counted in fixed windows.

Addresses are counted as fingerprints, which nobody can turn back, and forgotten with their window.
"""

import logging
import time
from collections.abc import Sequence
from ipaddress import IPv6Address, ip_address
from typing import Literal

from limits import RateLimitItem, parse_many
from limits.aio.storage import Storage
from limits.aio.strategies import FixedWindowRateLimiter
from limits.errors import StorageError
from limits.storage import storage_from_string

from balie.desk.tokens import Fingerprints
from balie.settings import Settings

logger = logging.getLogger(__name__)

OFF = "off"
What = Literal["address", "beginning", "conversation"]


class BadRate(ValueError):
    """A rate that is not of the form `20/minute` or `20/minute;200/hour`."""


class Rates:
    """Counts, and says when somebody may ask again."""

    def __init__(self, settings: Settings, fingerprints: Fingerprints) -> None:
        """Raises `BadRate`."""
        self._limits: dict[What, Sequence[RateLimitItem]] = {
            "address": read_rate(settings.rate_address),
            "beginning": read_rate(settings.rate_beginning),
            "conversation": read_rate(settings.rate_conversation),
        }
        self._limiter = FixedWindowRateLimiter(_storage(settings))
        self._fingerprints = fingerprints

    async def wait_for_address(self, what: What, address: str) -> int | None:
        """Count a call from this address: the seconds to wait, or None where it may go on."""
        return await self._wait(what, self._fingerprints.of(_network(address)))

    async def wait_for_conversation(self, conversation_id: str) -> int | None:
        """The same for something that is sent in this conversation."""
        return await self._wait("conversation", conversation_id)

    async def _wait(self, what: What, who: str) -> int | None:
        try:
            for limit in self._limits[what]:
                if not await self._limiter.hit(limit, what, who):
                    until = await self._limiter.get_window_stats(limit, what, who)
                    return max(1, round(until.reset_time - time.time()))
        except StorageError as error:
            # Better to answer too much than not at all.
            logger.warning("rates cannot be counted: %s", type(error.__cause__ or error).__name__)
        return None


def read_rate(written: str) -> Sequence[RateLimitItem]:
    """The limits as an operator writes them, none for `off`; raises `BadRate`."""
    if written.strip().lower() == OFF:
        return ()
    try:
        return parse_many(written)
    except ValueError as error:
        raise BadRate(f"not a rate: {written!r} (like 20/minute;200/hour, or off)") from error


def _storage(settings: Settings) -> Storage:
    """Redis where several desks share it, else this process's memory."""
    if not settings.redis_url:
        return _async(storage_from_string("async+memory://"))
    return _async(
        storage_from_string(
            f"async+{settings.redis_url}",
            implementation="redispy",
            wrap_exceptions=True,
            socket_connect_timeout=1.0,
            socket_timeout=1.0,
        )
    )


def _async(storage: object) -> Storage:
    assert isinstance(storage, Storage)  # as `async+` in its address asks for
    return storage


def _network(address: str) -> str:
    """What counts as one address: of IPv6 the whole network that one household gets."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    return found.exploded[:19] if isinstance(found, IPv6Address) else address
