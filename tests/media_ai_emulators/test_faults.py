"""Failures made on purpose, as the real SDKs see them."""

from collections.abc import Callable
from typing import Any

import dashscope
import oss2
import pytest
import requests
from alibabacloud_ice20201109.client import Client
from alibabacloud_ice20201109.models import GetMediaInfoRequest, ListMediaBasicInfosRequest, RegisterMediaInfoRequest
from alibabacloud_tea_openapi.exceptions import ClientException, ServerException
from dashscope.v2 import errors

from media_ai_emulators.calls import without_secrets
from media_ai_emulators.testing import Emulator


@pytest.fixture
def bucket(emulator: Emulator, make_bucket: Callable[..., oss2.Bucket]) -> oss2.Bucket:
    """The emulator's bucket."""
    return make_bucket(emulator)


@pytest.fixture
def ice(emulator: Emulator, config_of: Callable[..., Any]) -> Client:
    """The SDK's client for IMS."""
    return Client(config_of(emulator))


def _ask(emulator: Emulator, max_retries: int = 0) -> str:
    with dashscope.Client(
        api_key=emulator.keys.api_key, base_url=emulator.dashscope_url, max_retries=max_retries, timeout=5
    ) as client:
        messages = [{"role": "user", "content": "hello"}]
        return str(client.chat.completions.create(model="qwen-plus", messages=messages).output_text)


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("throttle", 503, "ServiceUnavailable"),
        ("server_error", 500, "InternalError"),
        ("expired_token", 403, "SecurityTokenExpired"),
    ],
)
def test_oss_fails_as_told(emulator: Emulator, bucket: oss2.Bucket, kind: Any, status: int, code: str) -> None:
    """The next matching call fails once with OSS's own error, and leaves nothing behind."""
    emulator.faults().add("oss", kind, operation="PutObject")
    assert not bucket.object_exists(f"fault-{kind}")
    with pytest.raises(oss2.exceptions.ServerError) as caught:
        bucket.put_object(f"fault-{kind}", b"1")
    assert (caught.value.status, caught.value.code) == (status, code)
    assert not bucket.object_exists(f"fault-{kind}")
    bucket.put_object(f"fault-{kind}", b"1")
    assert [call.fault for call in emulator.calls("oss", "PutObject")] == [kind, ""]


def test_ims_fails_as_told(emulator: Emulator, ice: Client) -> None:
    """Throttling is HTTP 400 and a client error; others have their codes."""
    for kind, error, status, code in (
        ("throttle", ClientException, 400, "Throttling.User"),
        ("server_error", ServerException, 503, "ServiceUnavailable"),
        ("expired_token", ClientException, 400, "InvalidSecurityToken.Expired"),
    ):
        emulator.faults().add("ice", kind)  # type: ignore[arg-type]
        with pytest.raises(error) as caught:
            ice.list_media_basic_infos(ListMediaBasicInfosRequest())
        assert (caught.value.status_code, caught.value.code) == (status, code)
    ice.list_media_basic_infos(ListMediaBasicInfosRequest())


def test_dashscope_fails_as_told(emulator: Emulator) -> None:
    """The SDK retries 429 and 5xx by itself, and not an error in HTTP 200."""
    emulator.faults().add("dashscope", "throttle")
    with pytest.raises(errors.RateLimitError):
        _ask(emulator)
    emulator.faults().add("dashscope", "server_error")
    assert _ask(emulator, max_retries=1)
    emulator.faults().add("dashscope", "error_body")
    with pytest.raises(errors.DashScopeError) as caught:
        _ask(emulator, max_retries=1)
    assert (caught.value.status_code, caught.value.code) == (200, "InternalError")
    assert [call.status for call in emulator.calls("dashscope")] == [429, 500, 200, 200]


