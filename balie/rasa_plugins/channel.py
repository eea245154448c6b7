"""The private channel between desk and Rasa: loopback, one shared secret, one message a call.

Rasa's own REST channel takes sender, metadata and intents from the client; this one takes them
from the desk only. Request and reply are described in docs/private-channel.md.
"""

import asyncio
import hmac
import json
import logging
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, SecretStr, ValidationError
from rasa.core.agent import Agent
from rasa.core.channels.channel import InputChannel, UserMessage
from rasa.shared.core.domain import Domain
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response

from balie.rasa_plugins.importer import topic_names
from balie.rasa_plugins.turn import (
    FaultKind,
    Incoming,
    Parseable,
    Reply,
    TurnFault,
    answer,
    parse_typed,
)
from balie.settings import Settings, load_settings

logger = logging.getLogger(__name__)

Form = TypeVar("Form", bound=BaseModel)

# What a turn that is given up may still take, such as a database that answers late.
_LOCK_MARGIN_SECONDS = 10.0
_PAYLOAD = re.compile(r"/(?P<intent>[^{@/]+)(?P<entities>\{.*\})?", re.DOTALL)


class BadMessage(ValueError):
    """A request that is not of the channel's form."""


class PrivateChannel(InputChannel):
    """Named in credentials.yml with its ``secret``."""

    @classmethod
    def name(cls) -> str:
        """The channel's part of the URL."""
        return "balie"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> "PrivateChannel":
        """Create the channel; the secret of credentials.yml gives way to the settings'."""
        return cls((credentials or {}).get("secret"))

    def __init__(self, secret: str | None = None, settings: Settings | None = None) -> None:
        """Raises `InsecureSettings` where production has no secret of its own."""
        self._settings = settings or load_settings()
        used = SecretStr(secret) if secret else self._settings.internal_secret
        checked = self._settings.model_copy(update={"internal_secret": used})
        checked.refuse_insecure("internal_secret")
        self._secret = used.get_secret_value()
        self._checked_model: str | None = None
        self._missing: list[str] = []
        self._warm_model: str | None = None

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The routes ``/message`` and ``/health``."""
        blueprint = Blueprint("balie_private_channel")

        @blueprint.get("/health")
        async def health(request: Request) -> HTTPResponse:
            agent: Agent | None = request.app.ctx.agent
            missing = self._not_ready(agent)
            if agent is not None and not missing:
                await self._warm_up(agent)
            return json_response(
                {"ready": not missing, "missing": missing}, 503 if missing else 200
            )

        @blueprint.post("/message")
        async def message(request: Request) -> HTTPResponse:
            if not self._knows_secret(request):
                return json_response({"error": "wrong or missing secret"}, 401)
            return await self._reply(request)

        @blueprint.post("/parse")
        async def parse(request: Request) -> HTTPResponse:
            if not self._knows_secret(request):
                return json_response({"error": "wrong or missing secret"}, 401)
            return await self._parse(request)

        return blueprint

    async def _warm_up(self, agent: Agent) -> None:
        """Understand one message of our own, so that no customer waits for the first time."""
        if self._warm_model != agent.model_id:
            self._warm_model = agent.model_id
            await agent.processor.parse_message(UserMessage("hallo, hello"))

    def _knows_secret(self, request: Request) -> bool:
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        # Sanic gives bytes that are no text as surrogates.
        return hmac.compare_digest(given.encode(errors="surrogateescape"), self._secret.encode())

    async def _parse(self, request: Request) -> HTTPResponse:
        """What a text means; no conversation is looked at, and nothing is kept."""
        agent: Agent = request.app.ctx.agent
        if self._not_ready(agent):
            return _fault("starting")
        try:
            asked = _validated(Parseable, request.body)
            found = await parse_typed(agent.processor, asked.text, {"language": asked.language})
        except BadMessage as error:
            return json_response({"error": str(error)}, 400)
        except Exception:
            logger.exception("parsing failed")
            return _fault("no_answer")
        return json_response(understood(found))

    async def _reply(self, request: Request) -> HTTPResponse:
        agent: Agent = request.app.ctx.agent
        if self._not_ready(agent):
            return _fault("starting")
        try:
            incoming = read_incoming(request.body, agent.domain)
            replies = await asyncio.wait_for(
                answer(
                    agent,
                    incoming,
                    self._settings.session_events,
                    self._settings.rasa_timeout + _LOCK_MARGIN_SECONDS,
                ),
                timeout=self._settings.rasa_timeout,
            )
        except BadMessage as error:
            return json_response({"error": str(error)}, 400)
        except TurnFault as fault:
            logger.error("turn failed: %s", fault.kind, exc_info=fault.__cause__)
            return _fault(fault.kind)
        except Exception:  # also TimeoutError: whatever it is, the desk hears of a fault
            logger.exception("turn failed")
            return _fault("no_answer")
        return json_response(reply_body(replies, incoming.language))

    def _not_ready(self, agent: Agent | None) -> list[str]:
        """What keeps the server from answering: no model, or one that lacks topics.

        A model is looked at once, so that a topic which is written while the server runs does not
        stop it.
        """
        if agent is None or not agent.is_ready():
            return ["model"]
        if agent.model_id != self._checked_model:
            self._missing = missing_topics(agent.domain, self._settings.data_dir)
            self._checked_model = agent.model_id
        return self._missing


def _fault(kind: FaultKind) -> HTTPResponse:
    return json_response({"fault": kind}, 503)


def missing_topics(domain: Domain, data_dir: Path) -> list[str]:
    """The topics that stand in the data and not in the model.

    Rasa only logs that an importer cannot be loaded and trains without it; such a model must not
    be served.
    """
    topics = topic_names([str(data_dir)])
    if not topics:
        return ["topics"]
    return [topic for topic in topics if topic not in domain.intents]


def read_incoming(body: bytes, domain: Domain) -> Incoming:
    """Check one request; raises `BadMessage`. Intents and entities must stand in the domain."""
    incoming = _validated(Incoming, body)
    if incoming.intent is not None and incoming.intent not in domain.intents:
        raise BadMessage(f"unknown intent {incoming.intent!r}")
    unknown = {each.entity for each in incoming.entities}.difference(domain.entities)
    if unknown:
        raise BadMessage(f"unknown entities {sorted(unknown)}")
    return incoming


def _validated(kind: type[Form], body: bytes) -> Form:
    try:
        return kind.model_validate_json(body)
    except ValidationError as error:
        mistakes = error.errors(include_url=False, include_input=False, include_context=False)
        raise BadMessage(
            "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in mistakes)
        ) from error


def understood(parsed: dict[str, Any]) -> dict[str, Any]:
    """The channel's answer about a text alone."""
    ranking = [
        {"intent": each["name"], "confidence": each["confidence"]}
        for each in parsed.get("intent_ranking") or [parsed["intent"]]
    ]
    rest = {name: parsed.get(name) for name in ("language", "decision", "second_topic")}
    return {**ranking[0], "ranking": ranking, **rest}


