"""Quality, retention and deletion: marks, audits, rules, proofs, and which blobs artifacts point to."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_SCHEMA = "media_ai"
_TABLES = ("artifact_blobs", "deletions", "retention_rules", "quality_audits", "review_marks")
_COLUMNS = ("artifacts_removed_at", "upload_removed_at")


def upgrade() -> None:
    """Make the change."""
    for name in _COLUMNS:
        op.add_column("runs", _moment(name), schema=_SCHEMA)
    _marks()
    _audits()
    _rules()
    _deletions()
    op.create_table(
        "artifact_blobs",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("blob", "body")),
        sa.PrimaryKeyConstraint("blob", "body", name=op.f("pk_artifact_blobs")),
        schema=_SCHEMA,
    )
    op.create_index(op.f("ix_artifact_blobs_body"), "artifact_blobs", ["body"], schema=_SCHEMA)
    # What tasks point to whose artifacts are kept: each output of each node.
    op.execute(
        "CREATE VIEW media_ai.kept_artifacts AS SELECT n.dag_id, n.run_id, n.node_id, o.value AS ref, "
        "o.value->'body'->>'sha256' AS body FROM media_ai.node_results AS n JOIN media_ai.runs AS r "
        "ON r.dag_id = n.dag_id AND r.run_id = n.run_id, jsonb_each(n.outputs) AS o "
        "WHERE r.artifacts_removed_at IS NULL AND jsonb_typeof(o.value) = 'object'"
    )


def _marks() -> None:
    op.create_table(
        "review_marks",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("dag_id", "run_id", "node_id")),
        sa.Column("reasons", postgresql.JSONB(), nullable=False),
        _now("marked_at"),
        _text("cleared_by"),
        _moment("cleared_at"),
        sa.ForeignKeyConstraint(
            ["dag_id", "run_id"],
            ["media_ai.runs.dag_id", "media_ai.runs.run_id"],
            name=op.f("fk_review_marks_runs"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("dag_id", "run_id", "node_id", name=op.f("pk_review_marks")),
        schema=_SCHEMA,
    )
    is_open = sa.text("cleared_at IS NULL")
    op.create_index(
        op.f("ix_review_marks_marked_at"), "review_marks", ["marked_at"], schema=_SCHEMA, postgresql_where=is_open
    )


def _audits() -> None:
    op.create_table(
        "quality_audits",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        _now("at"),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tasks", sa.Integer(), nullable=False),
        sa.Column("is_ok", sa.Boolean(), nullable=False),
        sa.Column("expectations", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quality_audits")),
        schema=_SCHEMA,
    )
    op.create_index(op.f("ix_quality_audits_at"), "quality_audits", ["at"], schema=_SCHEMA)


def _rules() -> None:
    op.create_table(
        "retention_rules",
        sa.Column("dag_id", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in ("results_days", "artifacts_days", "uploads_days")),
        _text("saved_by"),
        _now("saved_at"),
        sa.CheckConstraint(
            "least(results_days, artifacts_days, uploads_days) > 0", name=op.f("ck_retention_rules_days")
        ),
        sa.PrimaryKeyConstraint("dag_id", name=op.f("pk_retention_rules")),
        schema=_SCHEMA,
    )


def _deletions() -> None:
    op.create_table(
        "deletions",
        sa.Column("id", sa.UUID(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("dag_id", "run_id")),
        _text("video_id"),
        sa.Column("state", sa.Text(), server_default="begun", nullable=False),
        *(_text(name) for name in ("reason", "requested_by")),
        _now("requested_at"),
        sa.Column("with_services", sa.Boolean(), server_default="false", nullable=False),
        *(sa.Column(name, postgresql.JSONB(), server_default="{}", nullable=False) for name in ("work", "proof")),
        *(_moment(name) for name in ("swept_at", "ended_at")),
        sa.CheckConstraint("state IN ('begun', 'waiting', 'done')", name=op.f("ck_deletions_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deletions")),
        schema=_SCHEMA,
    )
    op.create_index(op.f("ix_deletions_dag_id_run_id"), "deletions", ["dag_id", "run_id"], schema=_SCHEMA)
    is_open = sa.text("state <> 'done'")
    op.create_index(
        op.f("ix_deletions_requested_at"), "deletions", ["requested_at"], schema=_SCHEMA, postgresql_where=is_open
    )


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def _now(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False)


def _moment(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=True)


def downgrade() -> None:
    """Undo the change."""
    op.execute("DROP VIEW media_ai.kept_artifacts")
    for name in _TABLES:
        op.drop_table(name, schema=_SCHEMA)
    for name in _COLUMNS:
        op.drop_column("runs", name, schema=_SCHEMA)
