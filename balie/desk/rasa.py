"""The client of Rasa's private channel."""

import asyncio
from dataclasses import dataclass
from typing import Any

import httpx
from pydantic import BaseModel, Field, ValidationError

from balie.content import Language
from balie.settings import Settings

_PATH = "/webhooks/balie/message"
_PARSE_PATH = "/webhooks/balie/parse"
_HEALTH_PATH = "/webhooks/balie/health"
_HEALTH_SECONDS = 1.0
# The channel gives a turn up first and says why; this only catches a channel that hangs.
_GRACE_SECONDS = 1.0


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
            **said,
        }


class RasaClient:
    """Sends turns over kept connections."""

    def __init__(self, settings: Settings) -> None:
        secret = settings.internal_secret.get_secret_value()
        self._timeout = settings.rasa_timeout + _GRACE_SECONDS
        self._client = httpx.AsyncClient(
            base_url=settings.rasa_address(),
            headers={"Authorization": f"Bearer {secret}"},
            timeout=httpx.Timeout(self._timeout, connect=2.0),
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=50),
            trust_env=False,  # a proxy of the machine must not get private calls
        )

    async def answer(self, turn: Turn) -> RasaReply:
        """Rasa's reply to the turn; raises `RasaFault`."""
        response = await self._post(_PATH, turn.body())
        if response.status_code != httpx.codes.OK:
            raise RasaFault(_fault_of(response))
        try:
            reply = RasaReply.model_validate_json(response.content)
        except ValidationError as error:
            # Not `from error`: it would show the reply, and so the customer's data, in the log.
            raise RasaFault("bad_reply") from ValueError(f"{error.error_count()} mistakes")
        if not reply.messages and not reply.handoff:
            raise RasaFault("no_answer")
        return reply

    async def understand(self, text: str) -> Understanding:
        """What a text means; raises `RasaFault`."""
        response = await self._post(_PARSE_PATH, {"text": text})
        if response.status_code != httpx.codes.OK:
            raise RasaFault(_fault_of(response))
        try:
            return Understanding.model_validate_json(response.content)
        except ValidationError as error:
            raise RasaFault("bad_reply") from ValueError(f"{error.error_count()} mistakes")

    async def is_ready(self) -> bool:
        """Whether Rasa would take a message now."""
        try:
            response = await self._client.get(_HEALTH_PATH, timeout=_HEALTH_SECONDS)
        except httpx.HTTPError:
            return False
        return response.status_code == httpx.codes.OK

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.aclose()

    async def _post(self, path: str, body: dict[str, Any]) -> httpx.Response:
        try:
            # httpx limits each read; an answer that comes drop by drop must have an end too.
            async with asyncio.timeout(self._timeout):
                try:
                    return await self._client.post(path, json=body)
                except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
                    # A kept connection that Rasa has closed. A turn's message id makes this safe.
                    return await self._client.post(path, json=body)
        except (TimeoutError, httpx.TimeoutException) as error:
            raise RasaFault("too_late") from error
        except httpx.HTTPError as error:
            raise RasaFault("unreachable") from error


def _fault_of(response: httpx.Response) -> str:
    if response.status_code != httpx.codes.SERVICE_UNAVAILABLE:
        return "refused"
    try:
        return str(response.json()["fault"])
    except (ValueError, KeyError, TypeError):
        return "refused"
