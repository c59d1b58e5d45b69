"""What commands say when Airflow does not let them in."""

import pytest

from media_ai.clients.airflow_api import AirflowApi
from media_ai.errors import ErrorKind, ServiceError
from tests.local_server import LocalServer


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        (401, ErrorKind.AUTH, "refuses the user 'ann' .* Check the password"),
        (503, ErrorKind.TRANSIENT, "answered HTTP 503 to the sign-in"),
    ],
)
def test_a_server_in_trouble_is_no_wrong_password(status, kind, words):
    """Its database is away, say: the password need not be looked at."""
    with LocalServer(lambda _headers, _body: (status, {"detail": "no"})) as server:
        api = AirflowApi(server.credentials.base_url.removesuffix("/v1"), "ann", "sentinel")
        with pytest.raises(ServiceError, match=words) as caught:
            api.runs(limit=1)
        api.close()
    assert caught.value.kind is kind and "sentinel" not in caught.value.message
