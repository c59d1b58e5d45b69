"""Who is told of what, and the outbox."""

from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID

from media_ai.catalog.tables.base import metadata, moment_column, text_column

# Where notifications go: a web address, whose secret is encrypted, or an e-mail address.
notification_endpoints = Table(
    "notification_endpoints",
    metadata,
    Column("id", UUID(as_uuid=False), primary_key=True, server_default=func.gen_random_uuid()),
    Column("name", Text, nullable=False, unique=True),
    text_column("kind"),
    text_column("target"),
    text_column("secret", default=""),
    Column("language", Text),
    Column("timezone", Text),
    Column("is_active", Boolean, nullable=False, server_default="true"),
    text_column("created_by", default=""),
    moment_column("created_at"),
    CheckConstraint("kind IN ('webhook', 'email')", name="kind"),
)


def _of_endpoint(name: str, *columns: Any) -> Table:
    """Make a table whose rows belong to an endpoint and disappear with it."""
    return Table(
        name,
        metadata,
        Column("id", UUID(as_uuid=False), primary_key=True, server_default=func.gen_random_uuid()),
        Column("endpoint_id", UUID(as_uuid=False), nullable=False),
        *columns,
        ForeignKeyConstraint(["endpoint_id"], ["media_ai.notification_endpoints.id"], ondelete="CASCADE"),
    )


# Who is told of what: of everything, of a workflow, or of one task.
notification_rules = _of_endpoint(
    "notification_rules",
    text_column("dag_id", default=""),
    text_column("run_id", default=""),
    Column("events", ARRAY(Text), nullable=False),
    text_column("created_by", default=""),
    moment_column("created_at"),
    UniqueConstraint("endpoint_id", "dag_id", "run_id"),
    Index(None, "dag_id", "run_id"),
)

# The outbox: what happened and whom to tell, written in the transaction that records it; the id is the same at each try.
notification_deliveries = _of_endpoint(
    "notification_deliveries",
    text_column("identity"),
    text_column("event"),
    text_column("dag_id", default=""),
    text_column("run_id", default=""),
    Column("data", JSONB, nullable=False),
    moment_column("occurred_at"),
    text_column("state", default="waiting"),
    Column("tries", Integer, nullable=False, server_default="0"),
    moment_column("next_at"),
    Column("claimed_until", DateTime(timezone=True)),
    Column("status_code", Integer),
    text_column("reason", default=""),
    Column("ended_at", DateTime(timezone=True)),
    UniqueConstraint("endpoint_id", "identity"),
    CheckConstraint("state IN ('waiting', 'delivered', 'given_up')", name="state"),
    Index(None, "next_at", postgresql_where=text("state = 'waiting'")),
    Index(None, "occurred_at", "id"),
)
