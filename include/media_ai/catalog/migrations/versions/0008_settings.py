"""Languages and timezones that people choose, and the language that a run writes in."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "preferences",
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("output_language", sa.Text(), nullable=True),
        sa.Column("page_language", sa.Text(), nullable=True),
        sa.Column("timezone", sa.Text(), nullable=True),
        sa.Column("changed_by", sa.Text(), server_default="", nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("holder", name=op.f("pk_preferences")),
        schema="media_ai",
    )
    op.add_column("runs", sa.Column("output_language", sa.Text(), nullable=True), schema="media_ai")


def downgrade() -> None:
    """Undo the change."""
    op.drop_column("runs", "output_language", schema="media_ai")
    op.drop_table("preferences", schema="media_ai")
