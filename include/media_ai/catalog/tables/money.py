"""Prices, budgets, what was spent and what was promised."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Identity,
    Index,
    Numeric,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB, UUID

from media_ai.catalog.tables.base import metadata, moment_column, text_column

# Prices of models as they were saved; the newest counts.
price_tables = Table(
    "price_tables",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("definition", JSONB, nullable=False),
    text_column("saved_by", default=""),
    moment_column("saved_at"),
)

# What may be spent: on one task, each task of a workflow, a source in a month, everything in a month.
budgets = Table(
    "budgets",
    metadata,
    Column("scope", Text, primary_key=True),
    Column("dag_id", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("amount", Numeric, nullable=False),
    text_column("currency"),
    text_column("saved_by", default=""),
    moment_column("saved_at"),
    CheckConstraint("scope IN ('task', 'workflow', 'source', 'month')", name="scope"),
    CheckConstraint("amount >= 0", name="amount"),
)


def _spent() -> list[Column[Any]]:
    """What calls have used and cost; `unpriced` of them had a model without a price."""
    return [
        Column("calls", BigInteger, nullable=False, server_default="1"),
        Column("unpriced", BigInteger, nullable=False, server_default="0"),
        Column("input_tokens", Numeric, nullable=False, server_default="0"),
        Column("output_tokens", Numeric, nullable=False, server_default="0"),
        Column("audio_seconds", Numeric, nullable=False, server_default="0"),
        Column("cost", Numeric, nullable=False, server_default="0"),
    ]


# Every call to a model that was answered, with its price of that day; outlives its run.
model_calls = Table(
    "model_calls",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("identity", Text, nullable=False, unique=True),
    text_column("dag_id", default=""),
    text_column("run_id", default=""),
    text_column("node_id", default=""),
    text_column("source", default=""),
    text_column("model"),
    Column("request_id", Text),
    Column("is_batch", Boolean, nullable=False),
    Column("input_tokens", Numeric, nullable=False),
    Column("output_tokens", Numeric, nullable=False),
    Column("audio_seconds", Numeric, nullable=False),
    Column("cost", Numeric),
    text_column("currency"),
    moment_column("called_at"),
    Index(None, "called_at"),
    Index(None, "dag_id", "run_id"),
)

# Sums of the calls, moved with each of them: by day and what was called, and by what a budget is for.
cost_days = Table(
    "cost_days",
    metadata,
    *(Column(name, Text, primary_key=True) for name in ("currency", "dag_id", "source", "node_id", "model")),
    Column("day", Date, primary_key=True),
    *_spent(),
    Index(None, "day"),
)

cost_sums = Table(
    "cost_sums",
    metadata,
    *(Column(name, Text, primary_key=True) for name in ("scope", "dag_id", "name", "month", "currency")),
    *_spent(),
    Column("last_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("scope IN ('task', 'source', 'month')", name="scope"),
    Index(None, "scope", "last_at"),
)

# What calls that are under way may cost at most; one that was killed ends by itself.
promises = Table(
    "promises",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("job", Text, unique=True),
    text_column("dag_id", default=""),
    text_column("run_id", default=""),
    text_column("source", default=""),
    text_column("model"),
    Column("cost", Numeric, nullable=False),
    text_column("currency"),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Index(None, "expires_at"),
)

# What a task was said to use before it was started.
quotes = Table(
    "quotes",
    metadata,
    Column("dag_id", Text, primary_key=True),
    Column("run_id", Text, primary_key=True),
    Column("quote", JSONB, nullable=False),
    moment_column("made_at"),
    ForeignKeyConstraint(["dag_id", "run_id"], ["media_ai.runs.dag_id", "media_ai.runs.run_id"], ondelete="CASCADE"),
)
