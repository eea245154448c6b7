"""The client of Rasa's private channel."""

import asyncio
import json
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from typing import Any

import aiohttp
from pydantic import BaseModel, Field, ValidationError

from balie.content import Language
from balie.http import Answer, open_session
from balie.settings import Settings

_PATH = "/webhooks/balie/message"
_PARSE_PATH = "/webhooks/balie/parse"
_HEALTH_PATH = "/webhooks/balie/health"
_HEALTH_SECONDS = 1.0
# The channel gives a turn up first and says why; this only catches a channel that hangs.
_GRACE_SECONDS = 1.0
_CONNECT_SECONDS = 2.0
_KEEP_SECONDS = 5.0  # as Rasa's server keeps an idle connection
_CUT_OFF = (
    aiohttp.ServerDisconnectedError,
    aiohttp.ClientOSError,
    aiohttp.ClientPayloadError,
)


class RasaFault(Exception):
    """Rasa has not answered; the same message id may be sent again."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class Entity(BaseModel):
    """A value that goes with a button's intent."""

    entity: str
    value: str


class RasaButton(BaseModel):
    """A button, and what choosing it means."""

    title: str
    intent: str
    entities: list[Entity] = []


class RasaLink(BaseModel):
    """A page to point to."""

    title: str
    url: str


class GuideStep(BaseModel):
    """Where in a guide a message stands: "Step 2 of 5"."""

    topic: str
    id: str
    number: int
    of: int


class RasaMessage(BaseModel):
    """One message of the assistant."""

    text: str = Field(min_length=1)
    buttons: list[RasaButton] = []
    links: list[RasaLink] = []
    step: GuideStep | None = None
    language: Language


class Handoff(BaseModel):
    """The assistant asks for a person."""

    reason: str
    topic: str | None = None
    step: str | None = None


class TicketNews(BaseModel):
    """The customer is to hear of their open ticket; `email` is what they wrote for it."""

    email: str | None = None


class Ranked(BaseModel):
    """One of the likeliest intents."""

    intent: str
    confidence: float


class Understanding(BaseModel):
    """What a text means, outside any conversation."""

    language: Language
    intent: str
    confidence: float
    ranking: list[Ranked]
    decision: str
    second_topic: str | None = None


class RasaReply(BaseModel):
    """The assistant's answer to one message."""

    messages: list[RasaMessage]
    language: Language
    handoff: Handoff | None = None
    ticket: TicketNews | None = None
    # What the conversation is about from here on, where no step says it.
    topic: str | None = None


@dataclass(frozen=True)
class Turn:
    """One customer's message on its way to Rasa: a text, or the intent behind a button."""

    conversation_id: str
    seq: int
    message_id: str
    language: Language
    customer: str | None
    text: str | None
    intent: str | None
    entities: list[dict[str, Any]]
    # Whether a ticket of this conversation waits for a person.
    waiting: bool = False
    # What the conversation is about as far as the desk knows.
    topic: str | None = None
    # Whether an earlier message of the conversation had no answer yet when this one came.
    queued: bool = False

    def body(self) -> dict[str, Any]:
        """What the private channel takes."""
        said: dict[str, Any] = (
            {"intent": self.intent, "entities": self.entities}
            if self.intent is not None
            else {"text": self.text}
        )
        return {
            "conversation": self.conversation_id,
            "message_id": self.message_id,
            "language": self.language,
            "customer": self.customer,
            "waiting": self.waiting,
            "topic": self.topic,
            **said,
        }


class RasaClient:
    """Sends turns over kept connections."""

    def __init__(self, settings: Settings) -> None:
        secret = settings.internal_secret.get_secret_value()
        self._address = settings.rasa_address()
        self._headers = {"Authorization": f"Bearer {secret}"}
        self._timeout = aiohttp.ClientTimeout(
            total=settings.rasa_timeout + _GRACE_SECONDS, sock_connect=_CONNECT_SECONDS
        )

    @cached_property
    def _session(self) -> aiohttp.ClientSession:
        # At the first call: within the running event loop.
        return open_session(
            timeout=self._timeout,
            keep=_KEEP_SECONDS,
            base_url=self._address,
            headers=self._headers,
        )

    async def answer(self, turn: Turn) -> RasaReply:
        """Rasa's reply to the turn; raises `RasaFault`."""
        answer = await self._post(_PATH, turn.body())
        if answer.status != HTTPStatus.OK:
            raise RasaFault(_fault_of(answer))
        try:
            reply = RasaReply.model_validate_json(answer.content)
        except ValidationError as error:
            # Not `from error`: it would show the reply, and so the customer's data, in the log.
            raise RasaFault("bad_reply") from ValueError(f"{error.error_count()} mistakes")
        if not reply.messages and not reply.handoff:
            raise RasaFault("no_answer")
        return reply

    async def understand(self, text: str) -> Understanding:
        """What a text means; raises `RasaFault`."""
        answer = await self._post(_PARSE_PATH, {"text": text})
        if answer.status != HTTPStatus.OK:
            raise RasaFault(_fault_of(answer))
        try:
            return Understanding.model_validate_json(answer.content)
        except ValidationError as error:
            raise RasaFault("bad_reply") from ValueError(f"{error.error_count()} mistakes")

    async def is_ready(self) -> bool:
        """Whether Rasa would take a message now."""
        timeout = aiohttp.ClientTimeout(total=_HEALTH_SECONDS)
        try:
            async with self._session.get(_HEALTH_PATH, timeout=timeout) as response:
                return response.status == HTTPStatus.OK
        except (TimeoutError, aiohttp.ClientError):
            return False

    async def close(self) -> None:
        """Let go of the connections."""
        await self._session.close()

    async def _post(self, path: str, body: dict[str, Any]) -> Answer:
        try:
            # One limit for both tries.
            async with asyncio.timeout(self._timeout.total):
                try:
                    return await self._post_once(path, body)
                except aiohttp.ClientConnectorError:  # nobody is there
                    raise
                except _CUT_OFF:
                    # A kept connection that Rasa has closed. A turn's message id makes this safe.
                    return await self._post_once(path, body)
        except TimeoutError as error:
            raise RasaFault("too_late") from error
        except aiohttp.ClientError as error:
            raise RasaFault("unreachable") from error

    async def _post_once(self, path: str, body: dict[str, Any]) -> Answer:
        async with self._session.post(path, json=body) as response:
            return Answer(response.status, await response.read())


def _fault_of(answer: Answer) -> str:
    if answer.status != HTTPStatus.SERVICE_UNAVAILABLE:
        return "refused"
    try:
        return str(json.loads(answer.content)["fault"])
    except (ValueError, KeyError, TypeError):
        return "refused"
