"""What happens around a conversation: payments arrive, processes fall over."""

import time
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

import httpx
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from balie.billing.database import open_engine
from balie.billing.demo import load_demo
from balie.billing.events import EventName
from balie.billing.tables import SupportRequestRow
from balie.cli.conversations.form import Process
from balie.settings import Settings


class NotHere(Exception):
    """The Balie at hand cannot do this; a conversation that needs it is left out."""


class Backstage(Protocol):
    """Makes things happen that no customer can do in the chat."""

    def happen(self, event: EventName, customer: str) -> None:
        """Let an event happen to a demo customer."""

    def restart(self, process: Process) -> None:
        """End a process without warning and start it anew."""

    def fault(self, process: Process, down: bool) -> None:
        """Take a process down, or have it come up again."""

    def restore(self) -> None:
        """Make everything as it was before the conversation."""


class NoBackstage:
    """For a Balie of which nothing but the desk's address is known."""

    def happen(self, event: EventName, customer: str) -> None:
        """Not possible here."""
        raise NotHere(f"{event} cannot be made to happen from here")

    def restart(self, process: Process) -> None:
        """Not possible here."""
        raise NotHere(f"{process} cannot be restarted from here")

    def fault(self, process: Process, down: bool) -> None:
        """Not possible here."""
        raise NotHere(f"{process} cannot be taken down from here")

    def restore(self) -> None:
        """There is nothing to restore."""


class BillingBackstage:
    """Works through the billing stub alone: processes stay as they are."""

    def __init__(self, settings: Settings) -> None:
        token = settings.billing_token.get_secret_value()
        self._settings = settings
        self._client = httpx.Client(
            base_url=f"{settings.billing_address()}/v1/demo",
            headers={"Authorization": f"Bearer {token}"},
            trust_env=False,
        )
        self._engine = open_engine(settings.billing_database())
        self._customers_changed = False
        self._billing_is_down = False

    def happen(self, event: EventName, customer: str) -> None:
        """Let an event happen to a demo customer."""
        self._customers_changed = True
        self._post(f"/customers/{customer}/events", {"event": event})

    def restart(self, process: Process) -> None:
        """Not possible here."""
        raise NotHere(f"{process} cannot be restarted from here")

    def fault(self, process: Process, down: bool) -> None:
        """Have the billing stub hang up on every call, or serve again."""
        if process != "billing":
            raise NotHere(f"{process} cannot be taken down from here")
        self._billing_is_down = down
        self._post("/faults", {"kind": "refuse" if down else "off"})
        if not down:
            self.wait_for_breaker()

    def wait_for_breaker(self) -> None:
        """Wait until those who have left a dead backend alone call it again."""
        time.sleep(self._settings.breaker_pause)

    def restore(self) -> None:
        """Have the stub serve, and the demo customers be as they were made."""
        if self._billing_is_down:
            self.fault("billing", down=False)
        if self._customers_changed or self._requests_were_filed():
            self._customers_changed = False
            now = datetime.now(ZoneInfo(self._settings.time_zone))
            load_demo(self._engine, now, reset=True)

    def _requests_were_filed(self) -> bool:
        with Session(self._engine) as session:
            return bool(session.scalar(select(exists().select_from(SupportRequestRow))))

    def _post(self, path: str, body: dict[str, str]) -> None:
        try:
            self._client.post(path, json=body).raise_for_status()
        except httpx.HTTPError as error:
            raise NotHere(f"the billing stub does not do it: {error}") from error
