"""Run by Alembic on the connection that migrate.py hands over, inside its transaction."""

from alembic import context

from delivery.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    compare_type=True,
)
context.run_migrations()
