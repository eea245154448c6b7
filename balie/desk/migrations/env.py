"""Alembic's entry: changes the desk's tables on the connection that `migrate` hands over."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import JSON

from balie.desk.tables import PREFIX, Base, UtcDateTime


def render_item(_kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write our own types as what they are in the database: a step must not change with Python."""
    if isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return "sa.JSON()" if isinstance(item, JSON) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    version_table=f"{PREFIX}alembic_version",
    # Rasa's tracker and the billing stub may keep their tables in the same database.
    include_name=lambda name, kind, _: kind != "table" or str(name).startswith(PREFIX),
    render_item=render_item,
    render_as_batch=True,  # SQLite cannot alter most of a table in place
)
context.run_migrations()
