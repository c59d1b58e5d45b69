"""Why runs failed, how often, and which are not restarted any more."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "failures",
        *_key(),
        sa.Column("node_id", sa.Text(), nullable=False),
        sa.Column("node_type", sa.Text(), server_default="", nullable=False),
        sa.Column("cause_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("service", sa.Text(), server_default="", nullable=False),
        sa.Column("code", sa.Text(), server_default="", nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), server_default="1", nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        _of_run("failures"),
        sa.PrimaryKeyConstraint("dag_id", "run_id", "node_id", name=op.f("pk_failures")),
        schema="media_ai",
    )
    op.create_index(op.f("ix_failures_cause_id"), "failures", ["cause_id"], schema="media_ai")
    op.create_table(
        "quarantine",
        *_key(),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("quarantined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_by", sa.Text(), server_default="", nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        _of_run("quarantine"),
        sa.PrimaryKeyConstraint("dag_id", "run_id", name=op.f("pk_quarantine")),
        schema="media_ai",
    )
    op.create_index(op.f("ix_quarantine_quarantined_at"), "quarantine", ["quarantined_at"], schema="media_ai")


def _key() -> list[sa.Column[str]]:
    return [sa.Column("dag_id", sa.Text(), nullable=False), sa.Column("run_id", sa.Text(), nullable=False)]


def _of_run(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["dag_id", "run_id"],
        ["media_ai.runs.dag_id", "media_ai.runs.run_id"],
        name=op.f(f"fk_{table}_runs"),
        ondelete="CASCADE",
    )


def downgrade() -> None:
    """Undo the change."""
    op.drop_table("quarantine", schema="media_ai")
    op.drop_table("failures", schema="media_ai")
