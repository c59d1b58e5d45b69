"""Signatures are taken off whatever a service answers."""

import importlib.util
import json
import re
from pathlib import Path

import pytest

from media_ai.clients.unsigned import KEPT_BACK, is_secret, unsigned, without_signatures


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


@pytest.mark.parametrize(
    ("signed", "place"),
    [
        ("artc://h/app/s?auth_key=1-0-0-sentinel", "artc://h/app/s"),
        ("webrtc://h/app/s?a=1&auth_key=sentinel", "webrtc://h/app/s"),
        ("srt://h:1105?streamid=#!::h=h,auth_key=sentinel", "srt://h:1105"),
        ("rtmp:\\/\\/h\\/app\\/s?auth_key=sentinel", "rtmp:\\/\\/h\\/app\\/s"),
        ("//b.oss-cn-shanghai.aliyuncs.com/a.mp4?Signature=sentinel", "//b.oss-cn-shanghai.aliyuncs.com/a.mp4"),
        ("h/app/s?auth_key=sentinel", "h/app/s"),
        ("/课/a.mp4?Expires=1&Signature=sentinel", "/课/a.mp4"),
        ("https://b/a.m3u8?wsTime=1&wsSecret=sentinel", "https://b/a.m3u8"),
        ("https://b/a.mp4?Expires\\u003d1\\u0026Signature\\u003dsentinel", "https://b/a.mp4"),
        ("https://p/?url=https%3A%2F%2Fb%2Fa.mp4%3FSignature%3Dsentinel", "https://p/"),
    ],
)
def test_addresses_of_any_scheme_and_of_none_lose_their_signature(signed: str, place: str) -> None:
    """Also where the writer has escaped what separates its parts."""
    assert without_signatures(signed) == place
    assert without_signatures(f'{{"Url":"{signed}","n":1}}') == f'{{"Url":"{place}","n":1}}'


def test_long_texts_without_addresses_stay() -> None:
    """A megabyte of letters and of escaped slashes is read once; once for each letter would take hours."""
    for text in ("课" * 1_000_000, "\\/a" * 300_000, "?" * 1_000_000, "a?b=" * 250_000):
        assert without_signatures(text) == text


def test_pairs_whose_name_is_data_are_kept_back() -> None:
    """Settings of a domain come as ArgName and ArgValue: its two keys for signed addresses are among them."""
    answer = [
        {"ArgName": "auth_key1", "ArgValue": "sentinel"},
        {"ArgName": "auth_key2", "ArgValue": "sentinel"},
        {"ArgName": "auth_type", "ArgValue": "type_a"},
        {"Name": "SecretKey", "Value": "sentinel"},
        {"Name": "Subject", "Value": "bees"},
    ]
    found = unsigned(answer)
    assert "sentinel" not in json.dumps(found)
    assert found[0] == {"ArgName": "auth_key1", "ArgValue": KEPT_BACK}
    assert [found[2]["ArgValue"], found[4]["Value"]] == ["type_a", "bees"]


def test_every_credential_of_the_services_answers_is_covered() -> None:
    """A field of an answer whose name looks like a credential is kept back, or known to be harmless; new ones are found here."""
    looking = {name for name in _fields_of_answers() if _LOOKS_SECRET.search(name)}
    harmless = {name for names in _HARMLESS.values() for name in names.split()}
    assert {name for name in looking if not is_secret(name)} == harmless
    for name in ("AppPlayKey", "PlayKey", "AppEncryptKey", "Token", "SrtPassphrase", "AuthKey"):
        assert name in looking
        assert unsigned({name: "sentinel"}) == {name: KEPT_BACK}


_LOOKS_SECRET = re.compile(
    r"key(?!word)|token|auth|secret|sign(?!al[^g])|pass(?!ed)|credential|plaintext|cipher|crypt|licen|private|cert|nonce",
    re.IGNORECASE,
)
_HARMLESS = {
    "marks of a page or of a request, worth nothing without the account's keys": "ClientToken NextPageToken NextToken ScrollToken",
    "encrypted: only who may use the key of KMS can read it": "CipherText CiphertextBlob",
    "names and kinds of keys, and where they are asked for": "DecryptKeyUri KeyId KeyServiceType PrimaryKey SrtPbKeyLen SrtPbkeyLen "
    "BackupSrtPbkeyLen",
    "an object whose fields are looked at one by one": "AuthCodeList DataKey",
    "how something is encrypted or signed": "Encrypt EncryptMode EncryptSetting EncryptType Encryption EncryptionMethod",
    "certificates are public; their private keys are not answered": "Cert CertDomainName CertExpireTime CertId CertIdentifier "
    "CertInfo CertInfos CertLife CertList CertName CertOrg CertRegion CertStartTime CertType CertUpdateTime CertificateListModel "
    "DomainMatchCert ServerCertificate ServerCertificateStatus SignAlgorithm",
    "counts, ids and dates of licenses": "LicenseConfigs LicenseCount LicenseInfoList LicenseItemId LicenseItemIds",
    "who was refused what, switches, methods and times": "Auth AuthAction AuthPrincipalDisplayName AuthPrincipalOwnerId "
    "AuthPrincipalType AuthSwitch Authorized RemainingAuthTime",
    "the fingerprint of an app's package": "PkgSignature",
    "the salt of a token that is kept back": "Nonce",
    "the name of a parameter": "Key",
    "passes and is passed on, as a verb": "AdMarkerPassthrough Pass",
}


def _fields_of_answers() -> set[str]:
    found: set[str] = set()
    for package in ("alibabacloud_ice20201109", "alibabacloud_vod20170321"):
        spec = importlib.util.find_spec(package)
        assert spec is not None
        assert spec.origin is not None
        for path in (Path(spec.origin).parent / "models").glob("*.py"):
            if not path.stem.endswith("request"):
                found.update(re.findall(r"result\['(\w+)'\]", path.read_text("utf-8")))
    assert len(found) > 1000
    return found


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
