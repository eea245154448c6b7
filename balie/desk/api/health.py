"""Whether the desk and what it depends on are well."""

import asyncio

from fastapi import APIRouter
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import JSONResponse

from balie.desk.api.common import Desk
from balie.desk.database import DatabaseUnavailable
from balie.desk.services import Services
from balie.desk.tables import Ticket

router = APIRouter(tags=["operation"])

_DATABASE_SECONDS = 1.5


@router.get("/health")
async def health(desk: Desk) -> JSONResponse:
    """Each dependency, and topics that are left out because something is wrong with them.

    503 without the database; without Rasa the desk still takes messages. Billing is told and
    changes no status: without it customers miss no more than the facts of their own account.
    """
    database, rasa, actions, billing = await asyncio.gather(
        _database_is_up(desk),
        desk.rasa.is_ready(),
        desk.neighbors.actions_are_up(),
        desk.neighbors.billing_is_up(),
    )
    problem = desk.texts.problem
    checks = {"database": database, "rasa": rasa, "actions": actions, "texts": problem is None}
    status = "down" if not database else "ok" if all(checks.values()) else "degraded"
    body: dict[str, object] = {"status": status}
    checks["billing"] = billing
    body.update({name: "ok" if well else "down" for name, well in checks.items()})
    if problem:
        body["texts_problem"] = problem
    if desk.texts.left_out:
        body["left_out"] = desk.texts.left_out
    return JSONResponse(body, 200 if database else 503, headers={"Cache-Control": "no-store"})


async def _database_is_up(desk: Services) -> bool:
    """Whether something could be written now: the tables are there, and the lock can be had."""

    def work(session: Session) -> None:
        session.execute(select(Ticket.reference).limit(1))

    try:
        async with asyncio.timeout(_DATABASE_SECONDS):
            await desk.database.write(work)
    except (DatabaseUnavailable, TimeoutError):
        return False
    return True
