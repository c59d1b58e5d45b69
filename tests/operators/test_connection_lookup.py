"""Connections that are not there, and an Airflow that does not answer."""

import pytest
from airflow.sdk.exceptions import AirflowRuntimeError, ErrorType
from airflow.sdk.execution_time import task_runner
from airflow.sdk.execution_time.comms import ErrorResponse

from media_ai.clients.credentials import OssCredentials
from media_ai.errors import ConfigurationError, ServiceError
from operators.connection_lookup import find_connection
from operators.credentials import credentials_of

pytestmark = pytest.mark.airflow


class Supervisor:
    """The other end of a task's socket, which answers every question with one error."""

    def __init__(self, error: ErrorType, *, raises: bool) -> None:
        self._answer = ErrorResponse(error=error, detail={})
        self._raises = raises

    def send(self, message: object) -> ErrorResponse:
        if self._raises:
            raise AirflowRuntimeError(self._answer)
        return self._answer


@pytest.mark.parametrize("raises", [True, False])
@pytest.mark.parametrize("error", [ErrorType.API_SERVER_ERROR, ErrorType.GENERIC_ERROR])
def test_an_airflow_that_is_away_is_asked_again_later(monkeypatch, error, raises):
    """A task that took it for a missing connection would fail for good."""
    monkeypatch.setattr(task_runner, "SUPERVISOR_COMMS", Supervisor(error, raises=raises), raising=False)
    with pytest.raises(ServiceError, match="does not answer") as caught:
        credentials_of(OssCredentials)
    assert caught.value.kind.is_retryable


def test_a_connection_that_is_not_there_is_a_matter_of_configuration(monkeypatch):
    """And trying again does not help."""
    supervisor = Supervisor(ErrorType.CONNECTION_NOT_FOUND, raises=False)
    monkeypatch.setattr(task_runner, "SUPERVISOR_COMMS", supervisor, raising=False)
    assert find_connection("alibaba_oss_default") is None
    with pytest.raises(ConfigurationError, match="alibaba_oss_default"):
        credentials_of(OssCredentials)
