"""Tickets of other systems: what they are about, and a reply to suggest."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from balie.desk.api.agents import require_agent
from balie.desk.api.common import PROBLEMS, Desk
from balie.desk.intake import read_text
from balie.desk.problems import Problem
from balie.desk.rasa import RasaFault
from balie.desk.triage.tickets import Ticket, Triage

router = APIRouter(tags=["agents"], responses=PROBLEMS, dependencies=[Depends(require_agent)])


class TicketBody(BaseModel):
    """A ticket as another system has it."""

    subject: str | None = None
    text: Annotated[
        str, Field(description="At least one character of subject or text can be seen.")
    ]
    customer: Annotated[
        str | None, Field(max_length=255, description="Whose ticket; not used yet.")
    ] = None


class TriageView(Triage):
    """What is understood, and the ticket without what must not be stored."""

    subject: str | None
    text: str


@router.post("/triage", response_model=TriageView)
async def triage(body: TicketBody, desk: Desk) -> Response:
    """Say what a ticket is about. Nothing of it is stored."""
    longest = desk.settings.body_max_bytes
    given = body.subject or ""
    subject = read_text(given, longest).text if given.strip() else ""
    text = read_text(body.text, longest).text if body.text.strip() or not subject else ""
    question = Ticket(subject=subject, text=text).question(desk.texts.mail_words)
    try:
        found = await desk.rasa.understand(question)
    except RasaFault as error:
        raise Problem(503, "no-understanding") from error
    view = {
        **Triage.of(found, desk.texts.content).model_dump(),
        "subject": subject or None,
        "text": text,
    }
    return JSONResponse(view, headers={"Cache-Control": "no-store"})
