"""Reviews, audits, rules of retention, and the proof of what was deleted."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, UUID

from media_ai.catalog.tables.base import metadata, moment_column, of_run, text_column

# Tasks whose results somebody has to look at: by the node that checked them, or by the daily audit (node_id "").
review_marks = of_run(
    "review_marks",
    Column("reasons", JSONB, nullable=False),
    moment_column("marked_at"),
    text_column("cleared_by", default=""),
    Column("cleared_at", DateTime(timezone=True)),
    key=("node_id",),
)

Index(None, review_marks.c.marked_at, postgresql_where=review_marks.c.cleared_at.is_(None))

# What the daily audits of the result tables found.
quality_audits = Table(
    "quality_audits",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    moment_column("at"),
    Column("since", DateTime(timezone=True), nullable=False),
    Column("tasks", Integer, nullable=False),
    Column("is_ok", Boolean, nullable=False),
    Column("expectations", JSONB, nullable=False),
    Index(None, "at"),
)

# How long tasks of a workflow keep what; dag_id "" is for workflows without a rule of their own. Null: for ever.
retention_rules = Table(
    "retention_rules",
    metadata,
    Column("dag_id", Text, primary_key=True),
    *(Column(name, Integer) for name in ("results_days", "artifacts_days", "uploads_days")),
    text_column("saved_by", default=""),
    moment_column("saved_at"),
    CheckConstraint("least(results_days, artifacts_days, uploads_days) > 0", name="days"),
)

# Proof of what was deleted; holds no result. `work` is what is still to be removed, empty in the end.
deletions = Table(
    "deletions",
    metadata,
    Column("id", UUID(as_uuid=False), primary_key=True, server_default=func.gen_random_uuid()),
    *(text_column(name) for name in ("dag_id", "run_id")),
    text_column("video_id", default=""),
    text_column("state", default="begun"),
    text_column("reason", default=""),
    text_column("requested_by", default=""),
    moment_column("requested_at"),
    Column("with_services", Boolean, nullable=False, server_default="false"),
    Column("work", JSONB, nullable=False, server_default="{}"),
    Column("proof", JSONB, nullable=False, server_default="{}"),
    Column("swept_at", DateTime(timezone=True)),
    Column("ended_at", DateTime(timezone=True)),
    CheckConstraint("state IN ('begun', 'waiting', 'done')", name="state"),
    Index(None, "dag_id", "run_id"),
    Index(None, "requested_at", postgresql_where=text("state <> 'done'")),
)

# Which blobs an artifact's body points to: read from the store once, for bodies never change. Blob "": it has been read.
artifact_blobs = Table(
    "artifact_blobs",
    metadata,
    Column("blob", Text, primary_key=True),
    Column("body", Text, primary_key=True),
    Index(None, "body"),
)
