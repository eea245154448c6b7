"""The desk as an ASGI application."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.staticfiles import StaticFiles

from balie.desk import page
from balie.desk.api import conversations, demo, health, hours, messages, tickets, triage
from balie.desk.help import pages
from balie.desk.help.site import STATIC, Site
from balie.desk.middleware import (
    AddressRate,
    BodyLimit,
    Failures,
    OriginCheck,
    SecurityHeaders,
)
from balie.desk.migrate import migrate
from balie.desk.origins import Origins
from balie.desk.problems import Problems
from balie.desk.services import Services
from balie.settings import Settings

_HEADERS_TO_SEND = ["Authorization", "Content-Type", "Idempotency-Key", "Last-Event-ID"]


def create_app(settings: Settings) -> FastAPI:
    """The desk for these settings; raises `InsecureSettings` where production lacks secrets."""
    settings.refuse_insecure()
    services = Services.create(settings)
    problems = Problems(services.texts)
    origins = Origins.create(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await asyncio.to_thread(migrate, services.database.engine)
        looking_after = asyncio.create_task(services.look_after())
        yield
        looking_after.cancel()
        with suppress(asyncio.CancelledError):
            await looking_after
        await services.close()

    app = FastAPI(
        title="Balie desk",
        description="Conversations with the billing assistant, and tickets for people.",
        version="1",
        lifespan=lifespan,
        # The interactive pages would load scripts from elsewhere.
        docs_url=None,
        redoc_url=None,
        middleware=[
            Middleware(SecurityHeaders, framing=origins.framing),
            Middleware(OriginCheck, origins=origins, problems=problems),
            # Outside what refuses, so that pages of other sites can read a refusal too.
            Middleware(
                CORSMiddleware,
                allow_origins=origins.allowed,
                allow_methods=["GET", "POST", "PUT", "DELETE"],
                allow_headers=_HEADERS_TO_SEND,
                expose_headers=["Retry-After", "Content-Language"],
            ),
            Middleware(AddressRate, rates=services.rates, problems=problems),
            Middleware(BodyLimit, most=settings.body_max_bytes, problems=problems),
            Middleware(Failures, problems=problems),
        ],
    )
    app.state.services = services
    problems.install(app)
    routers = (conversations, messages, tickets, hours, triage)
    for router in (each.router for each in routers):
        app.include_router(router, prefix="/api/v1")
    if settings.has_demo():
        app.include_router(demo.router, prefix="/api/v1")
    app.include_router(health.router)
    app.include_router(page.router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    # Last: what is none of the addresses above may be one of the help.
    app.state.site = Site(services)
    app.include_router(pages.router)
    pages.answer_lost_readers(app, app.state.site, problems)
    return app
