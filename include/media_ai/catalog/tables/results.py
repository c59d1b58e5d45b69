"""Runs and what they found. Result tables are a projection: they can be rebuilt from the artifact store."""

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Float,
    Index,
    Integer,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR

from media_ai.catalog.tables.base import metadata, moment_column, of_run, seconds_column, text_column

media_assets = Table(
    "media_assets",
    metadata,
    Column("video_id", Text, primary_key=True),
    text_column("title", default=""),
    text_column("description", default=""),
    Column("metadata", JSONB, nullable=False, server_default="{}"),
    Column("uri", Text),
    Column("sha256", Text),
    Column("technical", JSONB),
    moment_column("created_at"),
    moment_column("updated_at"),
)

runs = Table(
    "runs",
    metadata,
    Column("dag_id", Text, primary_key=True),
    Column("run_id", Text, primary_key=True),
    Column("video_id", Text),
    Column("workflow_version", Integer),
    text_column("state"),
    Column("input", JSONB, nullable=False, server_default="{}"),
    Column("overrides", JSONB, nullable=False, server_default="{}"),
    text_column("cause", default=""),
    moment_column("created_at"),
    Column("ended_at", DateTime(timezone=True)),
    # What its models write in: a tag, "video", or null before its first node.
    Column("output_language", Text),
    # By retention: the artifacts, and the uploaded video.
    Column("artifacts_removed_at", DateTime(timezone=True)),
    Column("upload_removed_at", DateTime(timezone=True)),
    Index(None, "video_id"),
    Index(None, "created_at"),
)

node_results = of_run(
    "node_results",
    text_column("node_type"),
    Column("type_version", Integer, nullable=False),
    text_column("key"),
    Column("outputs", JSONB, nullable=False),
    Column("reused", Boolean, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("notices", JSONB, nullable=False, server_default="[]"),
    Column("usage", JSONB, nullable=False, server_default="[]"),
    moment_column("finished_at"),
    key=("node_id",),
)

summaries = of_run(
    "summaries",
    text_column("method"),
    text_column("model"),
    Column("language", Text),
    text_column("text"),
    Column("keywords", JSONB, nullable=False),
)

chapters = of_run(
    "chapters",
    seconds_column("start_s"),
    seconds_column("end_s"),
    text_column("title"),
    text_column("text", default=""),
)

segments = of_run(
    "segments",
    seconds_column("start_s"),
    seconds_column("end_s"),
    text_column("text"),
    Column("speaker", Text),
    Column("confidence", Float),
)

text_regions = of_run(
    "text_regions",
    seconds_column("start_s"),
    seconds_column("end_s"),
    text_column("text"),
    text_column("source"),
    Column("confidence", Float),
    Column("box", JSONB),
)

frames = of_run("frames", seconds_column("time_s"), text_column("image"), Column("similarity", Float))

analyses = of_run(
    "analyses",
    seconds_column("time_s"),
    text_column("model"),
    text_column("text"),
    Column("attributes", JSONB, nullable=False),
)

people = of_run(
    "people",
    text_column("artifact"),
    text_column("person_id"),
    Column("name", Text),
    text_column("role", default=""),
    Column("is_known", Boolean, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("faces", Integer, nullable=False),
    text_column("best_face"),
    text_column("model"),
)

Index(None, people.c.artifact, people.c.person_id)

appearances = of_run(
    "appearances",
    text_column("artifact"),
    text_column("person_id"),
    seconds_column("start_s"),
    seconds_column("end_s"),
    seconds_column("best_s"),
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
    text_column("name"),
    text_column("role", default=""),
    text_column("named_by", default=""),
    moment_column("named_at"),
)

search_entries = of_run(
    "search_entries",
    text_column("video_id"),
    text_column("kind"),
    seconds_column("start_s"),
    seconds_column("end_s"),
    text_column("text"),
    Column("tokens", TSVECTOR, nullable=False),
)

Index(None, search_entries.c.tokens, postgresql_using="gin")

Index(None, search_entries.c.video_id)

RESULT_TABLES = (summaries, chapters, segments, text_regions, frames, analyses, people, appearances, search_entries)

# How long nodes of a type took lately.
Index(None, node_results.c.node_type, node_results.c.finished_at)