def reply_body(replies: list[Reply], language: str) -> dict[str, Any]:
    """The channel's answer: messages, the language the conversation goes on in, and a handoff.

    `ticket` is there where the customer is to hear of the ticket that waits for a person.
    """
    extras = [reply.get("custom") or {} for reply in replies]
    return {
        "messages": [_message(reply, language) for reply in replies if reply.get("text")],
        "language": next((e["language"] for e in reversed(extras) if e.get("language")), language),
        "handoff": next((e["handoff"] for e in extras if e.get("handoff")), None),
        "ticket": next((e["ticket"] for e in extras if e.get("ticket")), None),
        "topic": next((e["topic"] for e in extras if e.get("topic")), None),
    }


def _message(reply: Reply, language: str) -> dict[str, Any]:
    extra = reply.get("custom") or {}
    buttons = (_button(button) for button in reply.get("buttons") or ())
    return {
        "text": reply["text"],
        "buttons": [button for button in buttons if button],
        "links": extra.get("links") or [],
        "step": extra.get("step"),
        "language": extra.get("language") or language,
    }


def _button(button: dict[str, Any]) -> dict[str, Any] | None:
    """A button without its console payload; one of a plain Rasa response carries only that.

    A payload that is no intent but a text to be typed has no place in this channel.
    """
    title = button["title"]
    if "intent" in button:
        return {"title": title, "intent": button["intent"], "entities": button["entities"]}
    found = _PAYLOAD.fullmatch(str(button.get("payload", "")).strip())
    if not found:
        logger.warning("left out a button whose payload is not /intent: %r", title)
        return None
    values = json.loads(found["entities"] or "{}")
    entities = [{"entity": name, "value": str(value)} for name, value in values.items()]
    return {"title": title, "intent": found["intent"].strip(), "entities": entities}
