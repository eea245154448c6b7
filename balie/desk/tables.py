"""The desk's tables. Times are in UTC; texts of customers are masked before they get here."""

from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    MetaData,
    String,
    Text,
    TextClause,
    TypeDecorator,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from balie.content import Language

Author = Literal["customer", "assistant", "agent", "system"]
Status = Literal["bot", "waiting", "agent", "closed"]

# Rasa's tracker tables may stand in the same database.
PREFIX = "desk_"


# Written out and not bound: an index of some rows only serves a query that says so in its text.
IS_PENDING = text("state = 'pending'")
IS_OPEN = text("state = 'open'")


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC, aware of it also where the database (SQLite) is not."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store UTC."""
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return UTC, aware."""
        return value.replace(tzinfo=UTC) if value and not value.tzinfo else value


class Base(DeclarativeBase):
    """What all tables of the desk share."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012  (SQLAlchemy's own form)
        datetime: UtcDateTime,
        dict[str, Any]: JSON(none_as_null=True),
        list[dict[str, Any]]: JSON(none_as_null=True),
    }


def _of_conversation() -> Mapped[str]:
    return mapped_column(
        ForeignKey(f"{PREFIX}conversations.id", ondelete="CASCADE"), primary_key=True
    )


def _only(condition: TextClause) -> dict[str, Any]:
    """Limits an index to the rows that fulfil the condition."""
    return {"sqlite_where": condition, "postgresql_where": condition}


class Conversation(Base):
    """One conversation. Its row is locked by whoever adds a message, so `last_seq` has no gaps."""

    __tablename__ = f"{PREFIX}conversations"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    language: Mapped[Language] = mapped_column(String(2))
    status: Mapped[Status] = mapped_column(String(8), default="bot")
    customer: Mapped[str | None] = mapped_column(String(64), index=True)
    customer_until: Mapped[datetime | None]
    told_expired: Mapped[bool] = mapped_column(default=False)
    last_seq: Mapped[int] = mapped_column(default=0)
    # The newest assistant message while none of its buttons has been used.
    shown_seq: Mapped[int | None]
    topic: Mapped[str | None] = mapped_column(Text)
    step: Mapped[str | None] = mapped_column(Text)
    solved: Mapped[bool | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime] = mapped_column(index=True)


class Message(Base):
    """What somebody said. A customer's message is also the record of its turn with Rasa."""

    __tablename__ = f"{PREFIX}messages"
    __table_args__ = (
        Index(None, "conversation_id", "seq", **_only(IS_PENDING)),
        Index(None, "lease_until", **_only(IS_PENDING)),
    )

    conversation_id: Mapped[str] = _of_conversation()
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    author: Mapped[Author] = mapped_column(String(9))
    language: Mapped[Language] = mapped_column(String(2))
    text: Mapped[str] = mapped_column(Text)
    links: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    step: Mapped[dict[str, Any] | None]
    at: Mapped[datetime]
    # The customer's message that this one answers.
    reply_to: Mapped[int | None]

    # A customer's message only: what Rasa gets, and how far it is.
    message_id: Mapped[str | None] = mapped_column(String(32), unique=True)
    intent: Mapped[str | None] = mapped_column(Text)
    entities: Mapped[list[dict[str, Any]] | None]
    state: Mapped[str | None] = mapped_column(String(8))
    # A pending turn whose lease has run out was left behind by a process that died.
    lease_until: Mapped[datetime | None]

    buttons: Mapped[list["Button"]] = relationship(order_by="Button.position")


class Button(Base):
    """A button shown with a message, and what it means; the browser gets id and title only."""

    __tablename__ = f"{PREFIX}buttons"
    __table_args__ = (
        ForeignKeyConstraint(
            ["conversation_id", "message_seq"],
            [f"{PREFIX}messages.conversation_id", f"{PREFIX}messages.seq"],
            ondelete="CASCADE",
        ),
        Index(None, "conversation_id", "message_seq"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(String(32))
    message_seq: Mapped[int]
    position: Mapped[int]
    title: Mapped[str] = mapped_column(Text)
    intent: Mapped[str] = mapped_column(Text)
    entities: Mapped[list[dict[str, Any]]] = mapped_column(default=list)


class Ticket(Base):
    """A question for a person. Its transcript is the conversation's messages."""

    __tablename__ = f"{PREFIX}tickets"
    __table_args__ = (
        Index(
            f"uq_{PREFIX}tickets_open",
            "conversation_id",
            unique=True,
            **_only(IS_OPEN),
        ),
    )

    reference: Mapped[str] = mapped_column(String(16), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(
        ForeignKey(f"{PREFIX}conversations.id", ondelete="CASCADE"), index=True
    )
    state: Mapped[str] = mapped_column(String(8), default="open")
    reason: Mapped[str] = mapped_column(Text)
    language: Mapped[Language] = mapped_column(String(2))
    topic: Mapped[str | None] = mapped_column(Text)
    step: Mapped[str | None] = mapped_column(Text)
    customer: Mapped[str | None] = mapped_column(String(64))
    email: Mapped[str | None] = mapped_column(String(254))
    note: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(index=True)
    updated_at: Mapped[datetime]


class IdempotencyKey(Base):
    """A write that was asked for once, and its answer. Key and body are kept as fingerprints."""

    __tablename__ = f"{PREFIX}idempotency_keys"
    __table_args__ = (Index(None, "conversation_id", "message_seq"),)

    conversation_id: Mapped[str] = _of_conversation()
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    body: Mapped[str] = mapped_column(String(64))
    # The message whose turn gives the answer, and the last message before that turn.
    message_seq: Mapped[int | None]
    after_seq: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(8), default="open")
    answer: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime] = mapped_column(index=True)


class UsedToken(Base):
    """A customer token that has signed somebody in; its id is kept as a fingerprint."""

    __tablename__ = f"{PREFIX}used_tokens"

    jti: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)
