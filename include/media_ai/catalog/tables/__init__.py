"""The catalog's tables, by subject."""

from media_ai.catalog.tables.base import SCHEMA, metadata
from media_ai.catalog.tables.members import access_keys, audit_log, member_links, preferences
from media_ai.catalog.tables.money import budgets, cost_days, cost_sums, model_calls, price_tables, promises, quotes
from media_ai.catalog.tables.notifications import notification_deliveries, notification_endpoints, notification_rules
from media_ai.catalog.tables.results import (
    RESULT_TABLES,
    analyses,
    appearances,
    chapters,
    frames,
    media_assets,
    node_results,
    people,
    person_names,
    runs,
    search_entries,
    segments,
    summaries,
    text_regions,
)
from media_ai.catalog.tables.services import rate_limits, service_events
from media_ai.catalog.tables.sources import source_items, source_numbers, sources
from media_ai.catalog.tables.tasks import failures, idempotency_keys, quarantine, tasks
from media_ai.catalog.tables.upkeep import artifact_blobs, deletions, quality_audits, retention_rules, review_marks
from media_ai.catalog.tables.workflows import catalog_identity, publications, workflow_versions, workflows

__all__ = [
    "RESULT_TABLES",
    "SCHEMA",
    "access_keys",
    "analyses",
    "appearances",
    "artifact_blobs",
    "audit_log",
    "budgets",
    "catalog_identity",
    "chapters",
    "cost_days",
    "cost_sums",
    "deletions",
    "failures",
    "frames",
    "idempotency_keys",
    "media_assets",
    "member_links",
    "metadata",
    "model_calls",
    "node_results",
    "notification_deliveries",
    "notification_endpoints",
    "notification_rules",
    "people",
    "person_names",
    "preferences",
    "price_tables",
    "promises",
    "publications",
    "quality_audits",
    "quarantine",
    "quotes",
    "rate_limits",
    "retention_rules",
    "review_marks",
    "runs",
    "search_entries",
    "segments",
    "service_events",
    "source_items",
    "source_numbers",
    "sources",
    "summaries",
    "tasks",
    "text_regions",
    "workflow_versions",
    "workflows",
]
