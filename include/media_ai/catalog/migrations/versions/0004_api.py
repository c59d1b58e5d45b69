"""What the API keeps: tasks as people know them, requests that are done once, access keys; who made a workflow."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_TABLES = ("access_keys", "idempotency_keys", "tasks")


def upgrade() -> None:
    """Make the change."""
    op.add_column("workflows", sa.Column("created_by", sa.Text(), server_default="", nullable=False), schema="media_ai")
    op.create_index(
        op.f("ix_node_results_node_type_finished_at"), "node_results", ["node_type", "finished_at"], schema="media_ai"
    )
    _tasks()
    _idempotency_keys()
    _access_keys()


def _tasks() -> None:
    op.create_table(
        "tasks",
        sa.Column("dag_id", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("owner", sa.Text(), server_default="", nullable=False),
        sa.Column("parent_run_id", sa.Text(), nullable=True),
        sa.Column("stopped_by", sa.Text(), server_default="", nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("restarted_by", sa.Text(), server_default="", nullable=False),
        sa.Column("restarted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["dag_id", "run_id"],
            ["media_ai.runs.dag_id", "media_ai.runs.run_id"],
            name=op.f("fk_tasks_runs"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("dag_id", "run_id", name=op.f("pk_tasks")),
        schema="media_ai",
    )


def _idempotency_keys() -> None:
    op.create_table(
        "idempotency_keys",
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("answer", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("busy_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("owner", "key", name=op.f("pk_idempotency_keys")),
        schema="media_ai",
    )
    op.create_index(op.f("ix_idempotency_keys_created_at"), "idempotency_keys", ["created_at"], schema="media_ai")


def _access_keys() -> None:
    op.create_table(
        "access_keys",
        sa.Column("access_key", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), server_default="", nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("access_key", name=op.f("pk_access_keys")),
        schema="media_ai",
    )
    op.create_index(op.f("ix_access_keys_owner_id"), "access_keys", ["owner_id"], schema="media_ai")


def downgrade() -> None:
    """Undo the change."""
    for table in _TABLES:
        op.drop_table(table, schema="media_ai")
    op.drop_index(op.f("ix_node_results_node_type_finished_at"), table_name="node_results", schema="media_ai")
    op.drop_column("workflows", "created_by", schema="media_ai")
