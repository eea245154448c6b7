"""Everything the desk's endpoints work with, put together once."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete
from sqlalchemy.orm import Session

from balie.desk import clock, idempotency
from balie.desk.database import Database, DatabaseUnavailable
from balie.desk.erasure import Erasure
from balie.desk.hours import OpeningHours
from balie.desk.hub import Hub
from balie.desk.intake import Intake
from balie.desk.neighbors import Neighbors
from balie.desk.outcome import Outcome
from balie.desk.rasa import RasaClient
from balie.desk.rates import Rates
from balie.desk.tables import UsedToken
from balie.desk.texts import Texts
from balie.desk.tokens import ConversationTokens, CustomerTokens, Fingerprints
from balie.desk.turns import Turns
from balie.desk.voice import Voice
from balie.settings import Settings

logger = logging.getLogger(__name__)

# A turn may take Rasa's whole time, and some to store; longer means that its process died.
_LEASE_MARGIN_SECONDS = 10.0
_LOOK_SECONDS = 5.0
_TIDY_SECONDS = 3600.0


@dataclass(frozen=True)
class Services:
    """What the endpoints share; `create` makes it from the settings."""

    settings: Settings
    texts: Texts
    voice: Voice
    database: Database
    rasa: RasaClient
    neighbors: Neighbors
    hub: Hub
    turns: Turns
    erasure: Erasure
    tokens: ConversationTokens
    customers: CustomerTokens
    fingerprints: Fingerprints
    rates: Rates

    @classmethod
    def create(cls, settings: Settings) -> "Services":
        """Open nothing yet but the database's engine; raises on settings that are wrong."""
        secret = settings.conversation_secret.get_secret_value()
        texts = Texts(settings.data_dir, settings.default_language)
        hours = OpeningHours.parse(settings.opening_hours, ZoneInfo(settings.time_zone))
        voice = Voice(texts, hours, settings.greeting_topics.replace(",", " ").split())
        database = Database(settings.database())
        rasa = RasaClient(settings)
        hub = Hub()
        fingerprints = Fingerprints(secret)
        erasure = Erasure(database, settings.tracker_database())
        lease = settings.rasa_timeout + _LEASE_MARGIN_SECONDS
        intake = Intake(
            voice, timedelta(seconds=lease), timedelta(hours=settings.idempotency_hours)
        )
        return cls(
            settings=settings,
            texts=texts,
            voice=voice,
            database=database,
            rasa=rasa,
            neighbors=Neighbors(settings),
            hub=hub,
            turns=Turns(
                database,
                rasa,
                hub,
                intake,
                Outcome(voice),
                erasure,
                patience=settings.reply_patience,
                lease=lease,
            ),
            erasure=erasure,
            tokens=ConversationTokens(secret, timedelta(days=settings.conversation_token_days)),
            customers=CustomerTokens(
                settings.customer_secret.get_secret_value(),
                settings.customer_public_key,
                settings.customer_issuer,
            ),
            fingerprints=fingerprints,
            rates=Rates(settings, fingerprints),
        )

    async def look_after(self) -> None:
        """Take up turns that were left behind and drop what has had its time, for ever."""
        next_tidy = 0.0
        loop = asyncio.get_running_loop()
        while True:
            try:
                await self.turns.take_up()
                if loop.time() >= next_tidy:
                    await self.database.write(self._drop_expired)
                    next_tidy = loop.time() + _TIDY_SECONDS
            except DatabaseUnavailable as error:
                logger.warning("database unavailable: %s", error)
            await asyncio.sleep(_LOOK_SECONDS)

    async def close(self) -> None:
        """Stop in order: turns, then what they use."""
        await self.turns.close()
        await self.rasa.close()
        await self.neighbors.close()
        self.database.close()

    def _drop_expired(self, session: Session) -> None:
        now = clock.now()
        idempotency.forget(session, now - timedelta(hours=self.settings.idempotency_hours))
        session.execute(delete(UsedToken).where(UsedToken.expires_at < now))
