"""The first tables: workflows, publications, runs, results, search."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "catalog_identity",
        sa.Column("id", postgresql.UUID(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalog_identity")),
        schema="media_ai",
    )
    op.execute("INSERT INTO media_ai.catalog_identity DEFAULT VALUES")
    op.create_table(
        "media_assets",
        sa.Column("video_id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("uri", sa.Text(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("technical", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("video_id", name=op.f("pk_media_assets")),
        schema="media_ai",
    )
    op.create_table(
        "publications",
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("plan", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_by", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("kind IN ('published', 'tombstone', 'removed')", name=op.f("ck_publications_kind")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_publications")),
        schema="media_ai",
    )
    op.create_index(op.f("ix_publications_slug_seq"), "publications", ["slug", "seq"], unique=False, schema="media_ai")
    op.create_table(
        "runs",
        sa.Column("dag_id", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("video_id", sa.Text(), nullable=True),
        sa.Column("workflow_version", sa.Integer(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("input", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("overrides", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("cause", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("dag_id", "run_id", name=op.f("pk_runs")),
        schema="media_ai",
    )
    op.create_index(op.f("ix_runs_created_at"), "runs", ["created_at"], unique=False, schema="media_ai")
    op.create_index(op.f("ix_runs_video_id"), "runs", ["video_id"], unique=False, schema="media_ai")
    op.create_table(
        "workflows",
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_workflows")),
        schema="media_ai",
    )
    op.create_table(
        "analyses",
        sa.Column("dag_id", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("ordinal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("time_s", sa.Numeric(precision=14, scale=6), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("attributes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["dag_id", "run_id"],
            ["media_ai.runs.dag_id", "media_ai.runs.run_id"],
            name=op.f("fk_analyses_runs"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("dag_id", "run_id", "ordinal", name=op.f("pk_analyses")),
        schema="media_ai",
    )
    op.create_table(
        "chapters",
        sa.Column("dag_id", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("ordinal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("start_s", sa.Numeric(precision=14, scale=6), nullable=False),
        sa.Column("end_s", sa.Numeric(precision=14, scale=6), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["dag_id", "run_id"],
            ["media_ai.runs.dag_id", "media_ai.runs.run_id"],
            name=op.f("fk_chapters_runs"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("dag_id", "run_id", "ordinal", name=op.f("pk_chapters")),
        schema="media_ai",
    )
    op.create_table(
        "frames",
        sa.Column("dag_id", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("ordinal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("time_s", sa.Numeric(precision=14, scale=6), nullable=False),
        sa.Column("image", sa.Text(), nullable=False),
        sa.Column("similarity", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(
            ["dag_id", "run_id"],
            ["media_ai.runs.dag_id", "media_ai.runs.run_id"],
            name=op.f("fk_frames_runs"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("dag_id", "run_id", "ordinal", name=op.f("pk_frames")),
        schema="media_ai",
    )
    op.create_table(
        "node_results",
        sa.Column("dag_id", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("node_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("node_type", sa.Text(), nullable=False),
        sa.Column("type_version", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("outputs", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reused", sa.Boolean(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("notices", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("usage", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["dag_id", "run_id"],
            ["media_ai.runs.dag_id", "media_ai.runs.run_id"],
            name=op.f("fk_node_results_runs"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("dag_id", "run_id", "node_id", name=op.f("pk_node_results")),
        schema="media_ai",
    )
    op.create_table(
        "search_entries",
        sa.Column("dag_id", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("ordinal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("video_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("start_s", sa.Numeric(precision=14, scale=6), nullable=False),
        sa.Column("end_s", sa.Numeric(precision=14, scale=6), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("tokens", postgresql.TSVECTOR(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dag_id", "run_id"],
            ["media_ai.runs.dag_id", "media_ai.runs.run_id"],
            name=op.f("fk_search_entries_runs"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("dag_id", "run_id", "ordinal", name=op.f("pk_search_entries")),
        schema="media_ai",
    )
    op.create_index(
        op.f("ix_search_entries_tokens"),
        "search_entries",
        ["tokens"],
        unique=False,
        schema="media_ai",
        postgresql_using="gin",
    )
    op.create_index(op.f("ix_search_entries_video_id"), "search_entries", ["video_id"], unique=False, schema="media_ai")
    op.create_table(
        "segments",
        sa.Column("dag_id", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("ordinal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("start_s", sa.Numeric(precision=14, scale=6), nullable=False),
        sa.Column("end_s", sa.Numeric(precision=14, scale=6), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("speaker", sa.Text(), nullable=True),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(
            ["dag_id", "run_id"],
            ["media_ai.runs.dag_id", "media_ai.runs.run_id"],
            name=op.f("fk_segments_runs"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("dag_id", "run_id", "ordinal", name=op.f("pk_segments")),
        schema="media_ai",
    )
    op.create_table(
        "summaries",
        sa.Column("dag_id", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("ordinal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("keywords", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["dag_id", "run_id"],
            ["media_ai.runs.dag_id", "media_ai.runs.run_id"],
            name=op.f("fk_summaries_runs"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("dag_id", "run_id", "ordinal", name=op.f("pk_summaries")),
        schema="media_ai",
    )
    op.create_table(
        "text_regions",
        sa.Column("dag_id", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("ordinal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("start_s", sa.Numeric(precision=14, scale=6), nullable=False),
        sa.Column("end_s", sa.Numeric(precision=14, scale=6), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.Column("box", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.ForeignKeyConstraint(
            ["dag_id", "run_id"],
            ["media_ai.runs.dag_id", "media_ai.runs.run_id"],
            name=op.f("fk_text_regions_runs"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("dag_id", "run_id", "ordinal", name=op.f("pk_text_regions")),
        schema="media_ai",
    )
    op.create_table(
        "workflow_versions",
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("graph", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("checksum", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("created_by", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("state IN ('draft', 'published', 'archived')", name=op.f("ck_workflow_versions_state")),
        sa.CheckConstraint("number > 0", name=op.f("ck_workflow_versions_number")),
        sa.ForeignKeyConstraint(
            ["slug"], ["media_ai.workflows.slug"], name=op.f("fk_workflow_versions_workflows"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("slug", "number", name=op.f("pk_workflow_versions")),
        schema="media_ai",
    )


def downgrade() -> None:
    """Undo the change."""
    op.drop_table("workflow_versions", schema="media_ai")
    op.drop_table("text_regions", schema="media_ai")
    op.drop_table("summaries", schema="media_ai")
    op.drop_table("segments", schema="media_ai")
    op.drop_index(op.f("ix_search_entries_video_id"), table_name="search_entries", schema="media_ai")
    op.drop_index(
        op.f("ix_search_entries_tokens"), table_name="search_entries", schema="media_ai", postgresql_using="gin"
    )
    op.drop_table("search_entries", schema="media_ai")
    op.drop_table("node_results", schema="media_ai")
    op.drop_table("frames", schema="media_ai")
    op.drop_table("chapters", schema="media_ai")
    op.drop_table("analyses", schema="media_ai")
    op.drop_table("workflows", schema="media_ai")
    op.drop_index(op.f("ix_runs_video_id"), table_name="runs", schema="media_ai")
    op.drop_index(op.f("ix_runs_created_at"), table_name="runs", schema="media_ai")
    op.drop_table("runs", schema="media_ai")
    op.drop_index(op.f("ix_publications_slug_seq"), table_name="publications", schema="media_ai")
    op.drop_table("publications", schema="media_ai")
    op.drop_table("media_assets", schema="media_ai")
    op.drop_table("catalog_identity", schema="media_ai")
