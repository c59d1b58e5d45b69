"""Temporary keys: given out by STS, taken by the other services until they expire."""

from collections.abc import Callable
from typing import Any

import oss2
import pytest
from alibabacloud_ice20201109.client import Client as IceClient
from alibabacloud_ice20201109.models import ListMediaBasicInfosRequest
from alibabacloud_tea_openapi.client import Client as OpenApiClient
from alibabacloud_tea_openapi.exceptions import ClientException
from alibabacloud_tea_openapi.utils_models import OpenApiRequest, Params
from darabonba.runtime import RuntimeOptions

from media_ai_emulators.testing import Emulator

_ROLE = "acs:ram::1234567890:role/media-ai"


def _assume(config: Any, **query: str) -> dict[str, Any]:
    params = Params(
        action="AssumeRole",
        version="2015-04-01",
        protocol="HTTP",
        method="POST",
        auth_type="AK",
        style="RPC",
        pathname="/",
        req_body_type="json",
        body_type="json",
    )
    query = {"RoleArn": _ROLE, "RoleSessionName": "session", **query}
    answer = OpenApiClient(config).call_api(params, OpenApiRequest(query=query), RuntimeOptions())
    credentials: dict[str, Any] = answer["body"]["Credentials"]
    return credentials


def _oss_code(emulator: Emulator, auth: Any) -> str:
    bucket = oss2.Bucket(auth, emulator.url, "media-ai", region="cn-hangzhou")
    try:
        bucket.put_object("sts", b"1")
        assert bucket.get_object("sts").read() == b"1"
    except oss2.exceptions.ServerError as error:
        return str(error.code)
    return ""


@pytest.mark.parametrize("version", [oss2.AUTH_VERSION_4, oss2.AUTH_VERSION_1])
def test_temporary_keys_open_oss_until_they_expire(
    private_emulator: Emulator, config_of: Callable[..., Any], version: str
) -> None:
    """OSS takes the keys with their token only, and not after they have expired."""
    found = _assume(config_of(private_emulator), DurationSeconds="900")
    key_id, secret, token = found["AccessKeyId"], found["AccessKeySecret"], found["SecurityToken"]
    good = oss2.StsAuth(key_id, secret, token, auth_version=version)
    assert _oss_code(private_emulator, good) == ""
    assert (
        _oss_code(private_emulator, oss2.StsAuth(key_id, secret, "wrong", auth_version=version))
        == "InvalidSecurityToken"
    )
    assert _oss_code(private_emulator, oss2.make_auth(key_id, secret, version)) == "InvalidAccessKeyId"
    assert (
        _oss_code(private_emulator, oss2.StsAuth(key_id, "wrong", token, auth_version=version))
        == "SignatureDoesNotMatch"
    )
    private_emulator.advance(901)
    assert _oss_code(private_emulator, good) == "SecurityTokenExpired"


@pytest.mark.parametrize("algorithm", ["v2", None])
def test_temporary_keys_open_ims_until_they_expire(
    private_emulator: Emulator, config_of: Callable[..., Any], algorithm: str | None
) -> None:
    """IMS takes the keys with their token, in both signature versions."""
    found = _assume(config_of(private_emulator))
    keys = {
        "access_key_id": found["AccessKeyId"],
        "access_key_secret": found["AccessKeySecret"],
        "security_token": found["SecurityToken"],
        "signature_algorithm": algorithm,
    }
    client = IceClient(config_of(private_emulator, **keys))
    assert client.list_media_basic_infos(ListMediaBasicInfosRequest()).body.total_count == 0
    private_emulator.advance(3601)
    with pytest.raises(ClientException) as caught:
        client.list_media_basic_infos(ListMediaBasicInfosRequest())
    assert caught.value.code == "InvalidSecurityToken.Expired"


def test_a_role_must_be_well_formed(emulator: Emulator, config_of: Callable[..., Any]) -> None:
    """A wrong RoleArn and a wrong lifetime are refused."""
    with pytest.raises(ClientException) as caught:
        _assume(config_of(emulator), RoleArn="media-ai")
    assert caught.value.code == "InvalidParameter.RoleArn"
    with pytest.raises(ClientException) as caught:
        _assume(config_of(emulator), DurationSeconds="60")
    assert caught.value.code == "InvalidParameter"
