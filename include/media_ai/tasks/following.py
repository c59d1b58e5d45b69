"""Have the catalog's record of tasks follow Airflow where its listener was not heard: queued runs, restarts, deleted runs."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from media_ai.catalog.results import ResultRepository, RunKey
from media_ai.catalog.task_records import TaskDetails, TaskRecords
from media_ai.clients.airflow_api import AirflowApi
from media_ai.errors import NotFoundError
from media_ai.tasks.words import UNFINISHED

_MOST = 100
_DELETED = "The run was deleted in Airflow."
_UNHEARD = "It ended while nobody recorded it."


def note_queued(records: TaskRecords, api: AirflowApi) -> int:
    """
    Record the runs that wait in Airflow and that nothing is recorded of: its listener hears of a run when it begins.

    Returns:
        How many were new.
    """
    queued = [run for run in api.runs(limit=_MOST, states=("queued",)) if _is_ours(run)]
    keys = {RunKey(dag_id=run["dag_id"], run_id=run["dag_run_id"]): run for run in queued}
    unknown = records.unknown(list(keys))
    for key in unknown:
        _record_waiting(records, key, keys[key])
    return len(unknown)


def bring_up_to_date(
    records: TaskRecords, results: ResultRepository, run: RunKey, record: Mapping[str, Any] | None
) -> None:
    """
    Mend the catalog's record of a run.

    Args:
        records: The record of tasks.
        results: The record of runs.
        run: Which one.
        record: What Airflow says of it, None if it does not know it.

    Raises:
        NotFoundError: Neither knows it.
    """
    try:
        known = records.standing(run)
    except NotFoundError:
        if record is None or not _is_ours(record):
            raise
        _record_waiting(records, run, record)
        known = records.standing(run)
    if record is None:
        if known.state in UNFINISHED:
            results.record_state(run, "failed", _DELETED)
    elif record["state"] in UNFINISHED:
        _record_waiting(records, run, record)
    elif known.state in UNFINISHED and _is_later(record["end_date"], known.restarted_at):
        results.record_state(run, record["state"], "" if record["state"] == "success" else _UNHEARD)


def _record_waiting(records: TaskRecords, run: RunKey, record: Mapping[str, Any]) -> None:
    conf = record["conf"] or {}
    known = {name: value for name in ("input", "overrides") if isinstance(value := conf.get(name), dict)}
    records.describe(run, TaskDetails.of_run(conf, record["triggering_user_name"]), known)
    # The listener hears of an end before Airflow itself has written it: only a later beginning makes a run go on.
    if began := record["start_date"] or record["queued_at"]:
        records.waiting(run, since=datetime.fromisoformat(began))


def _is_later(moment: str | None, than: datetime | None) -> bool:
    return than is None or moment is None or datetime.fromisoformat(moment) >= than


def _is_ours(record: Mapping[str, Any]) -> bool:
    return "input" in (record["conf"] or {})
