"""Signatures are taken off whatever a service answers."""

import json

import pytest

from media_ai.clients.unsigned import KEPT_BACK, unsigned, without_signatures


@pytest.mark.parametrize(
    "query",
    [
        "OSSAccessKeyId=LTAI&Expires=1&Signature=sentinel",
        "x-oss-date=1&x-oss-signature=sentinel",
        "x-oss-signature-version=OSS4-HMAC-SHA256&x-oss-credential=sentinel",
        "auth_key=1-0-0-sentinel",
        "MtsHlsUriToken=sentinel",
        "a=1&security-token=sentinel",
        "%53ignature=sentinel",
    ],
)
def test_signed_addresses_end_before_the_query(query: str) -> None:
    """Alone, inside of a text, and inside of JSON inside of a text."""
    place = "https://b.oss-cn-shanghai.aliyuncs.com/视 1.mp4".replace(" ", "%20")
    url = f"{place}?{query}"
    assert without_signatures(url) == place
    assert without_signatures(f"see '{url}' and <{url}>.") == f"see '{place}' and <{place}>."
    nested = {"AIImageResult": json.dumps([{"Url": url, "Score": 1}]), "List": [url, {"Url": url}]}
    assert "sentinel" not in json.dumps(unsigned(nested))
    assert json.loads(unsigned(nested)["AIImageResult"])[0]["Url"] == place


def test_escaped_ampersands_hide_nothing() -> None:
    """JSON writers that escape '&' do not help a signature through."""
    for text in (
        '{"Url":"https://b/a.mp4?Expires=1\\u0026Signature=sentinel"}',
        '{"Url":"https:\\/\\/b\\/a.mp4?a=1\\u0026Signature=sentinel"}',
        "https://b/a.mp4?redirect=x?y&Signature=sentinel",
    ):
        assert "sentinel" not in without_signatures(text)


def test_other_addresses_stay() -> None:
    """A page, a parameter that signs nothing, an address without a query."""
    for text in ("https://a.com/?page=2&size=10", "https://a.com/b", "oss://b/k?x", "no address", ""):
        assert without_signatures(text) == text


def test_credentials_in_answers_are_kept_back() -> None:
    """Whole values under names that are credentials; tokens of lists and requests stay."""
    answer = {
        "PlayAuth": "sentinel",
        "UploadAuth": "sentinel",
        "Credentials": {"AccessKeySecret": "sentinel", "SecurityToken": "sentinel"},
        "AuthKey": "sentinel",
        "NextToken": "kept",
        "ScrollToken": "kept",
        "ClientToken": "kept",
        "Empty": None,
        "Count": 3,
        "Ok": True,
    }
    found = unsigned(answer)
    assert "sentinel" not in json.dumps(found)
    assert found["PlayAuth"] == KEPT_BACK
    assert [found[name] for name in ("NextToken", "ScrollToken", "ClientToken", "Empty", "Count", "Ok")] == [
        "kept",
        "kept",
        "kept",
        None,
        3,
        True,
    ]


def test_halves_of_characters_are_replaced() -> None:
    """No store takes them, and a service may well send one."""
    assert unsigned(json.loads('["\\ud83d", "\\ud83d\\ude00"]')) == ["\ufffd", "😀"]
