"""Runs the migrations, for Alembic, in the transaction that `store.schema.migrate` has begun."""

from alembic import context

from dlt_crawler.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite cannot alter most of a table in place.
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
