"""Alembic's entry: runs migrations on the connection that `media_ai.catalog.migrate` opened."""

from alembic import context

from media_ai.catalog.tables import SCHEMA, metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table_schema=SCHEMA,
    include_schemas=True,
    # Alembic's own table is not ours to create or drop.
    include_object=lambda _thing, name, kind, _reflected, _other: not (kind == "table" and name == "alembic_version"),
)
with context.begin_transaction():
    context.run_migrations()
