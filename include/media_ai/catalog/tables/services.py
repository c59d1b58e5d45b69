"""Turns at services, and what services told us of."""

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Identity,
    Index,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB

from media_ai.catalog.tables.base import metadata, moment_column, text_column

rate_limits = Table(
    "rate_limits",
    metadata,
    Column("key", Text, primary_key=True),
    Column("next_at", DateTime(timezone=True), nullable=False),
)

# What services told us of: hints that wake whoever waits. Each is kept once, so that a repeated delivery changes nothing.
service_events = Table(
    "service_events",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("identity", Text, nullable=False, unique=True),
    text_column("source"),
    text_column("subject"),
    text_column("kind"),
    Column("details", JSONB, nullable=False, server_default="{}"),
    text_column("outcome", default=""),
    moment_column("received_at"),
    Index(None, "received_at"),
)
