"""Notifications with their outbox, and the audit log, which nobody changes."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_SCHEMA = "media_ai"
_TABLES = ("audit_log", "notification_deliveries", "notification_rules", "notification_endpoints")


def upgrade() -> None:
    """Make the change."""
    _endpoints()
    _rules()
    _deliveries()
    _audit()


def _endpoints() -> None:
    op.create_table(
        "notification_endpoints",
        _id(),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("name", "kind", "target")),
        _text("secret"),
        *(sa.Column(name, sa.Text(), nullable=True) for name in ("language", "timezone")),
        sa.Column("is_active", sa.Boolean(), server_default="true", nullable=False),
        _text("created_by"),
        _now("created_at"),
        sa.CheckConstraint("kind IN ('webhook', 'email')", name=op.f("ck_notification_endpoints_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification_endpoints")),
        sa.UniqueConstraint("name", name=op.f("uq_notification_endpoints_name")),
        schema=_SCHEMA,
    )


def _rules() -> None:
    op.create_table(
        "notification_rules",
        _id(),
        sa.Column("endpoint_id", sa.UUID(), nullable=False),
        *(_text(name) for name in ("dag_id", "run_id")),
        sa.Column("events", postgresql.ARRAY(sa.Text()), nullable=False),
        _text("created_by"),
        _now("created_at"),
        _of_endpoint("notification_rules"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification_rules")),
        sa.UniqueConstraint("endpoint_id", "dag_id", "run_id", name=op.f("uq_notification_rules_endpoint_id_dag_id_run_id")),
        schema=_SCHEMA,
    )  # fmt: skip
    op.create_index(
        op.f("ix_notification_rules_dag_id_run_id"), "notification_rules", ["dag_id", "run_id"], schema=_SCHEMA
    )


def _deliveries() -> None:
    name = "notification_deliveries"
    op.create_table(
        name,
        _id(),
        sa.Column("endpoint_id", sa.UUID(), nullable=False),
        *(sa.Column(each, sa.Text(), nullable=False) for each in ("identity", "event")),
        *(_text(each) for each in ("dag_id", "run_id")),
        sa.Column("data", postgresql.JSONB(), nullable=False),
        _now("occurred_at"),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        _now("next_at"),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("status_code", sa.Integer(), nullable=True),
        _text("reason"),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'delivered', 'given_up')", name=op.f(f"ck_{name}_state")),
        _of_endpoint(name),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("endpoint_id", "identity", name=op.f(f"uq_{name}_endpoint_id_identity")),
        schema=_SCHEMA,
    )
    is_waiting = sa.text("state = 'waiting'")
    op.create_index(op.f(f"ix_{name}_next_at"), name, ["next_at"], schema=_SCHEMA, postgresql_where=is_waiting)
    op.create_index(op.f(f"ix_{name}_occurred_at_id"), name, ["occurred_at", "id"], schema=_SCHEMA)


def _audit() -> None:
    op.create_table(
        "audit_log",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        _now("at"),
        sa.Column("door", sa.Text(), nullable=False),
        *(_text(name) for name in ("member_id", "member", "address")),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("object", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("outcome", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_log")),
        schema=_SCHEMA,
    )
    op.create_index(op.f("ix_audit_log_at_id"), "audit_log", ["at", "id"], schema=_SCHEMA)
    op.execute(
        "CREATE FUNCTION media_ai.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION 'the audit log is only added to' USING ERRCODE = 'insufficient_privilege'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_log_is_only_added_to BEFORE UPDATE OR DELETE ON media_ai.audit_log "
        "FOR EACH STATEMENT EXECUTE FUNCTION media_ai.refuse_change()"
    )


def _id() -> sa.Column[object]:
    return sa.Column("id", sa.UUID(), server_default=sa.text("gen_random_uuid()"), nullable=False)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def _now(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False)


def _of_endpoint(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["endpoint_id"],
        ["media_ai.notification_endpoints.id"],
        name=op.f(f"fk_{table}_notification_endpoints"),
        ondelete="CASCADE",
    )


def downgrade() -> None:
    """Undo the change."""
    for name in _TABLES:
        op.drop_table(name, schema=_SCHEMA)
    op.execute("DROP FUNCTION media_ai.refuse_change()")
