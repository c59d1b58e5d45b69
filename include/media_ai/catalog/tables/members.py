"""What members have and have done."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB

from media_ai.catalog.tables.base import metadata, moment_column, text_column

# Keys that members sign requests of the status call with. Secrets are encrypted: a signature cannot be checked by a hash.
access_keys = Table(
    "access_keys",
    metadata,
    Column("access_key", Text, primary_key=True),
    text_column("owner_id"),
    text_column("owner"),
    text_column("label", default=""),
    text_column("secret"),
    moment_column("created_at"),
    Column("used_at", DateTime(timezone=True)),
    Column("revoked_at", DateTime(timezone=True)),
    Index(None, "owner_id"),
)

# What lets people in once: invitations, resets of passwords, the link of the first person.
member_links = Table(
    "member_links",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    text_column("kind"),
    Column("token_sha256", Text, nullable=False, unique=True),
    text_column("address", default=""),
    text_column("name", default=""),
    text_column("role", default=""),
    text_column("language", default="en"),
    text_column("created_by", default=""),
    moment_column("created_at"),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("used_at", DateTime(timezone=True)),
    Column("revoked_at", DateTime(timezone=True)),
    CheckConstraint("kind IN ('invitation', 'reset', 'first')", name="kind"),
    Index(None, "address", "kind"),
)

# What the server (holder "") and members ("member:<id>") have chosen.
preferences = Table(
    "preferences",
    metadata,
    Column("holder", Text, primary_key=True),
    Column("output_language", Text),
    Column("page_language", Text),
    Column("timezone", Text),
    text_column("changed_by", default=""),
    moment_column("changed_at"),
)

# Who changed what, when and from where; the migration lets nobody change or delete a row.
audit_log = Table(
    "audit_log",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    moment_column("at"),
    text_column("door"),
    text_column("member_id", default=""),
    text_column("member", default=""),
    text_column("address", default=""),
    text_column("action"),
    Column("object", JSONB, nullable=False, server_default="{}"),
    Column("outcome", Integer, nullable=False),
    Index(None, "at", "id"),
)
