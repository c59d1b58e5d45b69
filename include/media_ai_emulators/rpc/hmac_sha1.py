"""
The V1 signature (HMAC-SHA1) of the RPC family.

Source: https://www.alibabacloud.com/help/en/sdk/product-overview/rpc-mechanism, whose example is a test here.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import quote


def sign(*, method: str, params: Mapping[str, str], secret: str) -> str:
    """Return the signature in Base64 of the decoded query and form parameters without Signature."""
    pairs = [f"{quote(name, safe='~')}={quote(value, safe='~')}" for name, value in sorted(params.items())]
    text = f"{method}&%2F&{quote('&'.join(pairs), safe='~')}"
    digest = hmac.new(f"{secret}&".encode(), text.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()
