"""Records how runs begin and end, whoever ended them: the scheduler, the API, or a person on Airflow's pages."""

import logging
from functools import cache
from typing import TYPE_CHECKING

from airflow.listeners import hookimpl

if TYPE_CHECKING:
    from airflow.models.dagrun import DagRun

    from media_ai.catalog.results import ResultRepository

log = logging.getLogger(__name__)


@hookimpl
def on_dag_run_running(dag_run: "DagRun", msg: str) -> None:
    """A run began, or began again."""
    _record(dag_run, "running", "")


@hookimpl
def on_dag_run_success(dag_run: "DagRun", msg: str) -> None:
    """Every node succeeded."""
    _record(dag_run, "success", "")


@hookimpl
def on_dag_run_failed(dag_run: "DagRun", msg: str) -> None:
    """A node failed for good, or somebody marked the run as failed; `msg` tells which."""
    _record(dag_run, "failed", msg or "")


def _record(dag_run: "DagRun", state: str, cause: str) -> None:
    # Runs inside the scheduler's loop: one short statement, and never an exception into the loop.
    if "input" not in (dag_run.conf or {}):
        return
    from media_ai.catalog.results import RunKey

    try:
        _results().record_state(RunKey(dag_id=dag_run.dag_id, run_id=dag_run.run_id), state, cause)
    except Exception:
        log.exception("The state '%s' of run %s was not recorded in the catalog", state, dag_run.run_id)


@cache
def _results() -> "ResultRepository":
    from media_ai.catalog.database import Database
    from media_ai.catalog.results import ResultRepository
    from media_ai.settings import load_settings

    return ResultRepository(Database(load_settings().catalog_url))
