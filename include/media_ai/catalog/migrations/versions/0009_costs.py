"""Prices, budgets, what was spent, and quotes."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_SCHEMA = "media_ai"
_TABLES = ("quotes", "promises", "cost_sums", "cost_days", "model_calls", "budgets", "price_tables")


def upgrade() -> None:
    """Make the change."""
    _rules()
    _calls()
    _sums()
    _promises()


def _rules() -> None:
    op.create_table(
        "price_tables",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("definition", postgresql.JSONB(), nullable=False),
        _text("saved_by"),
        _now("saved_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_tables")),
        schema=_SCHEMA,
    )
    op.create_table(
        "budgets",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("scope", "dag_id", "name")),
        sa.Column("amount", sa.Numeric(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        _text("saved_by"),
        _now("saved_at"),
        sa.CheckConstraint("scope IN ('task', 'workflow', 'source', 'month')", name=op.f("ck_budgets_scope")),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_budgets_amount")),
        sa.PrimaryKeyConstraint("scope", "dag_id", "name", name=op.f("pk_budgets")),
        schema=_SCHEMA,
    )


def _calls() -> None:
    op.create_table(
        "model_calls",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        *(_text(name) for name in ("dag_id", "run_id", "node_id", "source")),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("is_batch", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.Numeric(), nullable=False) for name in ("input_tokens", "output_tokens", "audio_seconds")),
        sa.Column("cost", sa.Numeric(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        _now("called_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_calls")),
        sa.UniqueConstraint("identity", name=op.f("uq_model_calls_identity")),
        schema=_SCHEMA,
    )
    op.create_index(op.f("ix_model_calls_called_at"), "model_calls", ["called_at"], schema=_SCHEMA)
    op.create_index(op.f("ix_model_calls_dag_id_run_id"), "model_calls", ["dag_id", "run_id"], schema=_SCHEMA)


def _sums() -> None:
    by_day = ("currency", "dag_id", "source", "node_id", "model")
    op.create_table(
        "cost_days",
        *(sa.Column(name, sa.Text(), nullable=False) for name in by_day),
        sa.Column("day", sa.Date(), nullable=False),
        *_spent(),
        sa.PrimaryKeyConstraint(*by_day, "day", name=op.f("pk_cost_days")),
        schema=_SCHEMA,
    )
    op.create_index(op.f("ix_cost_days_day"), "cost_days", ["day"], schema=_SCHEMA)
    by_budget = ("scope", "dag_id", "name", "month", "currency")
    op.create_table(
        "cost_sums",
        *(sa.Column(name, sa.Text(), nullable=False) for name in by_budget),
        *_spent(),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("scope IN ('task', 'source', 'month')", name=op.f("ck_cost_sums_scope")),
        sa.PrimaryKeyConstraint(*by_budget, name=op.f("pk_cost_sums")),
        schema=_SCHEMA,
    )
    op.create_index(op.f("ix_cost_sums_scope_last_at"), "cost_sums", ["scope", "last_at"], schema=_SCHEMA)


def _promises() -> None:
    op.create_table(
        "promises",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("job", sa.Text(), nullable=True),
        *(_text(name) for name in ("dag_id", "run_id", "source")),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("cost", sa.Numeric(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promises")),
        sa.UniqueConstraint("job", name=op.f("uq_promises_job")),
        schema=_SCHEMA,
    )
    op.create_index(op.f("ix_promises_expires_at"), "promises", ["expires_at"], schema=_SCHEMA)
    op.create_table(
        "quotes",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("dag_id", "run_id")),
        sa.Column("quote", postgresql.JSONB(), nullable=False),
        _now("made_at"),
        sa.ForeignKeyConstraint(
            ["dag_id", "run_id"],
            ["media_ai.runs.dag_id", "media_ai.runs.run_id"],
            name=op.f("fk_quotes_runs"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("dag_id", "run_id", name=op.f("pk_quotes")),
        schema=_SCHEMA,
    )


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def _now(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False)


def _spent() -> list[sa.Column[Any]]:
    names = ("input_tokens", "output_tokens", "audio_seconds", "cost")
    return [
        sa.Column("calls", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("unpriced", sa.BigInteger(), server_default="0", nullable=False),
        *(sa.Column(name, sa.Numeric(), server_default="0", nullable=False) for name in names),
    ]


def downgrade() -> None:
    """Undo the change."""
    for name in _TABLES:
        op.drop_table(name, schema=_SCHEMA)
