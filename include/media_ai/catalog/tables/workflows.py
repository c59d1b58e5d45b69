"""Workflows, their versions, and what was published."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB, UUID

from media_ai.catalog.tables.base import metadata, moment_column, text_column

catalog_identity = Table(
    "catalog_identity",
    metadata,
    Column("id", UUID, primary_key=True, server_default=func.gen_random_uuid()),
)

workflows = Table(
    "workflows",
    metadata,
    Column("slug", Text, primary_key=True),
    text_column("name"),
    text_column("description", default=""),
    moment_column("created_at"),
    text_column("created_by", default=""),
)

workflow_versions = Table(
    "workflow_versions",
    metadata,
    Column("slug", Text, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    text_column("state"),
    Column("graph", JSONB, nullable=False),
    text_column("checksum"),
    text_column("note", default=""),
    text_column("created_by", default=""),
    moment_column("created_at"),
    ForeignKeyConstraint(["slug"], ["media_ai.workflows.slug"], ondelete="CASCADE"),
    CheckConstraint("state IN ('draft', 'published', 'archived')", name="state"),
    CheckConstraint("number > 0", name="number"),
)

publications = Table(
    "publications",
    metadata,
    Column("seq", BigInteger, Identity(always=True), primary_key=True),
    text_column("slug"),
    Column("number", Integer, nullable=False),
    text_column("kind"),
    Column("plan", JSONB, nullable=False),
    text_column("created_by", default=""),
    moment_column("created_at"),
    CheckConstraint("kind IN ('published', 'tombstone', 'removed')", name="kind"),
    Index(None, "slug", "seq"),
)
