"""Failures on request, so that everything around the stub can be tried while it misbehaves."""

import asyncio
from dataclasses import dataclass
from typing import Literal, Self

from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from balie.billing.problems import problem


class Fault(BaseModel):
    """How the stub fails: late, with an error status, by hanging up, or with an answer not JSON."""

    kind: Literal["off", "latency", "status", "refuse", "garbage"] = "off"
    seconds: float = Field(5.0, ge=0, le=60, description="For `latency`.")
    status: int = Field(500, ge=400, le=599, description="For `status`.")

    @classmethod
    def parse(cls, text: str) -> Self:
        """From the setting's short form: `off`, `refuse`, `garbage`, `latency:5`, `status:503`."""
        kind, _, value = text.partition(":")
        field = {"latency": "seconds", "status": "status"}.get(kind)
        if value and field is None:
            raise ValueError(f"a fault of kind {kind!r} takes no value")
        return cls.model_validate({"kind": kind} | ({field: value} if field and value else {}))


@dataclass
class FaultSwitch:
    """The fault at present; set by the demo endpoint, obeyed by `FaultMiddleware`."""

    fault: Fault


class FaultMiddleware:
    """Puts the present fault on every call but those to the demo endpoints."""

    def __init__(self, app: ASGIApp, switch: FaultSwitch) -> None:
        self.app = app
        self.switch = switch

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the call, badly if so asked."""
        fault = self.switch.fault
        if scope["type"] != "http" or scope["path"].startswith("/v1/demo/"):
            fault = Fault()
        match fault.kind:
            case "refuse":
                await _hang_up(send)
            case "garbage":
                await HTMLResponse("<h1>Back soon</h1>")(scope, receive, send)
            case "status":
                answer = problem(Request(scope), fault.status, "demo-fault")
                await answer(scope, receive, send)
            case "latency":
                await asyncio.sleep(fault.seconds)
                await self.app(scope, receive, send)
            case "off":
                await self.app(scope, receive, send)


async def _hang_up(send: Send) -> None:
    # The server closes the connection when an answer is shorter than it was said to be.
    headers = [(b"content-length", b"100")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"{", "more_body": True})
