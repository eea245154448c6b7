"""Signing in as one of the demo's customers; in development only."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, StringConstraints

from balie.desk.api.common import PROBLEMS, Desk
from balie.desk.problems import Problem
from balie.desk.tokens import make_customer_token

router = APIRouter(prefix="/demo", tags=["demo"], responses=PROBLEMS)


class DemoCustomer(BaseModel):
    """Whom to sign in as."""

    customer: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,64}$")]


class DemoToken(BaseModel):
    """A customer's token, as the company's own site would hand it over."""

    customer_token: str


@router.post("/token")
async def make_token(body: DemoCustomer, desk: Desk) -> DemoToken:
    """A token that signs one conversation in; 404 for anybody but the demo's customers."""
    if body.customer not in desk.texts.demo_customers(desk.texts.default):
        raise Problem(404, "unknown-customer")
    return DemoToken(customer_token=make_customer_token(desk.settings, body.customer))
