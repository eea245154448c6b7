"""Which sites may call the API and which may show the pages in a frame."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers

from balie.settings import Settings

_ORIGIN = re.compile(r"https?://(?:[a-z0-9-]+\.)*[a-z0-9-]+(?::\d{1,5})?")


class BadOrigin(ValueError):
    """Something in the settings that is not like `https://www.example.com`."""


@dataclass(frozen=True)
class Origins:
    """The desk's own origin, and those that may embed its chat."""

    allowed: Sequence[str]
    framing: Sequence[str]
    own_host: str | None

    @classmethod
    def create(cls, settings: Settings) -> "Origins":
        """Read them from the settings; raises `BadOrigin`."""
        public = settings.public_url
        return cls(
            allowed=_read(settings.allowed_origins),
            framing=_read(settings.frame_ancestors),
            own_host=urlsplit(_read(public)[0]).netloc if public else None,
        )

    def admit(self, headers: Headers) -> bool:
        """Whether the page that sends this request may.

        Programs that are no browser send neither header; they have the token or nothing.
        """
        if headers.get("sec-fetch-site") == "same-origin":
            return True
        origin = headers.get("origin")
        if origin is None:
            # Browsers leave the origin out of some requests, never what kind of site it was.
            return headers.get("sec-fetch-site", "none") == "none"
        return origin in self.allowed or self._is_own(origin, headers.get("host"))

    def _is_own(self, origin: str, host: str | None) -> bool:
        try:
            asking = urlsplit(origin)
        except ValueError:
            return False
        own = self.own_host or host
        return asking.scheme in ("https", "http") and bool(own) and asking.netloc == own


def _read(written: str) -> tuple[str, ...]:
    origins = tuple(part.strip().rstrip("/").lower() for part in written.split(",") if part.strip())
    for origin in origins:
        if not _ORIGIN.fullmatch(origin):
            raise BadOrigin(f"not an origin: {origin!r} (like https://www.example.com)")
    return origins
