"""Turns at services, shared by all processes; and the events that services send."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "rate_limits",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_rate_limits")),
        schema="media_ai",
    )
    op.create_table(
        "service_events",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("outcome", sa.Text(), server_default="", nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_events")),
        sa.UniqueConstraint("identity", name=op.f("uq_service_events_identity")),
        schema="media_ai",
    )
    op.create_index(
        op.f("ix_service_events_received_at"), "service_events", ["received_at"], unique=False, schema="media_ai"
    )


def downgrade() -> None:
    """Undo the change."""
    op.drop_index(op.f("ix_service_events_received_at"), table_name="service_events", schema="media_ai")
    op.drop_table("service_events", schema="media_ai")
    op.drop_table("rate_limits", schema="media_ai")
