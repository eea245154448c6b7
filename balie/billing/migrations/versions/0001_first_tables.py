"""First tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this version."""

    op.create_table(
        "billing_customers",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("agreement_type", sa.String(), nullable=False),
        sa.Column("customer_since", sa.Date(), nullable=False),
        sa.Column("commerce_account_id", sa.String(), nullable=False),
        sa.Column("administrator", sa.String(), nullable=True),
        sa.Column("website", sa.String(), nullable=True),
        sa.Column("vat_number", sa.String(), nullable=True),
        sa.Column("established", sa.Integer(), nullable=True),
        sa.Column("contact", sa.JSON(), nullable=True),
        sa.Column("sold_to", sa.JSON(), nullable=False),
        sa.Column("bill_to", sa.JSON(), nullable=False),
        sa.Column("past_due_notice", sa.Boolean(), nullable=False),
        sa.Column("invoice_request", sa.JSON(), nullable=False),
        sa.Column("demo_day", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "billing_idempotency_keys",
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("customer_id", "key"),
    )
    op.create_index(
        "ix_billing_idempotency_keys_created_at", "billing_idempotency_keys", ["created_at"]
    )
    op.create_table(
        "billing_credits",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("billing_profile_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("granted", sa.String(length=40), nullable=False),
        sa.Column("remaining", sa.String(length=40), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["billing_customers.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_billing_credits_customer_id", "billing_credits", ["customer_id"])
    op.create_table(
        "billing_payment_methods",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("last_four", sa.String(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["billing_customers.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ix_billing_payment_methods_customer_id", "billing_payment_methods", ["customer_id"]
    )
    op.create_table(
        "billing_profiles",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("purchase_order", sa.String(), nullable=True),
        sa.Column("invoice_by_email", sa.Boolean(), nullable=False),
        sa.Column("payment_method_id", sa.String(), nullable=True),
        sa.Column("bill_to", sa.JSON(), nullable=False),
        sa.Column("contact_name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["billing_customers.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_billing_profiles_customer_id", "billing_profiles", ["customer_id"])
    op.create_table(
        "billing_subscriptions",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("product", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("billing_frequency", sa.String(), nullable=False),
        sa.Column("next_billing_date", sa.Date(), nullable=False),
        sa.Column("licenses_bought", sa.Integer(), nullable=True),
        sa.Column("licenses_assigned", sa.Integer(), nullable=True),
        sa.Column("monthly_price_per_license", sa.String(length=40), nullable=True),
        sa.Column("payment_method_id", sa.String(), nullable=True),
        sa.Column("billing_profile_id", sa.String(), nullable=True),
        sa.Column("service_address", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["billing_customers.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ix_billing_subscriptions_customer_id", "billing_subscriptions", ["customer_id"]
    )
    op.create_table(
        "billing_support_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("details", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["billing_customers.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ix_billing_support_requests_customer_id", "billing_support_requests", ["customer_id"]
    )
    op.create_table(
        "billing_charges",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("invoice_number", sa.String(), nullable=False),
        sa.Column("subscription_id", sa.String(), nullable=False),
        sa.Column("amount", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("last_tried_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("payment_method_id", sa.String(), nullable=True),
        sa.Column("last_four", sa.String(), nullable=True),
        sa.Column("decline_reason", sa.String(), nullable=True),
        sa.Column("next_try_on", sa.Date(), nullable=True),
        sa.Column("retry_until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["billing_customers.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["billing_subscriptions.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_billing_charges_customer_id", "billing_charges", ["customer_id"])
    op.create_table(
        "billing_invoices",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("subscription_id", sa.String(), nullable=False),
        sa.Column("invoice_date", sa.Date(), nullable=False),
        sa.Column("due_date", sa.Date(), nullable=False),
        sa.Column("period_from", sa.Date(), nullable=False),
        sa.Column("period_to", sa.Date(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("past_due_since", sa.Date(), nullable=True),
        sa.Column("total", sa.String(length=40), nullable=False),
        sa.Column("amount_due", sa.String(length=40), nullable=False),
        sa.Column("purchase_order", sa.String(), nullable=True),
        sa.Column("bill_to", sa.JSON(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["billing_customers.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["billing_subscriptions.id"],
        ),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("ix_billing_invoices_customer_id", "billing_invoices", ["customer_id"])
    op.create_table(
        "billing_payments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("invoice_number", sa.String(), nullable=False),
        sa.Column("subscription_id", sa.String(), nullable=False),
        sa.Column("amount", sa.String(length=40), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_four", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["billing_customers.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["billing_subscriptions.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_billing_payments_customer_id", "billing_payments", ["customer_id"])


def downgrade() -> None:
    """Back to an empty database."""
    op.drop_table("billing_payments")
    op.drop_table("billing_invoices")
    op.drop_table("billing_charges")
    op.drop_table("billing_support_requests")
    op.drop_table("billing_subscriptions")
    op.drop_table("billing_profiles")
    op.drop_table("billing_payment_methods")
    op.drop_table("billing_credits")
    op.drop_table("billing_idempotency_keys")
    op.drop_table("billing_customers")
