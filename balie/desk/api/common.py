"""What the endpoints ask of every request."""

import json
from secrets import token_hex
from typing import Annotated, Any

from fastapi import Depends, Header, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel

from balie.content import Language
from balie.desk.idempotency import Request as KeyedRequest
from balie.desk.languages import preferred_language
from balie.desk.problems import MEDIA_TYPE, Problem, ProblemBody
from balie.desk.services import Services
from balie.desk.tokens import BadToken

_PROBLEM = {
    "description": "A problem (RFC 9457), with its title in the language of `Accept-Language`.",
    "content": {MEDIA_TYPE: {"schema": ProblemBody.model_json_schema()}},
}
PROBLEMS: dict[int | str, dict[str, Any]] = {"4XX": _PROBLEM, "5XX": _PROBLEM}

_bearer = HTTPBearer(auto_error=False, description="The conversation's token.")


async def services_of(request: Request) -> Services:
    """The services of the running application."""
    services: Services = request.app.state.services
    return services


Desk = Annotated[Services, Depends(services_of)]


async def own_conversation(
    conversation_id: str,
    request: Request,
    desk: Desk,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> str:
    """The conversation in the path, if the caller's token is the one bound to it."""
    if credentials is None:
        raise Problem(401, "no-token")
    try:
        bound_to = desk.tokens.conversation_of(credentials.credentials)
    except BadToken as error:
        raise Problem(401, "bad-token") from error
    if bound_to != conversation_id:
        raise Problem(403, "other-conversation")
    if request.method != "GET":
        refuse_if_too_often(await desk.rates.wait_for_conversation(conversation_id))
    return conversation_id


def refuse_if_too_often(wait: int | None) -> None:
    """Raise the problem `too-often` where somebody has to wait."""
    if wait is not None:
        raise Problem(429, "too-often", retry_after=wait)


async def caller_language(
    desk: Desk, accept_language: Annotated[str | None, Header()] = None
) -> Language:
    """The language the caller's browser asks for."""
    return preferred_language(accept_language, desk.settings.default_language)


OwnConversation = Annotated[str, Depends(own_conversation)]
CallerLanguage = Annotated[Language, Depends(caller_language)]
IdempotencyKey = Annotated[
    str | None,
    Header(
        max_length=255,
        description="The same key and body give the same answer, for 24 hours.",
    ),
]


def keyed(desk: Services, endpoint: str, key: str | None, body: BaseModel) -> KeyedRequest:
    """What idempotency compares; without a key every request is one of its own."""
    return KeyedRequest(
        key=desk.fingerprints.of(f"{endpoint} {key or token_hex(16)}"),
        body=desk.fingerprints.of(json.dumps(body.model_dump())),
    )
