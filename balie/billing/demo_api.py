"""Endpoints that exist in development only: they make things happen, or fail."""

from fastapi import APIRouter
from pydantic import BaseModel

from balie.billing.backend import BackendDep, CustomerId
from balie.billing.events import EventName, happen
from balie.billing.faults import Fault

router = APIRouter(prefix="/v1/demo", tags=["demo"])


class DemoEvent(BaseModel):
    """Something that happens to a demo customer."""

    event: EventName


@router.post("/customers/{customer_id}/events")
def post_event(customer_id: CustomerId, body: DemoEvent, backend: BackendDep) -> DemoEvent:
    """Let an event happen to this customer."""
    with backend.customer(customer_id) as (customer, session):
        happen(body.event, customer, backend.now())
        session.commit()
    return body


@router.post("/faults")
def post_fault(body: Fault, backend: BackendDep) -> Fault:
    """Make every call outside /v1/demo fail in this way, until `off`."""
    backend.switch.fault = body
    return body
