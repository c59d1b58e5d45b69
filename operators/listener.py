"""Records how runs begin and end, whoever ended them: the scheduler, the API, or a person on Airflow's pages."""

import logging
import sys
from functools import cache
from typing import TYPE_CHECKING

from airflow.listeners import hookimpl

if TYPE_CHECKING:
    from airflow.models.dagrun import DagRun

    from media_ai.catalog.database import Database
    from media_ai.catalog.results import ResultRepository
    from media_ai.catalog.task_records import TaskRecords

log = logging.getLogger(__name__)


@hookimpl
def on_starting(component: object) -> None:
    """A process of Airflow starts; the scheduler makes the pools that its tasks need."""
    if not _is_scheduler():
        return
    from airflow.jobs.job import Job

    from operators.pools import ensure_pools

    # The scheduler's children have its arguments too, start tasks, and may not speak to Airflow's database.
    if isinstance(component, Job):
        ensure_pools()


@hookimpl
def on_dag_run_running(dag_run: "DagRun", msg: str) -> None:
    """A run began, or began again."""
    _describe(dag_run)
    _record(dag_run, "running", "")


@hookimpl
def on_dag_run_success(dag_run: "DagRun", msg: str) -> None:
    """Every node succeeded."""
    _record(dag_run, "success", "")


@hookimpl
def on_dag_run_failed(dag_run: "DagRun", msg: str) -> None:
    """A node failed for good, or somebody marked the run as failed; `msg` tells which."""
    if _record(dag_run, "failed", msg or ""):
        _count_failure(dag_run, msg or "")


def _is_scheduler() -> bool:
    return bool({"scheduler", "standalone"} & set(sys.argv))


def _record(dag_run: "DagRun", state: str, cause: str) -> bool:
    """Record how a run stands, and count its end; return whether it was news."""
    # Runs inside the scheduler's loop: one short statement with a time limit, and never an exception into the loop.
    from media_ai.catalog.results import RunKey

    run = RunKey(dag_id=dag_run.dag_id, run_id=dag_run.run_id)
    try:
        # A run of ours that ends before its first node has spoken has no row yet; its configuration tells it from others.
        is_news = _results().record_state(
            run,
            state,
            cause,
            insert_missing="input" in (dag_run.conf or {}),
            began=dag_run.start_date,
            by_scheduler=_is_scheduler(),
        )
    except Exception:
        log.exception("The state '%s' of run %s was not recorded in the catalog", state, dag_run.run_id)
        is_news = True
    if is_news:
        _count_end(dag_run, state, cause)
    return is_news


def _count_end(dag_run: "DagRun", state: str, cause: str) -> None:
    from media_ai.catalog.results import ENDED, end_of
    from operators.metrics import server_metrics

    if state in ENDED and "input" in (dag_run.conf or {}):
        server_metrics().task_ended(end_of(state, cause), dag_run.dag_id)


def _count_failure(dag_run: "DagRun", msg: str) -> None:
    """Count a failure that nobody wanted; one whose nodes have not told why was of a process that was killed."""
    from media_ai.catalog.failures import FailedNode, Failures
    from media_ai.catalog.results import MARKED_FAILED, RunKey
    from media_ai.failures import KILLED
    from media_ai.settings import load_settings

    if msg == MARKED_FAILED or "input" not in (dag_run.conf or {}):
        return
    run = RunKey(dag_id=dag_run.dag_id, run_id=dag_run.run_id)
    untold = FailedNode(
        run=run, node_id="", node_type="", cause_id=KILLED.id, kind=KILLED.kind, title=KILLED.title, message=msg
    )
    try:
        Failures(_database()).run_failed(run, most=load_settings().quarantine_after, otherwise=untold)
    except Exception:
        log.exception("The failure of run %s was not counted in the catalog", dag_run.run_id)


def _describe(dag_run: "DagRun") -> None:
    """Record who started a run, and what for; one that our API has started is known already."""
    from media_ai.catalog.results import RunKey
    from media_ai.catalog.task_records import TaskDetails

    conf = dag_run.conf or {}
    if "input" not in conf:
        return
    run = RunKey(dag_id=dag_run.dag_id, run_id=dag_run.run_id)
    known = {name: value for name in ("input", "overrides") if isinstance(value := conf.get(name), dict)}
    try:
        _records().describe(run, TaskDetails.of_run(conf, dag_run.triggering_user_name), known)
    except Exception:
        log.exception("Who started run %s was not recorded in the catalog", dag_run.run_id)


@cache
def _records() -> "TaskRecords":
    from media_ai.catalog.task_records import TaskRecords

    return TaskRecords(_database())


@cache
def _results() -> "ResultRepository":
    from media_ai.catalog.results import ResultRepository

    return ResultRepository(_database())


@cache
def _database() -> "Database":
    from media_ai.catalog.database import Database
    from media_ai.settings import load_settings

    return Database(load_settings().catalog_url, patience_s=2)
