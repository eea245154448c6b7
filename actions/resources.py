"""What the action server's process holds: content, word lists and the billing client."""

from datetime import timedelta
from functools import lru_cache

from actions.assistant import Assistant
from actions.plan import Planner
from actions.signals import Signals, load_signals
from balie.billing.client import BillingClient
from balie.content import ContentStore
from balie.settings import Settings, load_settings


class Resources:
    """Made once a process; texts are looked up anew each turn, so that edits show at once."""

    def __init__(self, settings: Settings) -> None:
        self._content = ContentStore(settings.data_dir)
        self._content.current()  # first of all: it says where a mistake is, in any of the files
        self._signals: Signals = load_signals(settings.data_dir / "conversation" / "signals.yml")
        self._billing = BillingClient.from_settings(settings)
        self._pause = timedelta(hours=settings.guide_pause_hours)

    def assistant(self) -> Assistant:
        """An assistant on the newest good content."""
        planner = Planner(self._content.current(), self._signals, self._pause)
        return Assistant(planner, self._billing)


@lru_cache(maxsize=1)
def resources() -> Resources:
    """This process's resources, made at the first turn."""
    return Resources(load_settings())
