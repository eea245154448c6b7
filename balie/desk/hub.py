"""Wakes the streams of a conversation when something new is stored."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager


class Hub:
    """Knows who listens to which conversation, within this process.

    Other desk processes are not told; whoever listens looks into the database now and then too.
    """

    def __init__(self) -> None:
        self._listeners: defaultdict[str, set[asyncio.Event]] = defaultdict(set)

    def notify(self, conversation_id: str) -> None:
        """Wake everybody who listens to the conversation."""
        for news in self._listeners.get(conversation_id, ()):
            news.set()

    @contextmanager
    def listen(self, conversation_id: str) -> Iterator[asyncio.Event]:
        """An event that is set whenever there is news."""
        news = asyncio.Event()
        self._listeners[conversation_id].add(news)
        try:
            yield news
        finally:
            self._listeners[conversation_id].discard(news)
            if not self._listeners[conversation_id]:
                del self._listeners[conversation_id]


async def wait_for_news(news: asyncio.Event, seconds: float) -> None:
    """Wait until there is news, or for so many seconds."""
    try:
        async with asyncio.timeout(seconds):
            await news.wait()
    except TimeoutError:
        pass
    news.clear()
