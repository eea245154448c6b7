"""One piece of work for one `Idempotency-Key`, however often and however fast it is asked for.

The key is reserved and committed before the work starts, so that a second request sees it even
from another process; the answer is committed together with the work.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import BaseModel
from sqlalchemy import ColumnElement, delete, or_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from balie.billing.tables import IdempotencyRow

# A reservation this old without an answer belongs to a process that died at its work.
LEASE = timedelta(seconds=60)


class KeyReused(Exception):
    """The key came before, with another body."""


class KeyInFlight(Exception):
    """A request with this key is being worked on."""


@dataclass(frozen=True)
class Reservation:
    """A customer's key, the body that came with it, and when."""

    customer_id: str
    key: str
    fingerprint: str
    at: datetime

    @classmethod
    def of(cls, customer_id: str, key: str, body: BaseModel, now: datetime) -> "Reservation":
        """Equal bodies have equal fingerprints."""
        canonical = json.dumps(body.model_dump(mode="json"), sort_keys=True)
        return cls(customer_id, key, hashlib.sha256(canonical.encode()).hexdigest(), now)


def once(
    session: Session, reservation: Reservation, keep: timedelta, work: Callable[[], str]
) -> str:
    """Do `work`, which uses `session` and returns the answer, or return the answer it gave before.

    Raises `KeyReused` and `KeyInFlight`. Keys are forgotten after `keep`. Commits.
    """
    _forget(session, reservation.at, keep)
    if not _reserve(session, reservation):
        return _earlier_answer(session, reservation)
    try:
        answer = work()
        _store(session, reservation, answer)
        session.commit()
    except BaseException:
        session.rollback()
        session.execute(delete(IdempotencyRow).where(*_own(reservation)))
        session.commit()
        raise
    return answer


def _forget(session: Session, now: datetime, keep: timedelta) -> None:
    expired = IdempotencyRow.created_at < now - keep
    abandoned = IdempotencyRow.answer.is_(None) & (IdempotencyRow.created_at < now - LEASE)
    session.execute(delete(IdempotencyRow).where(or_(expired, abandoned)))
    session.commit()


def _reserve(session: Session, reservation: Reservation) -> bool:
    session.add(
        IdempotencyRow(
            customer_id=reservation.customer_id,
            key=reservation.key,
            fingerprint=reservation.fingerprint,
            created_at=reservation.at,
        )
    )
    try:
        session.commit()
    except IntegrityError:
        session.rollback()
        return False
    return True


def _earlier_answer(session: Session, reservation: Reservation) -> str:
    row = session.get(IdempotencyRow, (reservation.customer_id, reservation.key))
    if row is None:  # the other one failed just now and gave its reservation back
        raise KeyInFlight
    if row.fingerprint != reservation.fingerprint:
        raise KeyReused
    if row.answer is None:
        raise KeyInFlight
    return row.answer


def _store(session: Session, reservation: Reservation, answer: str) -> None:
    statement = update(IdempotencyRow).where(*_own(reservation)).values(answer=answer)
    if not session.scalars(statement.returning(IdempotencyRow.key)).all():
        raise KeyInFlight  # the lease ran out and another request has taken over


def _own(reservation: Reservation) -> tuple[ColumnElement[bool], ...]:
    return (
        IdempotencyRow.customer_id == reservation.customer_id,
        IdempotencyRow.key == reservation.key,
        IdempotencyRow.created_at == reservation.at,
        IdempotencyRow.answer.is_(None),
    )
