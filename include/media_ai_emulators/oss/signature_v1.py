"""
The OSS V1 signature (HMAC-SHA1), oss2's default.

Source: https://www.alibabacloud.com/help/en/oss/developer-reference/include-signatures-in-the-authorization-header,
whose example is a test here.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import quote

from media_ai_emulators.credentials import Keys

_NAMES = """
    accessPoint accessPointPolicy acl append asyncFetch bucketArchiveDirectRead bucketInfo callback callback-var cname comp
    continuation-token cors delete encryption endTime group httpsConfig img inventory inventoryId lifecycle link live location
    logging metaQuery objectInfo objectMeta partNumber policy position publicAccessBlock qos qosInfo qosRequester
    redundancyTransition referer regionList replication replicationLocation replicationProgress requestPayment requesterQosInfo
    resourceGroup resourcePool resourcePoolBuckets resourcePoolInfo response-cache-control response-content-disposition
    response-content-encoding response-content-language response-content-type response-expires restore security-token sequential
    startTime stat status style styleName symlink tagging transferAcceleration uploadId uploads versionId versioning versions vod
    website worm wormExtend wormId x-oss-ac-forward-allow x-oss-ac-source-ip x-oss-ac-subnet-mask x-oss-ac-vpc-id
    x-oss-access-point-name x-oss-async-process x-oss-process x-oss-redundancy-transition-taskid x-oss-request-payer
    x-oss-target-redundancy-type x-oss-traffic-limit x-oss-write-get-object-response
"""
SUBRESOURCES = frozenset(_NAMES.split())
"""Query parameters that count; all others are not signed."""


def sign(
    *,
    method: str,
    bucket: str,
    key: str,
    params: Mapping[str, str],
    headers: Mapping[str, str],
    date: str,
    secret: str,
) -> str:
    """
    Return the signature in Base64.

    Args:
        headers: All headers, lower-case names.
        date: The Date (or x-oss-date) header, or the expiry in POSIX seconds of a signed address.
    """
    oss_headers = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers) if name.startswith("x-oss-"))
    text = "\n".join(
        (
            method,
            headers.get("content-md5", ""),
            headers.get("content-type", ""),
            date,
            oss_headers + _resource(bucket, key, params),
        )
    )
    digest = hmac.new(secret.encode(), text.encode("utf-8", "surrogateescape"), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def signed_address(*, host: str, bucket: str, key: str, keys: Keys, expires: int) -> str:
    """Return an address that opens an object of this emulator until `expires`, POSIX seconds."""
    signature = sign(
        method="GET", bucket=bucket, key=key, params={}, headers={}, date=str(expires), secret=keys.access_key_secret
    )
    query = f"Expires={expires}&OSSAccessKeyId={quote(keys.access_key_id)}&Signature={quote(signature, safe='')}"
    return f"http://{host}/{bucket}/{quote(key)}?{query}"


def _resource(bucket: str, key: str, params: Mapping[str, str]) -> str:
    named = sorted(name for name in params if name in SUBRESOURCES)
    query = "&".join(f"{name}={params[name]}" if params[name] else name for name in named)
    return (f"/{bucket}/{key}" if bucket else "/") + (f"?{query}" if query else "")
