"""What the endpoints share: the database, the clock and the fault that is switched on."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, TypeVar, cast

from fastapi import Depends, Path, Request
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from balie.billing.faults import FaultSwitch
from balie.billing.queries import find_customer
from balie.billing.tables import CustomerRow

T = TypeVar("T")


@dataclass(frozen=True)
class Backend:
    """One running stub. `now` gives the present moment, where the company is."""

    engine: Engine
    now: Callable[[], datetime]
    keep_keys: timedelta
    switch: FaultSwitch

    @contextmanager
    def customer(self, customer_id: str) -> Iterator[tuple[CustomerRow, Session]]:
        """The customer's row and its session; raises `NotFound`. Commits nothing by itself."""
        with Session(self.engine) as session:
            yield find_customer(session, customer_id), session

    async def read(self, customer_id: str, work: Callable[[CustomerRow], T]) -> T:
        """What `work` makes of the customer's row, off the event loop; raises `NotFound`."""
        return await run_in_threadpool(self._read, customer_id, work)

    def _read(self, customer_id: str, work: Callable[[CustomerRow], T]) -> T:
        with self.customer(customer_id) as (customer, _):
            return work(customer)


# Asynchronous, as it has nothing to wait for: a plain function would be sent to a thread.
async def _of(request: Request) -> Backend:
    return cast(Backend, request.app.state.backend)


BackendDep = Annotated[Backend, Depends(_of)]
CustomerId = Annotated[str, Path(max_length=64, examples=["C-1001"])]
