"""When people answer."""

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from balie.desk import clock
from balie.desk.api.common import PROBLEMS, CallerLanguage, Desk
from balie.desk.schemas import Hours

router = APIRouter(tags=["people"], responses=PROBLEMS)


@router.get("/hours", response_model=Hours)
async def read_hours(desk: Desk, caller_language: CallerLanguage) -> Response:
    """The opening hours, in the language of `Accept-Language`, and whether people answer now."""
    hours = {
        "language": caller_language,
        "text": desk.voice.people_answer(caller_language),
        "open": desk.voice.hours.is_open(clock.now()),
    }
    headers = {"Cache-Control": "no-store", "Vary": "Accept-Language"}
    return JSONResponse(hours, headers=headers)
