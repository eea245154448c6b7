"""One piece of work for one `Idempotency-Key`, however often and however fast it is asked for.

The caller has locked the conversation, so of many equal requests one comes first.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from balie.desk.problems import Problem
from balie.desk.tables import IdempotencyKey


@dataclass(frozen=True)
class Request:
    """The fingerprints of a key and of the body that came with it."""

    key: str
    body: str


def claim(
    session: Session, conversation_id: str, request: Request, now: datetime, keep: timedelta
) -> tuple[IdempotencyKey, bool]:
    """The key's row, and whether it is new.

    Raises the problem `key-reused` where the key came with another body, and `in-flight` where
    its work is not finished.
    """
    row = session.get(IdempotencyKey, (conversation_id, request.key))
    if row is not None and row.created_at < now - keep:
        session.delete(row)
        session.flush()
        row = None
    if row is not None:
        if row.body != request.body:
            raise Problem(422, "key-reused")
        if row.state == "open":
            raise Problem(409, "in-flight")
        return row, False
    row = IdempotencyKey(
        conversation_id=conversation_id,
        key=request.key,
        body=request.body,
        state="open",
        created_at=now,
    )
    session.add(row)
    return row, True


def settle(row: IdempotencyKey, answer: dict[str, Any], state: str = "done") -> dict[str, Any]:
    """Keep the answer for whoever asks again."""
    row.answer = answer
    row.state = state
    return answer


def forget(session: Session, before: datetime) -> None:
    """Drop the keys that came before this moment."""
    session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < before))
