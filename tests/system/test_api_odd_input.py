"""Whatever is sent to our API on the real system, no answer is an error of ours."""

import json
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.odd_input import requests
from tests.system.callers import client_of

pytestmark = pytest.mark.system


def test_odd_input_is_never_an_error_of_ours(system):
    """Every operation answers odd values, bodies and headers with 2xx or 4xx, and errors in the form of RFC 9457."""
    with client_of(system) as client:
        document = client.get("/openapi.json").json()
        seen: Counter[int] = Counter()
        base = document["servers"][0]["url"].rstrip("/")
        prefix = str(client.base_url).rstrip("/").removesuffix("/api/v1")
        assert prefix.endswith(base)

        @settings(
            max_examples=500, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
        )
        @given(st.data())
        def send(data):
            method, path, more = data.draw(requests(document))
            if "json" in more:
                more["content"] = json.dumps(more.pop("json")).encode()
                more["headers"]["content-type"] = "application/json"
            answer = client.request(method, prefix + path, **more)
            seen[answer.status_code] += 1
            assert answer.status_code < 500, (method, path, more, answer.text[:500])
            if answer.status_code >= 400 and method != "head":
                assert answer.headers["content-type"] == "application/problem+json", (method, path, answer.text[:200])
                assert answer.json()["status"] == answer.status_code

        send()

    assert sum(seen.values()) > 300
    assert seen[422] > 50
    assert sum(count for status, count in seen.items() if status < 300) > 20
