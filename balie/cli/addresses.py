"""Addresses of other systems, as they may be shown."""

from urllib.parse import urlsplit


def without_password(url: str) -> str:
    """The address without the name and password that it may hold."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
