"""Whether the desk and what it depends on are well."""

from fastapi import APIRouter
from sqlalchemy import text
from sqlalchemy.orm import Session
from starlette.responses import JSONResponse

from balie.desk.api.common import Desk
from balie.desk.database import DatabaseUnavailable
from balie.desk.services import Services

router = APIRouter(tags=["operation"])


@router.get("/health")
async def health(desk: Desk) -> JSONResponse:
    """Each dependency, and topics that are left out because something is wrong with them.

    503 without the database; without Rasa the desk still takes messages.
    """
    database = await _database_is_up(desk)
    rasa = await desk.rasa.is_ready()
    texts = desk.texts.problem is None
    checks = {"database": database, "rasa": rasa, "texts": texts}
    status = "down" if not database else "ok" if all(checks.values()) else "degraded"
    body: dict[str, object] = {"status": status}
    body.update({name: "ok" if well else "down" for name, well in checks.items()})
    if desk.texts.left_out:
        body["left_out"] = desk.texts.left_out
    return JSONResponse(body, 200 if database else 503, headers={"Cache-Control": "no-store"})


async def _database_is_up(desk: Services) -> bool:
    def work(session: Session) -> None:
        session.execute(text("SELECT 1"))

    try:
        await desk.database.read(work)
    except DatabaseUnavailable:
        return False
    return True
