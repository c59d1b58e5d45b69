"""Start runs from inside a task, through its supervisor: no account is needed, and no process for each run."""

from collections.abc import Mapping
from typing import Any

from media_ai.catalog.results import RunKey
from media_ai.errors import ErrorKind, ServiceError


def start_run(run: RunKey, conf: Mapping[str, Any], restart: bool) -> None:
    """
    Start a run through the supervisor of this task, which needs no account; with `restart` one that is there runs again.

    Raises:
        ServiceError: Airflow refuses, of the kind INVALID, or does not answer.
    """
    # As TriggerDagRunOperator does, which starts one run for each task instance: a process for every video.
    from airflow.sdk.exceptions import AirflowRuntimeError, ErrorType
    from airflow.sdk.execution_time import task_runner
    from airflow.sdk.execution_time.comms import ErrorResponse, TriggerDagRun

    message = TriggerDagRun(
        dag_id=run.dag_id, run_id=run.run_id, conf=dict(conf), logical_date=None, reset_dag_run=restart
    )
    try:
        answer = task_runner.SUPERVISOR_COMMS.send(message)
    except AirflowRuntimeError as exc:
        raise _refused(run, exc.error.detail or {}) from exc
    if isinstance(answer, ErrorResponse) and answer.error != ErrorType.DAGRUN_ALREADY_EXISTS:
        raise _refused(run, answer.detail or {})


def _refused(run: RunKey, detail: Mapping[str, Any]) -> ServiceError:
    status = detail.get("status_code")
    is_final = status in {400, 403, 404, 422}
    return ServiceError(
        f"Airflow did not start '{run.run_id}' of '{run.dag_id}' (HTTP {status}): {str(detail)[:400]} "
        "Is the workflow published?",
        service="airflow",
        code=str(status),
        kind=ErrorKind.INVALID if is_final else ErrorKind.TRANSIENT,
    )