def test_a_cut_connection_hides_that_the_work_was_done(emulator: Emulator, bucket: oss2.Bucket, ice: Client) -> None:
    """The caller sees a broken connection, and the asset is registered all the same; a download is short."""
    url = "oss://another-bucket/cut.mp4"
    emulator.faults().add("ice", "cut", operation="RegisterMediaInfo")
    with pytest.raises(Exception, match=r"(?i)incomplete|connection|chunked|broken|not enough") as caught:
        ice.register_media_info(RegisterMediaInfoRequest(input_url=url))
    assert getattr(caught.value, "status_code", None) is None
    with pytest.raises(ClientException) as known:
        ice.register_media_info(RegisterMediaInfoRequest(input_url=url))
    assert known.value.code == "MediaAlreadyExist"
    bucket.put_object("cut", b"x" * 3_000_000)
    emulator.faults().add("oss", "cut", operation="GetObject")
    with pytest.raises((oss2.exceptions.OssError, requests.exceptions.RequestException)):
        bucket.get_object("cut").read()
    emulator.faults().add("dashscope", "cut")
    with pytest.raises(errors.APIConnectionError):
        _ask(emulator)


def test_a_slow_call(emulator: Emulator) -> None:
    """A slow call waits, and is then answered; a caller with less patience gives up."""
    emulator.faults().add("oss", "slow", seconds=0.5)
    bucket = oss2.Bucket(
        oss2.AuthV4(emulator.keys.access_key_id, emulator.keys.access_key_secret),
        emulator.url,
        "media-ai",
        region="cn-hangzhou",
        connect_timeout=0.1,
    )
    with pytest.raises(oss2.exceptions.RequestError):
        bucket.object_exists("a")


def test_rates_are_repeatable(emulator: Emulator, bucket: oss2.Bucket) -> None:
    """With a seed, the same calls fail each time."""
    outcomes = []
    for _ in range(2):
        rules = [{"service": "oss", "kind": "throttle", "rate": 0.5, "times": None}]
        answer = requests.put(f"{emulator.url}/_emulator/faults", json={"seed": 7, "faults": rules}, timeout=5)
        assert answer.status_code == 200
        emulator.state.calls.clear()
        for _ in range(12):
            try:
                bucket.get_bucket_location()
            except oss2.exceptions.ServerError as error:
                assert error.status == 503
        outcomes.append([call.status for call in emulator.calls("oss")])
    assert outcomes[0] == outcomes[1]
    assert {200, 503} == set(outcomes[0])


def test_quotas(emulator: Emulator, ice: Client) -> None:
    """More calls in a second than a service takes are throttled, and do not count."""
    requests.put(f"{emulator.url}/_emulator/quotas", json={"ice": 2}, timeout=5)
    codes: list[str] = []
    while codes.count("Throttling.User") == 0 and len(codes) < 200:
        with pytest.raises(ClientException) as caught:
            ice.get_media_info(GetMediaInfoRequest(media_id="nothing"))
        codes.append(str(caught.value.code))
    assert len(codes) > 2
    assert {*codes[:-1], "Throttling.User"} == {"ResourceNotFound", "Throttling.User"}


def test_the_log_of_calls(emulator: Emulator, bucket: oss2.Bucket) -> None:
    """Calls are shown with what matters and without secrets; a wrong rule is refused."""
    bucket.put_object("logged", b"1")
    requests.get(bucket.sign_url("GET", "logged", 60), timeout=5)
    found = requests.get(f"{emulator.url}/_emulator/calls", params={"service": "oss"}, timeout=5)
    calls = found.json()["calls"]
    assert [(call["operation"], call["params"]["key"], call["status"]) for call in calls] == [
        ("PutObject", "logged", 200),
        ("GetObject", "logged", 200),
    ]
    assert "ignature" not in found.text
    wrong = requests.put(
        f"{emulator.url}/_emulator/faults", json={"faults": [{"service": "oss", "kind": "x"}]}, timeout=5
    )
    assert (wrong.status_code, "throttle" in wrong.text) == (400, True)


def test_addresses_are_logged_without_their_signatures() -> None:
    """What signs is left out, also where an address is percent-encoded."""
    kept = without_secrets(
        {
            "UploadURLs": "https%3A%2F%2Fa.com%2Fb.mp4%3FSignature%3Dhidden",
            "file_urls": ["https://a.com/b.mp4?x-oss-signature=hidden"],
            "SecurityToken": "hidden",
            "AuthKey": "hidden",
            "ClientToken": "shown",
        }
    )
    assert "hidden" not in str(kept)
    assert kept["ClientToken"] == "shown"
    assert "a.com/b.mp4" in kept["UploadURLs"]
