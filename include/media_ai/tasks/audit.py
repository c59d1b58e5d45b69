"""One audit log of two: ours in the catalog, and that of Airflow, which is read where it is."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from media_ai.catalog.audit import AuditLog, Entry, Filter
from media_ai.clients.airflow_api import AirflowApi

CHANGES = (
    "trigger_dag_run",
    "patch_dag_run",
    "bulk_patch_dag_runs",
    "clear_dag_run",
    "bulk_clear_dag_runs",
    "delete_dag_run",
    "bulk_delete_dag_runs",
    "post_clear_task_instances",
    "patch_task_instance",
    "delete_task_instance",
    "bulk_task_instances",
    "update_hitl_detail",
    "patch_dag",
    "patch_dags",
    "delete_dag",
    "create_backfill",
    "cancel_backfill",
    "pause_backfill",
    "unpause_backfill",
    "post_connection",
    "patch_connection",
    "delete_connection",
    "bulk_connections",
    "post_variable",
    "patch_variable",
    "delete_variable",
    "bulk_variables",
    "post_pool",
    "patch_pool",
    "delete_pool",
    "bulk_pools",
)
"""Airflow's events of changes that people make; what its own processes note is left out."""


def merged_page(
    log: AuditLog, airflow: AirflowApi, wanted: Filter, *, before: datetime | None, limit: int
) -> tuple[list[Entry], bool]:
    """Return the newest entries of both before a moment, with whether there are more."""
    until = min(filter(None, (wanted.until, before)), default=None)
    events = airflow.event_logs(
        included=CHANGES if wanted.action is None else [name for name in CHANGES if name == wanted.action],
        owner=wanted.member,
        after=wanted.since,
        before=until,
        limit=limit + 1,
    )
    ours = log.page(wanted, before=before, limit=limit + 1)
    found = sorted([*ours, *(_entry(event) for event in events)], key=lambda entry: entry.at, reverse=True)
    page = found[:limit]
    # A page does not end within a moment: the next one begins before it.
    page += [entry for entry in found[limit:] if entry.at == page[-1].at]
    return page, len(found) > len(page)


def _entry(event: Mapping[str, Any]) -> Entry:
    named = {name: str(event[name]) for name in ("dag_id", "run_id", "task_id") if event.get(name)}
    return Entry(
        at=datetime.fromisoformat(event["when"]),
        door="airflow",
        member=event.get("owner") or "",
        action=event["event"],
        object=named,
        outcome=None,
    )
