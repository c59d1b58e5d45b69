"""Places where videos arrive, and what was found there."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Index,
    Sequence,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB

from media_ai.catalog.tables.base import metadata, moment_column, text_column

# Places where videos arrive. `number` grows with every change: by it the DAG of a source follows.
source_numbers = Sequence("source_numbers", metadata=metadata)

sources = Table(
    "sources",
    metadata,
    Column("slug", Text, primary_key=True),
    Column("definition", JSONB, nullable=False),
    Column("number", BigInteger, nullable=False, server_default=source_numbers.next_value()),
    text_column("saved_by", default=""),
    moment_column("created_at"),
    moment_column("saved_at"),
)

# What sources have found; outlives its runs, so that a video whose run was deleted is not started again.
source_items = Table(
    "source_items",
    metadata,
    Column("source", Text, primary_key=True),
    Column("address", Text, primary_key=True),
    Column("etag", Text, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("modified_at", DateTime(timezone=True), nullable=False),
    text_column("state"),
    text_column("reason", default=""),
    text_column("video_id", default=""),
    Column("input", JSONB, nullable=False, server_default="{}"),
    text_column("dag_id", default=""),
    text_column("run_id", default=""),
    Column("interval_start", DateTime(timezone=True)),
    moment_column("seen_at"),
    Column("started_at", DateTime(timezone=True)),
    Column("gone_at", DateTime(timezone=True)),
    CheckConstraint("state IN ('waiting', 'again', 'started', 'renamed', 'refused')", name="state"),
    Index(None, "source", "state"),
    Index(None, "dag_id", "run_id"),
    Index(None, "source", "seen_at"),
)
