"""Cross-origin rules: what a browser is told of a bucket."""

import oss2
import pytest
import requests

from media_ai_emulators.testing import Emulator
from tests.media_ai_emulators.conftest import bucket_of

PAGE = "https://media.example"


@pytest.fixture
def bucket(emulator: Emulator) -> oss2.Bucket:
    made = bucket_of(emulator)
    yield made
    made.delete_bucket_cors()


def ask(bucket: oss2.Bucket, emulator: Emulator, **headers: str) -> requests.Response:
    given = {"Origin": PAGE, "Access-Control-Request-Method": "PUT"} | headers
    return requests.options(f"{emulator.url}/{bucket.bucket_name}/cors/a", headers=given, timeout=10)


def test_only_pages_that_a_rule_names_may_send(bucket: oss2.Bucket, emulator: Emulator) -> None:
    """Without a rule a browser is refused; with one, this page, method and header are allowed and no other."""
    assert ask(bucket, emulator).status_code == 403
    rule = oss2.models.CorsRule(allowed_origins=["https://*.example"], allowed_methods=["PUT"], allowed_headers=["x-a"])
    bucket.put_bucket_cors(oss2.models.BucketCors([rule]))
    allowed = ask(bucket, emulator, **{"Access-Control-Request-Headers": "X-A"})
    assert (allowed.status_code, allowed.headers["access-control-allow-origin"]) == (200, PAGE)
    for other in (
        {"Origin": "https://media.test"},
        {"Access-Control-Request-Method": "DELETE"},
        {"Access-Control-Request-Headers": "x-b"},
    ):
        assert ask(bucket, emulator, **other).status_code == 403


def test_answers_name_the_page_that_asked(bucket: oss2.Bucket, emulator: Emulator) -> None:
    """Also those that refuse; without a rule none of them does, and the browser keeps them from the page."""
    rule = oss2.models.CorsRule(allowed_origins=[PAGE], allowed_methods=["GET"], expose_headers=["ETag"])
    bucket.put_bucket_cors(oss2.models.BucketCors([rule]))
    url = f"{emulator.url}/{bucket.bucket_name}/cors/none"
    refused = requests.get(url, headers={"Origin": PAGE}, timeout=10)
    assert (refused.status_code, refused.headers["access-control-allow-origin"]) == (403, PAGE)
    assert refused.headers["access-control-expose-headers"] == "ETag"
    assert "access-control-allow-origin" not in requests.get(url, headers={"Origin": "https://b"}, timeout=10).headers
