"""Run by Alembic; the connection is given by :mod:`mien.server.database.upgrade`."""

from __future__ import annotations

from alembic import context

from mien.server.database.tables import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",  # SQLite alters by copying
)
with context.begin_transaction():
    context.run_migrations()
