"""First tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "desk_conversations",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("customer", sa.String(length=64), nullable=True),
        sa.Column("customer_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_expired", sa.Boolean(), nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("shown_seq", sa.Integer(), nullable=True),
        sa.Column("topic", sa.Text(), nullable=True),
        sa.Column("step", sa.Text(), nullable=True),
        sa.Column("solved", sa.Boolean(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_conversations")),
    )
    op.create_index(
        op.f("ix_desk_conversations_customer"), "desk_conversations", ["customer"], unique=False
    )
    op.create_index(
        op.f("ix_desk_conversations_updated_at"), "desk_conversations", ["updated_at"], unique=False
    )
    op.create_table(
        "desk_used_tokens",
        sa.Column("jti", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("jti", name=op.f("pk_desk_used_tokens")),
    )
    op.create_index(
        op.f("ix_desk_used_tokens_expires_at"), "desk_used_tokens", ["expires_at"], unique=False
    )
    op.create_table(
        "desk_idempotency_keys",
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("body", sa.String(length=64), nullable=False),
        sa.Column("message_seq", sa.Integer(), nullable=True),
        sa.Column("after_seq", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["desk_conversations.id"],
            name=op.f("fk_desk_idempotency_keys_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("conversation_id", "key", name=op.f("pk_desk_idempotency_keys")),
    )
    op.create_index(
        op.f("ix_desk_idempotency_keys_conversation_id_message_seq"),
        "desk_idempotency_keys",
        ["conversation_id", "message_seq"],
        unique=False,
    )
    op.create_index(
        op.f("ix_desk_idempotency_keys_created_at"),
        "desk_idempotency_keys",
        ["created_at"],
        unique=False,
    )
    op.create_table(
        "desk_messages",
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("author", sa.String(length=9), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("links", sa.JSON(), nullable=False),
        sa.Column("step", sa.JSON(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reply_to", sa.Integer(), nullable=True),
        sa.Column("message_id", sa.String(length=32), nullable=True),
        sa.Column("intent", sa.Text(), nullable=True),
        sa.Column("entities", sa.JSON(), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["desk_conversations.id"],
            name=op.f("fk_desk_messages_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("conversation_id", "seq", name=op.f("pk_desk_messages")),
        sa.UniqueConstraint("message_id", name=op.f("uq_desk_messages_message_id")),
    )
    op.create_index(
        op.f("ix_desk_messages_conversation_id_seq"),
        "desk_messages",
        ["conversation_id", "seq"],
        unique=False,
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_index(
        op.f("ix_desk_messages_lease_until"),
        "desk_messages",
        ["lease_until"],
        unique=False,
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_table(
        "desk_tickets",
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("topic", sa.Text(), nullable=True),
        sa.Column("step", sa.Text(), nullable=True),
        sa.Column("customer", sa.String(length=64), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["desk_conversations.id"],
            name=op.f("fk_desk_tickets_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_desk_tickets")),
    )
    op.create_index(
        op.f("ix_desk_tickets_conversation_id"), "desk_tickets", ["conversation_id"], unique=False
    )
    op.create_index(
        op.f("ix_desk_tickets_created_at"), "desk_tickets", ["created_at"], unique=False
    )
    op.create_index(
        "uq_desk_tickets_open",
        "desk_tickets",
        ["conversation_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "desk_buttons",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("message_seq", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("intent", sa.Text(), nullable=False),
        sa.Column("entities", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id", "message_seq"],
            ["desk_messages.conversation_id", "desk_messages.seq"],
            name=op.f("fk_desk_buttons_conversation_id_message_seq"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_buttons")),
    )
    op.create_index(
        op.f("ix_desk_buttons_conversation_id_message_seq"),
        "desk_buttons",
        ["conversation_id", "message_seq"],
        unique=False,
    )


def downgrade() -> None:
    """Undo it."""
    op.drop_table("desk_buttons")
    op.drop_table("desk_tickets")
    op.drop_table("desk_messages")
    op.drop_table("desk_idempotency_keys")
    op.drop_table("desk_used_tokens")
    op.drop_table("desk_conversations")
