"""Kept HTTP connections to a service of one's own, as the desk and the billing client need them."""

from dataclasses import dataclass
from typing import Any

import aiohttp


@dataclass(frozen=True)
class Answer:
    """A whole HTTP answer."""

    status: int
    content: bytes


def open_session(
    *, timeout: aiohttp.ClientTimeout, keep: float, **more: Any
) -> aiohttp.ClientSession:
    """A session of the running event loop, which it has to be opened in.

    `keep` is how many seconds an idle connection stays. It takes no heed of a proxy in the
    environment, which must get neither tokens nor customers' data, and keeps no cookies. `more`
    goes to aiohttp.
    """
    return aiohttp.ClientSession(
        timeout=timeout,
        connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=keep),
        cookie_jar=aiohttp.DummyCookieJar(),
        **more,
    )
