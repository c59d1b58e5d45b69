"""People, when they appear, and the names that were given to them later."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Make the change."""
    _create_of_run(
        "people",
        sa.Column("artifact", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("role", sa.Text(), server_default="", nullable=False),
        sa.Column("is_known", sa.Boolean(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("faces", sa.Integer(), nullable=False),
        sa.Column("best_face", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
    )
    op.create_index(
        op.f("ix_people_artifact_person_id"), "people", ["artifact", "person_id"], unique=False, schema="media_ai"
    )
    _create_of_run(
        "appearances",
        sa.Column("artifact", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("start_s", sa.Numeric(precision=14, scale=6), nullable=False),
        sa.Column("end_s", sa.Numeric(precision=14, scale=6), nullable=False),
        sa.Column("best_s", sa.Numeric(precision=14, scale=6), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("box", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    )
    op.create_table(
        "person_names",
        sa.Column("video_id", sa.Text(), nullable=False),
        sa.Column("artifact", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), server_default="", nullable=False),
        sa.Column("named_by", sa.Text(), server_default="", nullable=False),
        sa.Column("named_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("video_id", "artifact", "person_id", name=op.f("pk_person_names")),
        schema="media_ai",
    )


def downgrade() -> None:
    """Undo the change."""
    op.drop_table("person_names", schema="media_ai")
    op.drop_table("appearances", schema="media_ai")
    op.drop_index(op.f("ix_people_artifact_person_id"), table_name="people", schema="media_ai")
    op.drop_table("people", schema="media_ai")


def _create_of_run(name: str, *columns: sa.Column[object]) -> None:
    """Create a table whose rows belong to a run and disappear with it."""
    op.create_table(
        name,
        sa.Column("dag_id", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("ordinal", sa.Integer(), autoincrement=False, nullable=False),
        *columns,
        sa.ForeignKeyConstraint(
            ["dag_id", "run_id"],
            ["media_ai.runs.dag_id", "media_ai.runs.run_id"],
            name=op.f(f"fk_{name}_runs"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("dag_id", "run_id", "ordinal", name=op.f(f"pk_{name}")),
        schema="media_ai",
    )
