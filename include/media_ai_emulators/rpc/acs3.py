"""
The V3 signature (ACS3-HMAC-SHA256), which the alibabacloud_* SDKs send.

Source: https://www.alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature,
whose example is a test here.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

ALGORITHM = "ACS3-HMAC-SHA256"


@dataclass(frozen=True, kw_only=True)
class Authorization:
    """The parts of the Authorization header; `signed_headers` are lower case, in the order given."""

    key_id: str
    signed_headers: tuple[str, ...]
    signature: str

    @classmethod
    def parse(cls, header: str) -> "Authorization | None":
        """Return the parts, or None if one is missing."""
        fields = dict(re.findall(r"(\w+)=([^,\s]+)", header.removeprefix(ALGORITHM)))
        if not {"Credential", "SignedHeaders", "Signature"} <= fields.keys():
            return None
        return cls(
            key_id=fields["Credential"],
            signed_headers=tuple(fields["SignedHeaders"].lower().split(";")),
            signature=fields["Signature"],
        )


def sign(
    *,
    method: str,
    path: str,
    query: Mapping[str, str],
    headers: Mapping[str, str],
    signed_headers: tuple[str, ...],
    body_sha256: str,
    secret: str,
    is_empty_bare: bool = False,
) -> str:
    """
    Return the signature in hex.

    Args:
        query: The decoded query.
        headers: All headers, lower-case names; a signed one that is missing counts as empty.
        is_empty_bare: Sign an empty value as "name", as older SDKs do, instead of "name=".
    """
    canonical = "\n".join(
        (
            method,
            quote(path, safe="/~"),
            _query(query, is_empty_bare=is_empty_bare),
            "".join(f"{name}:{headers.get(name, '').strip()}\n" for name in signed_headers),
            ";".join(signed_headers),
            body_sha256,
        )
    )
    text = f"{ALGORITHM}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def _query(query: Mapping[str, str], *, is_empty_bare: bool) -> str:
    pairs = [(quote(name, safe="~"), quote(value, safe="~")) for name, value in sorted(query.items())]
    return "&".join(name if is_empty_bare and not value else f"{name}={value}" for name, value in pairs)
