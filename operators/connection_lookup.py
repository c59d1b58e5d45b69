"""Connections, with a difference between one that is not there and an Airflow that does not answer."""

from contextlib import suppress

from airflow.sdk import BaseHook
from airflow.sdk.definitions.connection import Connection
from airflow.sdk.exceptions import AirflowNotFoundException, AirflowRuntimeError, ErrorType

from media_ai.errors import ErrorKind, ServiceError


def find_connection(connection_id: str) -> Connection | None:
    """
    Return a connection, or None if there is none.

    Raises:
        ServiceError: Airflow does not answer; trying again may help.
    """
    with suppress(AirflowNotFoundException):
        return BaseHook.get_connection(connection_id)
    # Airflow says that too when its API server was away for a moment (3.3.2), and a task that believed it would fail for good.
    if _is_absent(connection_id):
        return None
    raise ServiceError(
        f"Airflow's API server does not answer whether there is a connection '{connection_id}'.",
        service="airflow",
        code="unavailable",
        kind=ErrorKind.TRANSIENT,
    )


def _is_absent(connection_id: str) -> bool:
    """Ask once more, as tasks and the triggerer do, and look at the answer itself. Other processes read the database."""
    from airflow.sdk.execution_time import task_runner
    from airflow.sdk.execution_time.comms import ErrorResponse, GetConnection

    comms = getattr(task_runner, "SUPERVISOR_COMMS", None)
    if comms is None:
        return True
    try:
        answer = comms.send(GetConnection(conn_id=connection_id))
    except AirflowRuntimeError as exc:
        answer = exc.error
    return isinstance(answer, ErrorResponse) and answer.error == ErrorType.CONNECTION_NOT_FOUND
