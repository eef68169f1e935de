"""Run by Alembic: migrations go over the connection that `govcrawl.store.schema` hands in."""

from __future__ import annotations

from alembic import context

from govcrawl.store.tables import Base

connection = context.config.attributes.get("connection")
if connection is None:
    raise SystemExit("Migrations run by `govcrawl db upgrade`, not by the alembic command.")

context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
