"""Takes the network's place: calls go to an httpx transport, such as the stub itself."""

import logging
from collections.abc import Mapping

import httpx

from balie.http import Answer

# It would log every URL; what is tested carries calls without it.
logging.getLogger("httpx").setLevel(logging.WARNING)


class InProcess:
    """A `Connection` over a transport."""

    def __init__(self, transport: httpx.AsyncBaseTransport) -> None:
        self._http = httpx.AsyncClient(transport=transport, base_url="http://billing:8010")

    async def send(
        self, method: str, path: str, headers: Mapping[str, str], content: str | None
    ) -> Answer:
        response = await self._http.request(method, path, headers=dict(headers), content=content)
        return Answer(response.status_code, response.content)

    async def close(self) -> None:
        await self._http.aclose()
