"""What a run is to people, and why runs fail."""

from sqlalchemy import (
    Column,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB

from media_ai.catalog.tables.base import metadata, moment_column, of_run, text_column

# What a run is to people: the name of the task, who started it, who stopped it and who had it run again.
tasks = Table(
    "tasks",
    metadata,
    Column("dag_id", Text, primary_key=True),
    Column("run_id", Text, primary_key=True),
    text_column("name", default=""),
    text_column("owner", default=""),
    Column("parent_run_id", Text),
    text_column("stopped_by", default=""),
    Column("stopped_at", DateTime(timezone=True)),
    text_column("restarted_by", default=""),
    Column("restarted_at", DateTime(timezone=True)),
    ForeignKeyConstraint(["dag_id", "run_id"], ["media_ai.runs.dag_id", "media_ai.runs.run_id"], ondelete="CASCADE"),
)

# Requests that are done once, however often they are sent; kept for a day.
idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("owner", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    text_column("request"),
    text_column("token"),
    Column("answer", JSONB),
    Column("busy_until", DateTime(timezone=True)),
    moment_column("created_at"),
    Index(None, "created_at"),
)

# Why nodes of runs failed, the last time that they did; a node that succeeds afterwards has no row.
failures = of_run(
    "failures",
    text_column("node_type", default=""),
    text_column("cause_id"),
    text_column("kind"),
    text_column("service", default=""),
    text_column("code", default=""),
    text_column("title"),
    text_column("message"),
    Column("tries", Integer, nullable=False, server_default="1"),
    moment_column("failed_at"),
    key=("node_id",),
)

Index(None, failures.c.cause_id)

# How often a task has failed for good, and those that are not restarted any more before somebody has looked.
quarantine = Table(
    "quarantine",
    metadata,
    Column("dag_id", Text, primary_key=True),
    Column("run_id", Text, primary_key=True),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("quarantined_at", DateTime(timezone=True)),
    text_column("released_by", default=""),
    Column("released_at", DateTime(timezone=True)),
    ForeignKeyConstraint(["dag_id", "run_id"], ["media_ai.runs.dag_id", "media_ai.runs.run_id"], ondelete="CASCADE"),
    Index(None, "quarantined_at"),
)
