"""The signers reproduce the vendor's published examples, and refuse what is wrong."""

from collections.abc import Callable

import oss2
import pytest
import requests

from media_ai_emulators.oss import signature_v1, signature_v4
from media_ai_emulators.testing import Emulator

_PARAMS = {"param1": "value1", "+param1": "value3", "|param1": "value4", "+param2": "", "|param2": "", "param2": ""}
_SCOPE = "aliyun_v4_request"


@pytest.mark.parametrize(
    ("date_time", "token", "additional", "expected"),
    [
        ("20231216T162057Z", None, (), "e21d18daa82167720f9b1047ae7e7f1ce7cb77a31e8203a7d5f4624fa0284afe"),
        ("20231217T034736Z", "token", (), "b94a3f999cf85bcdc00d332fbd3734ba03e48382c36fa4d5af5df817395bd9ea"),
        ("20231216T172512Z", None, ("abc", "zabc"), "4a4183c187c07c8947db7620deb0a6b38d9fbdd34187b6dbaccb316fa251212f"),
    ],
)
def test_v4_in_the_header(date_time: str, token: str | None, additional: tuple[str, ...], expected: str) -> None:
    """V4 in the header gives the signatures of aliyun/alibabacloud-oss-python-sdk-v2, tests/unit/signer/test_v4.py."""
    headers = {
        "x-oss-head1": "value",
        "abc": "value",
        "zabc": "value",
        "xyz": "value",
        "content-type": "text/plain",
        "x-oss-content-sha256": "UNSIGNED-PAYLOAD",
        "x-oss-date": date_time,
    }
    if token:
        headers["x-oss-security-token"] = token
    assert _sign(date_time, headers, dict(_PARAMS), additional) == expected


@pytest.mark.parametrize(
    ("date_time", "token", "additional", "expected"),
    [
        ("20231217T025437Z", None, (), "a39966c61718be0d5b14e668088b3fa07601033f6518ac7b523100014269c0fe"),
        ("20231217T035628Z", "token", (), "3817ac9d206cd6dfc90f1c09c00be45005602e55898f26f5ddb06d7892e1f8b5"),
        ("20231217T033009Z", None, ("abc", "zabc"), "6bd984bfe531afb6db1f7550983a741b103a8c58e5e14f83ea474c2322dfa2b7"),
    ],
)
def test_v4_in_the_query(date_time: str, token: str | None, additional: tuple[str, ...], expected: str) -> None:
    """V4 in the query gives the signatures of the same file."""
    headers = {
        "x-oss-head1": "value",
        "abc": "value",
        "zabc": "value",
        "xyz": "value",
        "content-type": "application/octet-stream",
    }
    params = {
        **_PARAMS,
        "x-oss-signature-version": "OSS4-HMAC-SHA256",
        "x-oss-date": date_time,
        "x-oss-expires": "599",
        "x-oss-credential": f"ak/{date_time[:8]}/cn-hangzhou/oss/{_SCOPE}",
    }
    if token:
        params["x-oss-security-token"] = token
    if additional:
        params["x-oss-additional-headers"] = ";".join(additional)
    assert _sign(date_time, headers, params, additional) == expected


def test_v1_example_of_the_documentation() -> None:
    """V1 gives the signature of the documentation's PUT example."""
    signature = signature_v1.sign(
        method="PUT",
        bucket="oss-example",
        key="nelson",
        params={},
        headers={
            "content-md5": "ODBGOERFMDMzQTczRUY3NUE3NzA5QzdFNUYzMDQxNEM=",
            "content-type": "text/html",
            "x-oss-meta-author": "foo@bar.com",
            "x-oss-magic": "abracadabra",
        },
        date="Thu, 17 Nov 2005 18:49:58 GMT",
        secret="OtxrzxIsfpFjA7SwPzILwy8Bw21TLhquhboDYROV",
    )
    assert signature == "26NBxoKdsyly4EDv6inkoDft/yA="


@pytest.mark.parametrize("version", ["v4", "v1"])
def test_a_wrong_secret_is_refused(emulator: Emulator, make_bucket: Callable[..., oss2.Bucket], version: str) -> None:
    """A wrong secret gives SignatureDoesNotMatch with a request id, for objects and lists."""
    bucket = make_bucket(emulator, version=version, secret="wrong")
    with pytest.raises(oss2.exceptions.SignatureDoesNotMatch) as caught:
        bucket.put_object("a", b"1")
    assert caught.value.status == 403
    assert len(caught.value.request_id) == 24
    assert caught.value.ec == "0002-00000040"
    with pytest.raises(oss2.exceptions.SignatureDoesNotMatch):
        bucket.list_objects_v2()


@pytest.mark.parametrize("version", ["v4", "v1"])
def test_an_unknown_key_is_refused(emulator: Emulator, version: str) -> None:
    """An unknown key id gives InvalidAccessKeyId."""
    kind = oss2.AUTH_VERSION_4 if version == "v4" else oss2.AUTH_VERSION_1
    bucket = oss2.Bucket(oss2.make_auth("nobody", "secret", kind), emulator.url, "media-ai", region="cn-hangzhou")
    with pytest.raises(oss2.exceptions.ServerError) as caught:
        bucket.get_object("a")
    assert (caught.value.status, caught.value.code) == (403, "InvalidAccessKeyId")


def test_a_signed_address_works_until_it_is_changed_or_old(
    private_emulator: Emulator, make_bucket: Callable[..., oss2.Bucket]
) -> None:
    """A signed GET and PUT work without a key; another key, another method or a later time are refused."""
    for version in ("v4", "v1"):
        bucket = make_bucket(private_emulator, version=version)
        put = bucket.sign_url("PUT", "dir/视频 1+2.txt", 60, slash_safe=True, headers={"Content-Type": "text/plain"})
        assert requests.put(put, data=b"body", headers={"Content-Type": "text/plain"}, timeout=5).status_code == 200
        assert requests.put(put, data=b"body", headers={"Content-Type": "text/html"}, timeout=5).status_code == 403
        get = bucket.sign_url("GET", "dir/视频 1+2.txt", 60, slash_safe=version == "v4")
        assert requests.get(get, timeout=5).content == b"body"
        assert requests.get(get.replace("dir", "other"), timeout=5).status_code == 403
        assert requests.delete(get, timeout=5).status_code == 403
        private_emulator.advance(61)
        expired = requests.get(get, timeout=5)
        assert (expired.status_code, "Request has expired." in expired.text) == (403, True)
        private_emulator.advance(-61)


def test_no_signature_is_refused(emulator: Emulator) -> None:
    """Buckets are private."""
    assert requests.get(f"{emulator.url}/media-ai/a", timeout=5).status_code == 403


def _sign(date_time: str, headers: dict[str, str], params: dict[str, str], additional: tuple[str, ...]) -> str:
    return signature_v4.sign(
        method="PUT",
        bucket="bucket",
        key="1234+-/123/1.txt",
        params=params,
        headers=headers,
        additional=additional,
        date_time=date_time,
        scope=signature_v4.Scope(date=date_time[:8], region="cn-hangzhou", product="oss"),
        secret="sk",
    )
