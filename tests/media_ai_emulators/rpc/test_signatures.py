"""Both signature versions reproduce the vendor's published examples, and refuse what is wrong."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest import mock

import pytest
from alibabacloud_ice20201109.client import Client
from alibabacloud_ice20201109.models import GetCategoriesRequest, ListMediaBasicInfosRequest
from alibabacloud_tea_openapi.exceptions import ClientException, ServerException
from alibabacloud_tea_openapi.utils import Utils
from alibabacloud_tea_openapi.utils_models import OpenApiRequest, Params
from darabonba.runtime import RuntimeOptions

from media_ai_emulators.rpc import acs3, hmac_sha1
from media_ai_emulators.testing import Emulator

_EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_v3_example_of_the_documentation() -> None:
    """ACS3-HMAC-SHA256 gives the signature of the documentation's RunInstances example."""
    headers = {
        "host": "ecs.cn-shanghai.aliyuncs.com",
        "x-acs-action": "RunInstances",
        "x-acs-content-sha256": _EMPTY,
        "x-acs-date": "2023-10-26T10:22:32Z",
        "x-acs-signature-nonce": "3156853299f313e23d1673dc12e1703d",
        "x-acs-version": "2014-05-26",
    }
    query = {"ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd", "RegionId": "cn-shanghai"}
    signature = acs3.sign(
        method="POST",
        path="/",
        query=query,
        headers=headers,
        signed_headers=tuple(sorted(headers)),
        body_sha256=_EMPTY,
        secret="YourAccessKeySecret",
    )
    assert signature == "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"


def test_v1_example_of_the_documentation() -> None:
    """HMAC-SHA1 gives the signature of the documentation's DescribeRegions example."""
    params = {
        "Action": "DescribeRegions",
        "Format": "XML",
        "Version": "2014-05-26",
        "AccessKeyId": "testid",
        "SignatureMethod": "HMAC-SHA1",
        "SignatureVersion": "1.0",
        "SignatureNonce": "3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf",
        "Timestamp": "2016-02-23T12:46:24Z",
    }
    assert hmac_sha1.sign(method="GET", params=params, secret="testsecret") == "OLeaidS1JvxuMvnyHOwuJ+uX5qY="


@pytest.fixture(params=["v3", "v2"])
def config(request: pytest.FixtureRequest, emulator: Emulator, config_of: Callable[..., Any]) -> Any:
    """A configuration for each version; the SDK calls HMAC-SHA1 "v2"."""
    return config_of(emulator, signature_algorithm="v2") if request.param == "v2" else config_of(emulator)


def test_the_sdk_is_let_in(config: Any) -> None:
    """The real SDK's signature is right, with characters that are encoded in more than one way."""
    answer = Client(config).list_media_basic_infos(
        ListMediaBasicInfosRequest(business_type="视频 1+2&x=*~'", source="")
    )
    assert answer.body.total_count == 0
    assert answer.body.request_id


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"access_key_secret": "wrong"}, 400, "SignatureDoesNotMatch"),
        ({"access_key_id": "nobody"}, 404, "InvalidAccessKeyId.NotFound"),
        ({"access_key_id": "STS.somebody"}, 400, "SignatureDoesNotMatch"),
    ],
)
def test_wrong_keys_are_refused(config: Any, changes: dict[str, str], status: int, code: str) -> None:
    """A wrong key gives the gateway's JSON error with its status."""
    for name, value in changes.items():
        setattr(config, name, value)
    with pytest.raises(ClientException) as caught:
        Client(config).list_media_basic_infos(ListMediaBasicInfosRequest())
    assert (caught.value.status_code, caught.value.code) == (status, code)
    assert caught.value.data["RequestId"]
    assert caught.value.data["HostId"]


def test_a_nonce_is_good_once(config: Any) -> None:
    """A repeated nonce is refused."""
    client = Client(config)
    with mock.patch.object(Utils, "get_nonce", return_value=f"the-same-{id(config)}"):
        client.list_media_basic_infos(ListMediaBasicInfosRequest())
        with pytest.raises(ClientException) as caught:
            client.list_media_basic_infos(ListMediaBasicInfosRequest())
    assert caught.value.code == "SignatureNonceUsed"


def test_a_clock_that_is_off_is_refused(emulator: Emulator, config_of: Callable[..., Any]) -> None:
    """A date more than 15 minutes off is refused."""
    late = (datetime.now(UTC) - timedelta(minutes=16)).strftime("%Y-%m-%dT%H:%M:%SZ")
    with mock.patch.object(Utils, "get_timestamp", return_value=late), pytest.raises(ClientException) as caught:
        Client(config_of(emulator)).list_media_basic_infos(ListMediaBasicInfosRequest())
    assert caught.value.code == "InvalidTimeStamp.Expired"


def test_unknown_and_missing_actions(emulator: Emulator, config_of: Callable[..., Any]) -> None:
    """An action that the service has and the emulator has not is 501; one that nobody has is not found."""
    client = Client(config_of(emulator))
    with pytest.raises(ServerException) as missing:
        client.get_categories(GetCategoriesRequest())
    assert (missing.value.status_code, missing.value.code) == (501, "EmulatorNotImplemented")
    for version in ("2020-11-09", "1999-01-01"):
        params = Params(
            action="NoSuchAction",
            version=version,
            protocol="HTTP",
            method="POST",
            auth_type="AK",
            style="RPC",
            pathname="/",
            req_body_type="json",
            body_type="json",
        )
        with pytest.raises(ClientException) as unknown:
            client.call_api(params, OpenApiRequest(), RuntimeOptions())
        assert (unknown.value.status_code, unknown.value.code) == (404, "InvalidAction.NotFound")
