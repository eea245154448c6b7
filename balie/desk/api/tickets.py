"""Asking for a person, and how the ticket stands."""

from datetime import timedelta
from typing import Any

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.responses import JSONResponse, Response

from balie.desk import clock, idempotency
from balie.desk.api.common import PROBLEMS, Desk, IdempotencyKey, OwnConversation, keyed
from balie.desk.conversations import lock_conversation, read_conversation
from balie.desk.intake import read_text
from balie.desk.problems import Problem
from balie.desk.rasa import Handoff
from balie.desk.schemas import HandedOff, HandoffRequest, TicketView, message_view
from balie.desk.tables import Ticket
from balie.desk.tickets import ASKED, Contact, hand_off, newest_ticket_of

router = APIRouter(prefix="/conversations/{conversation_id}", tags=["tickets"], responses=PROBLEMS)


@router.post("/handoff", response_model=HandedOff)
async def ask_for_person(
    conversation_id: OwnConversation,
    body: HandoffRequest,
    desk: Desk,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Open a ticket, also while the assistant is down; asked twice it is the same open ticket."""
    longest = desk.settings.message_max_characters
    note = read_text(body.note, longest).text if body.note and body.note.strip() else None
    contact = Contact(email=body.email, note=note)
    request = keyed(desk, "handoff", idempotency_key, body)
    keep = timedelta(hours=desk.settings.idempotency_hours)

    def work(session: Session) -> dict[str, Any]:
        conversation = lock_conversation(session, conversation_id)
        key, new = idempotency.claim(session, conversation_id, request, clock.now(), keep)
        if not new:
            return key.answer or {}
        ticket, told = hand_off(
            session, conversation, desk.voice, Handoff(reason=ASKED), contact=contact
        )
        answer = {
            "reference": ticket.reference,
            "state": ticket.state,
            "status": conversation.status,
            "messages": [message_view(told)],
        }
        return idempotency.settle(key, answer)

    answer = await desk.database.write(work)
    desk.hub.notify(conversation_id)
    return JSONResponse(answer, headers={"Cache-Control": "no-store"})


@router.get("/ticket", response_model=TicketView)
async def read_ticket(conversation_id: OwnConversation, desk: Desk) -> TicketView:
    """The conversation's newest ticket; 404 where there is none."""

    def work(session: Session) -> Ticket:
        read_conversation(session, conversation_id)
        ticket = newest_ticket_of(session, conversation_id)
        if ticket is None:
            raise Problem(404, "no-ticket")
        return ticket

    return TicketView.model_validate(await desk.database.read(work), from_attributes=True)
