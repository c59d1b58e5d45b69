"""Sources: places where videos arrive, and what was found there."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Make the change."""
    op.execute("CREATE SEQUENCE media_ai.source_numbers")
    _sources()
    _source_items()


def _sources() -> None:
    op.create_table(
        "sources",
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("definition", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "number", sa.BigInteger(), server_default=sa.text("nextval('media_ai.source_numbers')"), nullable=False
        ),
        sa.Column("saved_by", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_sources")),
        schema="media_ai",
    )


def _source_items() -> None:
    op.create_table(
        "source_items",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("modified_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("video_id", sa.Text(), server_default="", nullable=False),
        sa.Column("input", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("dag_id", sa.Text(), server_default="", nullable=False),
        sa.Column("run_id", sa.Text(), server_default="", nullable=False),
        sa.Column("interval_start", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'again', 'started', 'renamed', 'refused')", name=op.f("ck_source_items_state")
        ),
        sa.PrimaryKeyConstraint("source", "address", "etag", name=op.f("pk_source_items")),
        schema="media_ai",
    )
    for columns in (("source", "state"), ("dag_id", "run_id"), ("source", "seen_at")):
        op.create_index(op.f(f"ix_source_items_{'_'.join(columns)}"), "source_items", list(columns), schema="media_ai")


def downgrade() -> None:
    """Undo the change."""
    op.drop_table("source_items", schema="media_ai")
    op.drop_table("sources", schema="media_ai")
    op.execute("DROP SEQUENCE media_ai.source_numbers")
