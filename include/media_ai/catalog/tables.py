"""The catalog's tables. Result tables are a projection: they can be rebuilt from the artifact store."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    MetaData,
    Numeric,
    Sequence,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR, UUID

SCHEMA = "media_ai"

metadata = MetaData(
    schema=SCHEMA,
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    },
)


def _text(name: str, *, default: str | None = None) -> Column[str]:
    return Column(name, Text, nullable=False, server_default=default)


def _now(name: str) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=False, server_default=func.now())


def _seconds(name: str) -> Column[object]:
    return Column(name, Numeric(14, 6), nullable=False)


catalog_identity = Table(
    "catalog_identity",
    metadata,
    Column("id", UUID, primary_key=True, server_default=func.gen_random_uuid()),
)

workflows = Table(
    "workflows",
    metadata,
    Column("slug", Text, primary_key=True),
    _text("name"),
    _text("description", default=""),
    _now("created_at"),
    _text("created_by", default=""),
)

workflow_versions = Table(
    "workflow_versions",
    metadata,
    Column("slug", Text, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    _text("state"),
    Column("graph", JSONB, nullable=False),
    _text("checksum"),
    _text("note", default=""),
    _text("created_by", default=""),
    _now("created_at"),
    ForeignKeyConstraint(["slug"], ["media_ai.workflows.slug"], ondelete="CASCADE"),
    CheckConstraint("state IN ('draft', 'published', 'archived')", name="state"),
    CheckConstraint("number > 0", name="number"),
)

publications = Table(
    "publications",
    metadata,
    Column("seq", BigInteger, Identity(always=True), primary_key=True),
    _text("slug"),
    Column("number", Integer, nullable=False),
    _text("kind"),
    Column("plan", JSONB, nullable=False),
    _text("created_by", default=""),
    _now("created_at"),
    CheckConstraint("kind IN ('published', 'tombstone', 'removed')", name="kind"),
    Index(None, "slug", "seq"),
)

media_assets = Table(
    "media_assets",
    metadata,
    Column("video_id", Text, primary_key=True),
    _text("title", default=""),
    _text("description", default=""),
    Column("metadata", JSONB, nullable=False, server_default="{}"),
    Column("uri", Text),
    Column("sha256", Text),
    Column("technical", JSONB),
    _now("created_at"),
    _now("updated_at"),
)

runs = Table(
    "runs",
    metadata,
    Column("dag_id", Text, primary_key=True),
    Column("run_id", Text, primary_key=True),
    Column("video_id", Text),
    Column("workflow_version", Integer),
    _text("state"),
    Column("input", JSONB, nullable=False, server_default="{}"),
    Column("overrides", JSONB, nullable=False, server_default="{}"),
    _text("cause", default=""),
    _now("created_at"),
    Column("ended_at", DateTime(timezone=True)),
    # What its models write in: a tag, "video", or null before its first node.
    Column("output_language", Text),
    # By retention: the artifacts, and the uploaded video.
    Column("artifacts_removed_at", DateTime(timezone=True)),
    Column("upload_removed_at", DateTime(timezone=True)),
    Index(None, "video_id"),
    Index(None, "created_at"),
)


def _of_run(name: str, *columns: Column[Any], key: tuple[str, ...] = ("ordinal",)) -> Table:
    """Make a table whose rows belong to a run and disappear with it."""
    head: list[Column[Any]] = [Column("dag_id", Text, primary_key=True), Column("run_id", Text, primary_key=True)]
    keys: dict[str, Any] = {"ordinal": Integer, "node_id": Text}
    head += [Column(part, keys[part], primary_key=True, autoincrement=False) for part in key]
    owner = ForeignKeyConstraint(
        ["dag_id", "run_id"], ["media_ai.runs.dag_id", "media_ai.runs.run_id"], ondelete="CASCADE"
    )
    return Table(name, metadata, *head, *columns, owner)


node_results = _of_run(
    "node_results",
    _text("node_type"),
    Column("type_version", Integer, nullable=False),
    _text("key"),
    Column("outputs", JSONB, nullable=False),
    Column("reused", Boolean, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("notices", JSONB, nullable=False, server_default="[]"),
    Column("usage", JSONB, nullable=False, server_default="[]"),
    _now("finished_at"),
    key=("node_id",),
)

summaries = _of_run(
    "summaries",
    _text("method"),
    _text("model"),
    Column("language", Text),
    _text("text"),
    Column("keywords", JSONB, nullable=False),
)

chapters = _of_run("chapters", _seconds("start_s"), _seconds("end_s"), _text("title"), _text("text", default=""))

segments = _of_run(
    "segments",
    _seconds("start_s"),
    _seconds("end_s"),
    _text("text"),
    Column("speaker", Text),
    Column("confidence", Float),
)

text_regions = _of_run(
    "text_regions",
    _seconds("start_s"),
    _seconds("end_s"),
    _text("text"),
    _text("source"),
    Column("confidence", Float),
    Column("box", JSONB),
)

frames = _of_run("frames", _seconds("time_s"), _text("image"), Column("similarity", Float))

analyses = _of_run(
    "analyses", _seconds("time_s"), _text("model"), _text("text"), Column("attributes", JSONB, nullable=False)
)

people = _of_run(
    "people",
    _text("artifact"),
    _text("person_id"),
    Column("name", Text),
    _text("role", default=""),
    Column("is_known", Boolean, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("faces", Integer, nullable=False),
    _text("best_face"),
    _text("model"),
)
Index(None, people.c.artifact, people.c.person_id)

appearances = _of_run(
    "appearances",
    _text("artifact"),
    _text("person_id"),
    _seconds("start_s"),
    _seconds("end_s"),
    _seconds("best_s"),
    Column("confidence", Float, nullable=False),
    Column("box", JSONB, nullable=False),
)

# Given by people, not found in videos: these rows cannot be rebuilt, and outlive the runs.
person_names = Table(
    "person_names",
    metadata,
    Column("video_id", Text, primary_key=True),
    Column("artifact", Text, primary_key=True),
    Column("person_id", Text, primary_key=True),
    _text("name"),
    _text("role", default=""),
    _text("named_by", default=""),
    _now("named_at"),
)

search_entries = _of_run(
    "search_entries",
    _text("video_id"),
    _text("kind"),
    _seconds("start_s"),
    _seconds("end_s"),
    _text("text"),
    Column("tokens", TSVECTOR, nullable=False),
)
Index(None, search_entries.c.tokens, postgresql_using="gin")
Index(None, search_entries.c.video_id)

rate_limits = Table(
    "rate_limits",
    metadata,
    Column("key", Text, primary_key=True),
    Column("next_at", DateTime(timezone=True), nullable=False),
)

# What services told us of: hints that wake whoever waits. Each is kept once, so that a repeated delivery changes nothing.
service_events = Table(
    "service_events",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("identity", Text, nullable=False, unique=True),
    _text("source"),
    _text("subject"),
    _text("kind"),
    Column("details", JSONB, nullable=False, server_default="{}"),
    _text("outcome", default=""),
    _now("received_at"),
    Index(None, "received_at"),
)

RESULT_TABLES = (summaries, chapters, segments, text_regions, frames, analyses, people, appearances, search_entries)

# What a run is to people: the name of the task, who started it, who stopped it and who had it run again.
tasks = Table(
    "tasks",
    metadata,
    Column("dag_id", Text, primary_key=True),
    Column("run_id", Text, primary_key=True),
    _text("name", default=""),
    _text("owner", default=""),
    Column("parent_run_id", Text),
    _text("stopped_by", default=""),
    Column("stopped_at", DateTime(timezone=True)),
    _text("restarted_by", default=""),
    Column("restarted_at", DateTime(timezone=True)),
    ForeignKeyConstraint(["dag_id", "run_id"], ["media_ai.runs.dag_id", "media_ai.runs.run_id"], ondelete="CASCADE"),
)

# How long nodes of a type took lately.
Index(None, node_results.c.node_type, node_results.c.finished_at)

# Requests that are done once, however often they are sent; kept for a day.
idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("owner", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    _text("request"),
    _text("token"),
    Column("answer", JSONB),
    Column("busy_until", DateTime(timezone=True)),
    _now("created_at"),
    Index(None, "created_at"),
)

# Keys that members sign requests of the status call with. Secrets are encrypted: a signature cannot be checked by a hash.
access_keys = Table(
    "access_keys",
    metadata,
    Column("access_key", Text, primary_key=True),
    _text("owner_id"),
    _text("owner"),
    _text("label", default=""),
    _text("secret"),
    _now("created_at"),
    Column("used_at", DateTime(timezone=True)),
    Column("revoked_at", DateTime(timezone=True)),
    Index(None, "owner_id"),
)

# What lets people in once: invitations, resets of passwords, the link of the first person.
member_links = Table(
    "member_links",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    _text("kind"),
    Column("token_sha256", Text, nullable=False, unique=True),
    _text("address", default=""),
    _text("name", default=""),
    _text("role", default=""),
    _text("language", default="en"),
    _text("created_by", default=""),
    _now("created_at"),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("used_at", DateTime(timezone=True)),
    Column("revoked_at", DateTime(timezone=True)),
    CheckConstraint("kind IN ('invitation', 'reset', 'first')", name="kind"),
    Index(None, "address", "kind"),
)

# Places where videos arrive. `number` grows with every change: by it the DAG of a source follows.
source_numbers = Sequence("source_numbers", metadata=metadata)
sources = Table(
    "sources",
    metadata,
    Column("slug", Text, primary_key=True),
    Column("definition", JSONB, nullable=False),
    Column("number", BigInteger, nullable=False, server_default=source_numbers.next_value()),
    _text("saved_by", default=""),
    _now("created_at"),
    _now("saved_at"),
)

# What sources have found; outlives its runs, so that a video whose run was deleted is not started again.
source_items = Table(
    "source_items",
    metadata,
    Column("source", Text, primary_key=True),
    Column("address", Text, primary_key=True),
    Column("etag", Text, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("modified_at", DateTime(timezone=True), nullable=False),
    _text("state"),
    _text("reason", default=""),
    _text("video_id", default=""),
    Column("input", JSONB, nullable=False, server_default="{}"),
    _text("dag_id", default=""),
    _text("run_id", default=""),
    Column("interval_start", DateTime(timezone=True)),
    _now("seen_at"),
    Column("started_at", DateTime(timezone=True)),
    Column("gone_at", DateTime(timezone=True)),
    CheckConstraint("state IN ('waiting', 'again', 'started', 'renamed', 'refused')", name="state"),
    Index(None, "source", "state"),
    Index(None, "dag_id", "run_id"),
    Index(None, "source", "seen_at"),
)

# What the server (holder "") and members ("member:<id>") have chosen.
preferences = Table(
    "preferences",
    metadata,
    Column("holder", Text, primary_key=True),
    Column("output_language", Text),
    Column("page_language", Text),
    Column("timezone", Text),
    _text("changed_by", default=""),
    _now("changed_at"),
)

# Why nodes of runs failed, the last time that they did; a node that succeeds afterwards has no row.
failures = _of_run(
    "failures",
    _text("node_type", default=""),
    _text("cause_id"),
    _text("kind"),
    _text("service", default=""),
    _text("code", default=""),
    _text("title"),
    _text("message"),
    Column("tries", Integer, nullable=False, server_default="1"),
    _now("failed_at"),
    key=("node_id",),
)
Index(None, failures.c.cause_id)

# How often a task has failed for good, and those that are not restarted any more before somebody has looked.
quarantine = Table(
    "quarantine",
    metadata,
    Column("dag_id", Text, primary_key=True),
    Column("run_id", Text, primary_key=True),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("quarantined_at", DateTime(timezone=True)),
    _text("released_by", default=""),
    Column("released_at", DateTime(timezone=True)),
    ForeignKeyConstraint(["dag_id", "run_id"], ["media_ai.runs.dag_id", "media_ai.runs.run_id"], ondelete="CASCADE"),
    Index(None, "quarantined_at"),
)

# Prices of models as they were saved; the newest counts.
price_tables = Table(
    "price_tables",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("definition", JSONB, nullable=False),
    _text("saved_by", default=""),
    _now("saved_at"),
)

# What may be spent: on one task, each task of a workflow, a source in a month, everything in a month.
budgets = Table(
    "budgets",
    metadata,
    Column("scope", Text, primary_key=True),
    Column("dag_id", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("amount", Numeric, nullable=False),
    _text("currency"),
    _text("saved_by", default=""),
    _now("saved_at"),
    CheckConstraint("scope IN ('task', 'workflow', 'source', 'month')", name="scope"),
    CheckConstraint("amount >= 0", name="amount"),
)


def _spent() -> list[Column[Any]]:
    """What calls have used and cost; `unpriced` of them had a model without a price."""
    return [
        Column("calls", BigInteger, nullable=False, server_default="1"),
        Column("unpriced", BigInteger, nullable=False, server_default="0"),
        Column("input_tokens", Numeric, nullable=False, server_default="0"),
        Column("output_tokens", Numeric, nullable=False, server_default="0"),
        Column("audio_seconds", Numeric, nullable=False, server_default="0"),
        Column("cost", Numeric, nullable=False, server_default="0"),
    ]


# Every call to a model that was answered, with its price of that day; outlives its run.
model_calls = Table(
    "model_calls",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("identity", Text, nullable=False, unique=True),
    _text("dag_id", default=""),
    _text("run_id", default=""),
    _text("node_id", default=""),
    _text("source", default=""),
    _text("model"),
    Column("request_id", Text),
    Column("is_batch", Boolean, nullable=False),
    Column("input_tokens", Numeric, nullable=False),
    Column("output_tokens", Numeric, nullable=False),
    Column("audio_seconds", Numeric, nullable=False),
    Column("cost", Numeric),
    _text("currency"),
    _now("called_at"),
    Index(None, "called_at"),
    Index(None, "dag_id", "run_id"),
)

# Sums of the calls, moved with each of them: by day and what was called, and by what a budget is for.
cost_days = Table(
    "cost_days",
    metadata,
    *(Column(name, Text, primary_key=True) for name in ("currency", "dag_id", "source", "node_id", "model")),
    Column("day", Date, primary_key=True),
    *_spent(),
    Index(None, "day"),
)
cost_sums = Table(
    "cost_sums",
    metadata,
    *(Column(name, Text, primary_key=True) for name in ("scope", "dag_id", "name", "month", "currency")),
    *_spent(),
    Column("last_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("scope IN ('task', 'source', 'month')", name="scope"),
    Index(None, "scope", "last_at"),
)

# What calls that are under way may cost at most; one that was killed ends by itself.
promises = Table(
    "promises",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("job", Text, unique=True),
    _text("dag_id", default=""),
    _text("run_id", default=""),
    _text("source", default=""),
    _text("model"),
    Column("cost", Numeric, nullable=False),
    _text("currency"),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Index(None, "expires_at"),
)

# What a task was said to use before it was started.
quotes = Table(
    "quotes",
    metadata,
    Column("dag_id", Text, primary_key=True),
    Column("run_id", Text, primary_key=True),
    Column("quote", JSONB, nullable=False),
    _now("made_at"),
    ForeignKeyConstraint(["dag_id", "run_id"], ["media_ai.runs.dag_id", "media_ai.runs.run_id"], ondelete="CASCADE"),
)

# Where notifications go: a web address, whose secret is encrypted, or an e-mail address.
notification_endpoints = Table(
    "notification_endpoints",
    metadata,
    Column("id", UUID(as_uuid=False), primary_key=True, server_default=func.gen_random_uuid()),
    Column("name", Text, nullable=False, unique=True),
    _text("kind"),
    _text("target"),
    _text("secret", default=""),
    Column("language", Text),
    Column("timezone", Text),
    Column("is_active", Boolean, nullable=False, server_default="true"),
    _text("created_by", default=""),
    _now("created_at"),
    CheckConstraint("kind IN ('webhook', 'email')", name="kind"),
)


def _of_endpoint(name: str, *columns: Any) -> Table:
    """Make a table whose rows belong to an endpoint and disappear with it."""
    return Table(
        name,
        metadata,
        Column("id", UUID(as_uuid=False), primary_key=True, server_default=func.gen_random_uuid()),
        Column("endpoint_id", UUID(as_uuid=False), nullable=False),
        *columns,
        ForeignKeyConstraint(["endpoint_id"], ["media_ai.notification_endpoints.id"], ondelete="CASCADE"),
    )


# Who is told of what: of everything, of a workflow, or of one task.
notification_rules = _of_endpoint(
    "notification_rules",
    _text("dag_id", default=""),
    _text("run_id", default=""),
    Column("events", ARRAY(Text), nullable=False),
    _text("created_by", default=""),
    _now("created_at"),
    UniqueConstraint("endpoint_id", "dag_id", "run_id"),
    Index(None, "dag_id", "run_id"),
)

# The outbox: what happened and whom to tell, written in the transaction that records it; the id is the same at each try.
notification_deliveries = _of_endpoint(
    "notification_deliveries",
    _text("identity"),
    _text("event"),
    _text("dag_id", default=""),
    _text("run_id", default=""),
    Column("data", JSONB, nullable=False),
    _now("occurred_at"),
    _text("state", default="waiting"),
    Column("tries", Integer, nullable=False, server_default="0"),
    _now("next_at"),
    Column("claimed_until", DateTime(timezone=True)),
    Column("status_code", Integer),
    _text("reason", default=""),
    Column("ended_at", DateTime(timezone=True)),
    UniqueConstraint("endpoint_id", "identity"),
    CheckConstraint("state IN ('waiting', 'delivered', 'given_up')", name="state"),
    Index(None, "next_at", postgresql_where=text("state = 'waiting'")),
    Index(None, "occurred_at", "id"),
)

# Who changed what, when and from where; the migration lets nobody change or delete a row.
audit_log = Table(
    "audit_log",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    _now("at"),
    _text("door"),
    _text("member_id", default=""),
    _text("member", default=""),
    _text("address", default=""),
    _text("action"),
    Column("object", JSONB, nullable=False, server_default="{}"),
    Column("outcome", Integer, nullable=False),
    Index(None, "at", "id"),
)

# Tasks whose results somebody has to look at: by the node that checked them, or by the daily audit (node_id "").
review_marks = _of_run(
    "review_marks",
    Column("reasons", JSONB, nullable=False),
    _now("marked_at"),
    _text("cleared_by", default=""),
    Column("cleared_at", DateTime(timezone=True)),
    key=("node_id",),
)
Index(None, review_marks.c.marked_at, postgresql_where=review_marks.c.cleared_at.is_(None))

# What the daily audits of the result tables found.
quality_audits = Table(
    "quality_audits",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    _now("at"),
    Column("since", DateTime(timezone=True), nullable=False),
    Column("tasks", Integer, nullable=False),
    Column("is_ok", Boolean, nullable=False),
    Column("expectations", JSONB, nullable=False),
    Index(None, "at"),
)

# How long tasks of a workflow keep what; dag_id "" is for workflows without a rule of their own. Null: for ever.
retention_rules = Table(
    "retention_rules",
    metadata,
    Column("dag_id", Text, primary_key=True),
    *(Column(name, Integer) for name in ("results_days", "artifacts_days", "uploads_days")),
    _text("saved_by", default=""),
    _now("saved_at"),
    CheckConstraint("least(results_days, artifacts_days, uploads_days) > 0", name="days"),
)

# Proof of what was deleted; holds no result. `work` is what is still to be removed, empty in the end.
deletions = Table(
    "deletions",
    metadata,
    Column("id", UUID(as_uuid=False), primary_key=True, server_default=func.gen_random_uuid()),
    *(_text(name) for name in ("dag_id", "run_id")),
    _text("video_id", default=""),
    _text("state", default="begun"),
    _text("reason", default=""),
    _text("requested_by", default=""),
    _now("requested_at"),
    Column("with_services", Boolean, nullable=False, server_default="false"),
    Column("work", JSONB, nullable=False, server_default="{}"),
    Column("proof", JSONB, nullable=False, server_default="{}"),
    Column("swept_at", DateTime(timezone=True)),
    Column("ended_at", DateTime(timezone=True)),
    CheckConstraint("state IN ('begun', 'waiting', 'done')", name="state"),
    Index(None, "dag_id", "run_id"),
    Index(None, "requested_at", postgresql_where=text("state <> 'done'")),
)

# Which blobs an artifact's body points to: read from the store once, for bodies never change. Blob "": it has been read.
artifact_blobs = Table(
    "artifact_blobs",
    metadata,
    Column("blob", Text, primary_key=True),
    Column("body", Text, primary_key=True),
    Index(None, "body"),
)
