"""
The OSS V4 signature (OSS4-HMAC-SHA256).

Source: https://www.alibabacloud.com/help/en/oss/developer-reference/recommend-to-use-signature-version-4, checked against the
vectors in tests/unit/signer/test_v4.py of aliyun/alibabacloud-oss-python-sdk-v2.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

ALGORITHM = "OSS4-HMAC-SHA256"
_ALWAYS_SIGNED = ("content-type", "content-md5")


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What a V4 credential says beside the key id; `date` is YYYYMMDD."""

    date: str
    region: str
    product: str

    def __str__(self) -> str:
        return f"{self.date}/{self.region}/{self.product}/aliyun_v4_request"


def sign(
    *,
    method: str,
    bucket: str,
    key: str,
    params: Mapping[str, str],
    headers: Mapping[str, str],
    additional: tuple[str, ...] = (),
    date_time: str,
    scope: Scope,
    secret: str,
) -> str:
    """
    Return the signature in hex.

    Args:
        params: The decoded query without x-oss-signature.
        headers: All headers, lower-case names; those that count are chosen here.
        additional: Names of further signed headers, lower case.
        date_time: Like 20261121T150000Z.
    """
    canonical = "\n".join(
        (
            method,
            quote(f"/{bucket}/{key}" if bucket else "/", safe="/~"),
            _query(params),
            _headers(headers, additional),
            ";".join(sorted(additional)),
            headers.get("x-oss-content-sha256", "UNSIGNED-PAYLOAD"),
        )
    )
    digest = hashlib.sha256(canonical.encode("utf-8", "surrogateescape")).hexdigest()
    text = f"{ALGORITHM}\n{date_time}\n{scope}\n{digest}"
    return hmac.new(_signing_key(secret, scope), text.encode(), hashlib.sha256).hexdigest()


def _query(params: Mapping[str, str]) -> str:
    pairs = sorted((quote(name, safe="~"), quote(value, safe="~")) for name, value in params.items())
    return "&".join(f"{name}={value}" if value else name for name, value in pairs)


def _headers(headers: Mapping[str, str], additional: tuple[str, ...]) -> str:
    signed = sorted(
        name for name in headers if name.startswith("x-oss-") or name in _ALWAYS_SIGNED or name in additional
    )
    return "".join(f"{name}:{headers[name]}\n" for name in signed)


def _signing_key(secret: str, scope: Scope) -> bytes:
    key = f"aliyun_v4{secret}".encode()
    for part in (scope.date, scope.region, scope.product, "aliyun_v4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key
