"""Run by Alembic. `balie.billing.database.migrate` hands over the connection and commits it."""

from alembic import context

from balie.billing.tables import Row

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Row.metadata,
    # A name of its own: the desk may keep its tables, and their version, in the same database.
    version_table="billing_alembic_version",
    include_name=lambda name, kind, _: kind != "table" or str(name).startswith("billing_"),
    transactional_ddl=True,
)
context.run_migrations()
