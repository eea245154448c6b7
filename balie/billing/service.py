"""The stub of a company's billing system, as an HTTP service."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from hmac import compare_digest
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Depends, FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer
from sqlalchemy import text
from sqlalchemy.exc import OperationalError, TimeoutError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from balie.billing import api, demo_api
from balie.billing.backend import Backend, BackendDep
from balie.billing.database import migrate, open_engine
from balie.billing.demo import load_demo
from balie.billing.faults import Fault, FaultMiddleware, FaultSwitch
from balie.billing.idempotency import KeyInFlight, KeyReused
from balie.billing.problems import Problem, problem
from balie.billing.queries import NotFound
from balie.settings import InsecureSettings, Settings


def create_app(settings: Settings, now: Callable[[], datetime] | None = None) -> FastAPI:
    """The service. At start it migrates its database and, in development, fills in the demo.

    Raises `InsecureSettings` when production is asked for with default secrets or a fault.
    """
    settings.refuse_insecure()
    development = settings.environment == "development"
    fault = Fault.parse(settings.billing_fault)
    if not development and fault.kind != "off":
        raise InsecureSettings("BALIE_BILLING_FAULT is for development only")

    app = FastAPI(
        title="Balie billing backend",
        version="1",
        lifespan=_lifespan(settings),
        # The token is checked by the middleware; this only tells the OpenAPI document so.
        dependencies=[Depends(HTTPBearer(auto_error=False, description="The service token."))],
        responses=_PROBLEMS,
        generate_unique_id_function=_operation_id,
        docs_url=None,  # its page loads scripts from elsewhere
        redoc_url=None,
    )
    app.state.backend = Backend(
        engine=open_engine(settings.billing_database()),
        now=now or partial(datetime.now, ZoneInfo(settings.time_zone)),
        keep_keys=timedelta(hours=settings.idempotency_hours),
        switch=FaultSwitch(fault),
    )
    app.add_api_route("/health", get_health)
    app.include_router(api.router)
    _add_error_handlers(app)
    app.add_middleware(TokenMiddleware, token=settings.billing_token.get_secret_value())
    if development:
        app.include_router(demo_api.router)
        app.add_middleware(FaultMiddleware, switch=app.state.backend.switch)
    return app


def get_health(backend: BackendDep) -> dict[str, str]:
    """Whether the service and its database answer."""
    with backend.engine.connect() as connection:
        connection.execute(text("SELECT 1"))
    return {"status": "ok"}


class TokenMiddleware:
    """Refuses every call without the service token, whatever it is for; /health is open."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self.app = app
        self.expected = f"bearer {token}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on, or answer 401."""
        if scope["type"] == "http" and scope["path"] != "/health":
            request = Request(scope)
            scheme, _, token = request.headers.get("authorization", "").partition(" ")
            given = f"{scheme.lower()} {token.strip()}".encode()
            if not compare_digest(given, self.expected):
                headers = {"WWW-Authenticate": "Bearer"}
                answer = problem(request, 401, "unauthorized", headers=headers)
                await answer(scope, receive, send)
                return
        await self.app(scope, receive, send)


def _lifespan(settings: Settings) -> Callable[[FastAPI], Any]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        backend: Backend = app.state.backend
        migrate(settings.billing_database())
        if settings.environment == "development":
            load_demo(backend.engine, backend.now())
        yield
        backend.engine.dispose()

    return lifespan


def _operation_id(route: APIRoute) -> str:
    return route.name


# Errors

_PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {
        "description": description,
        "content": {"application/problem+json": {"schema": Problem.model_json_schema()}},
    }
    for status, description in {
        401: "The service token is missing or wrong.",
        404: "There is no such customer or invoice.",
        422: "The request does not have the expected form.",
        500: "The service failed.",
        503: "The database does not answer.",
    }.items()
}


def _add_error_handlers(app: FastAPI) -> None:
    @app.exception_handler(NotFound)
    def not_found(request: Request, error: NotFound) -> Response:
        return problem(request, 404, f"unknown-{error.what}")

    @app.exception_handler(KeyReused)
    def key_reused(request: Request, _: KeyReused) -> Response:
        return problem(request, 422, "idempotency-key-reused")

    @app.exception_handler(KeyInFlight)
    def key_in_flight(request: Request, _: KeyInFlight) -> Response:
        return problem(request, 409, "idempotency-key-in-flight", headers={"Retry-After": "1"})

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> Response:
        # Without the values: they may be somebody's.
        errors = [{"loc": list(item["loc"]), "msg": item["msg"]} for item in error.errors()]
        if ["header", "idempotency-key"] in [item["loc"] for item in errors]:
            return problem(request, 400, "idempotency-key-missing")
        return problem(request, 422, "invalid-request", errors=errors)

    @app.exception_handler(HTTPException)
    def by_status(request: Request, error: HTTPException) -> Response:
        name = {404: "not-found", 405: "method-not-allowed"}.get(
            error.status_code, "invalid-request"
        )
        return problem(request, error.status_code, name, headers=dict(error.headers or {}))

    @app.exception_handler(TimeoutError)
    @app.exception_handler(OperationalError)
    def no_database(request: Request, _: Exception) -> Response:
        return problem(request, 503, "database-unavailable", headers={"Retry-After": "5"})

    @app.exception_handler(Exception)
    def failed(request: Request, _: Exception) -> Response:
        return problem(request, 500, "internal-error")
