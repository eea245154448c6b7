"""Sending messages and reading them, at once or as a stream."""

import json
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query
from sqlalchemy.orm import Session
from sse_starlette import EventSourceResponse
from starlette.responses import JSONResponse, Response

from balie.desk.api.common import PROBLEMS, Desk, IdempotencyKey, OwnConversation, keyed
from balie.desk.conversations import messages_after, read_conversation
from balie.desk.database import DatabaseUnavailable
from balie.desk.hub import wait_for_news
from balie.desk.intake import Chosen, read_text
from balie.desk.problems import Problem
from balie.desk.schemas import Messages, PostedMessage, message_view
from balie.desk.services import Services

router = APIRouter(prefix="/conversations/{conversation_id}", tags=["messages"], responses=PROBLEMS)

# News of another desk process is found by looking now and then.
_LOOK_SECONDS = 2.0
_LARGEST_SEQ = 2**31 - 1


@router.post("/messages", response_model=Messages)
async def post_message(
    conversation_id: OwnConversation,
    body: PostedMessage,
    desk: Desk,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Say something. The replies come within 8 seconds, or a message that they take longer."""
    said = (
        Chosen(body.choice)
        if body.choice is not None
        else read_text(body.text or "", desk.settings.message_max_characters)
    )
    request = keyed(desk, "messages", idempotency_key, body)
    answer = await desk.turns.post(conversation_id, said, request)
    return JSONResponse(answer, headers={"Cache-Control": "no-store"})


@router.get("/messages", response_model=Messages)
async def read_messages(
    conversation_id: OwnConversation,
    desk: Desk,
    after: Annotated[int, Query(ge=0, le=_LARGEST_SEQ)] = 0,
) -> Response:
    """The messages that follow `after`, in order."""
    found = await _messages(desk, conversation_id, after)
    return JSONResponse(found, headers={"Cache-Control": "no-store"})


@router.get("/events", response_class=EventSourceResponse)
async def stream_messages(
    conversation_id: OwnConversation,
    desk: Desk,
    last_event_id: Annotated[str | None, Header()] = None,
) -> Response:
    """Messages as server-sent events, from `Last-Event-ID` on; `status` events tell who answers."""
    await _messages(desk, conversation_id, _LARGEST_SEQ)  # a 404 rather than an empty stream
    return EventSourceResponse(_events(desk, conversation_id, _seq_of(last_event_id)))


async def _events(
    desk: Services, conversation_id: str, after: int
) -> AsyncIterator[dict[str, str]]:
    status = None
    with desk.hub.listen(conversation_id) as news:
        while True:
            try:
                found = await _messages(desk, conversation_id, after)
            except Problem:  # erased
                return
            except DatabaseUnavailable:
                return  # the client comes back with its Last-Event-ID
            for message in found["messages"]:
                after = message["seq"]
                yield {"id": str(after), "event": "message", "data": _json(message)}
            if found["status"] != status:
                status = found["status"]
                yield {"event": "status", "data": _json({"status": status})}
            await wait_for_news(news, _LOOK_SECONDS)


async def _messages(desk: Services, conversation_id: str, after: int) -> dict[str, Any]:
    def work(session: Session) -> dict[str, Any]:
        conversation = read_conversation(session, conversation_id)
        news = conversation.last_seq > after
        found = messages_after(session, conversation_id, after) if news else []
        return {
            "messages": [message_view(message) for message in found],
            "status": conversation.status,
        }

    return await desk.database.read(work)


def _seq_of(last_event_id: str | None) -> int:
    """The number after which a stream goes on; the beginning for anything that is no number."""
    try:
        return min(max(int(last_event_id or 0), 0), _LARGEST_SEQ)
    except ValueError:
        return 0


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
