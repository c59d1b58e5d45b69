"""Certificates are fetched from the service, and again after an hour."""

import pytest

from media_ai.errors import ErrorKind, ServiceError
from media_ai.events.certificates import fetch_certificate
from tests.local_server import LocalServer


def address_at(server: LocalServer, name: str) -> str:
    return server.credentials.base_url.removesuffix("v1") + name


def test_a_certificate_is_asked_for_again_after_an_hour():
    """Within the hour the service is asked once; one that the service has replaced is not trusted for ever."""
    served = {"certificate": "first"}
    with LocalServer(lambda headers, body: (500, None), listed=served) as server:
        address = address_at(server, "c.pem")
        first = fetch_certificate(address, clock=lambda: 0)
        served["certificate"] = "second"
        assert b"first" in first
        assert fetch_certificate(address, clock=lambda: 3599) == first
        assert b"second" in fetch_certificate(address, clock=lambda: 3600)


def test_a_failure_is_not_kept():
    """What was no certificate at first is asked for again within the hour."""
    served = {"certificate": "x" * 70_000}
    with LocalServer(lambda headers, body: (500, None), listed=served) as server:
        address = address_at(server, "large.pem")
        with pytest.raises(ServiceError, match="64 KB") as caught:
            fetch_certificate(address, clock=lambda: 0)
        served["certificate"] = "small"
        assert b"small" in fetch_certificate(address, clock=lambda: 0)
    assert caught.value.kind is ErrorKind.TRANSIENT
