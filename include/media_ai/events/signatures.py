"""Whether an event comes from the service that it claims to come from, and now."""

import base64
import hashlib
import hmac
import re
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, HashAlgorithm

from media_ai.errors import ErrorKind, InputError

Headers = Mapping[str, str]
"""By lower-case name."""
FetchCertificate = Callable[[str], bytes]
"""Returns the PEM that an address leads to; the address has been checked."""

CALLBACK_WINDOW_S = 300.0
EVENTBRIDGE_WINDOW_S = 60.0
MNS_WINDOW_S = 900.0
# Whole region ids: anybody may own a bucket "x-eventbridge", also one named after a region that EventBridge is not in.
# Source: https://help.aliyun.com/document_detail/609691.htm
_SERVED = """
    cn-hangzhou cn-shanghai cn-qingdao cn-beijing cn-zhangjiakou cn-huhehaote cn-wulanchabu cn-shenzhen cn-heyuan
    cn-guangzhou cn-chengdu cn-hongkong ap-northeast-1 ap-northeast-2 ap-southeast-1 ap-southeast-3 ap-southeast-5
    ap-southeast-6 ap-southeast-7 ap-south-1 eu-central-1 eu-west-1 us-west-1 us-east-1 cn-shanghai-finance-1
"""
# Source: https://www.alibabacloud.com/help/en/oss/user-guide/regions-and-endpoints
_OTHERS = """
    cn-nanjing cn-fuzhou cn-wuhan-lr cn-zhongwei ap-southeast-2 na-south-1 me-east-1 me-central-1
    cn-hangzhou-finance cn-shenzhen-finance-1 cn-beijing-finance-1 cn-north-2-gov-1
"""
EVENTBRIDGE_REGIONS = frozenset(_SERVED.split())
OSS_REGIONS = EVENTBRIDGE_REGIONS | frozenset(_OTHERS.split())


def _places(hosts: str, regions: frozenset[str]) -> re.Pattern[str]:
    regional = hosts.replace("REGION", f"(?:{'|'.join(sorted(regions))})")
    return re.compile(rf"https://(?:{regional})\.aliyuncs\.com/[\w./-]+", re.ASCII)


_EVENTBRIDGE_CERTIFICATES = _places(r"REGION-eventbridge\.oss-accelerate", EVENTBRIDGE_REGIONS)
_MNS_CERTIFICATES = _places(r"mnstest\.oss-cn-hangzhou|mns-cert\.oss-REGION", OSS_REGIONS)
# In the order of the documentation; those that a request lacks are left out.
_EVENTBRIDGE_LINES = (
    "x-eventbridge-signature-timestamp",
    "x-eventbridge-signature-hash-method",
    "x-eventbridge-hash-method",
    "x-eventbridge-signature-version",
    "x-eventbridge-signature-url",
    "x-eventbridge-signature-token",
)


def verify_callback(
    headers: Headers, *, prefix: str, url: str, key: str, clock: Callable[[], float] = time.time
) -> None:
    """
    Check a callback of VOD ("x-vod") or IMS ("x-ice"): MD5 of "url|timestamp|key". The body is not covered.

    Args:
        url: The address as it is set up at the service, byte by byte; behind a proxy the request shows another.

    Source: https://www.alibabacloud.com/help/en/vod/user-guide/http-callback

    Raises:
        InputError: It is not signed, signed with another key or for another address, or too old.
    """
    timestamp, signature = headers.get(f"{prefix}-timestamp", ""), headers.get(f"{prefix}-signature", "")
    _require_recent(timestamp, CALLBACK_WINDOW_S, clock)
    # The service's choice of digest, not ours; what it says is only taken for a hint.
    expected = hashlib.md5(f"{url}|{timestamp}|{key}".encode(), usedforsecurity=False).hexdigest()
    if not hmac.compare_digest(expected.encode(), signature.lower().encode()):
        raise _refused("is signed with another key, or for another address than MEDIA_AI_PUBLIC_URL")


def verify_eventbridge(
    headers: Headers, body: bytes, *, url: str, fetch: FetchCertificate, clock: Callable[[], float] = time.time
) -> None:
    """
    Check an event of EventBridge, signature version 2: RSA with SHA-256 over address, headers and body.

    Source: https://help.aliyun.com/en/eventbridge/user-guide/signature-algorithm

    Raises:
        InputError: It is not signed by EventBridge, or more than 60 s old.
    """
    _require_recent(headers.get("x-eventbridge-signature-timestamp", ""), EVENTBRIDGE_WINDOW_S, clock)
    lines = [f"{name}: {headers[name]}" for name in _EVENTBRIDGE_LINES if name in headers]
    signed = "\n".join([url, *lines, ""]).encode() + body
    place = headers.get("x-eventbridge-signature-url", "")
    _verify_rsa(
        signed, headers.get("x-eventbridge-signature-v2", ""), place, _EVENTBRIDGE_CERTIFICATES, SHA256(), fetch, clock
    )


def verify_mns(
    headers: Headers,
    body: bytes,
    *,
    resource: str,
    fetch: FetchCertificate,
    clock: Callable[[], float] = time.time,
) -> None:
    """
    Check a push of MNS: RSA with SHA-1 over method, digest of the body, type, date, x-mns-* headers and path.

    Source: https://help.aliyun.com/en/mns/developer-reference/topic-message-http-subscription-signature

    Raises:
        InputError: It is not signed by MNS, its body is another one, or it is more than 15 min old.
    """
    date = headers.get("x-mns-date") or headers.get("date", "")
    _require_recent(_posix(date), MNS_WINDOW_S, clock)
    given = headers.get("content-md5", "")
    digest = hashlib.md5(body, usedforsecurity=False)
    # The documentation's sample is the Base64 of the hexadecimal digest; HTTP's own rule is that of the raw one.
    known = {base64.b64encode(digest.digest()).decode(), base64.b64encode(digest.hexdigest().encode()).decode()}
    if given and given not in known:
        raise _refused("has another body than was signed")
    own = sorted((name, value.strip()) for name, value in headers.items() if name.startswith("x-mns-"))
    head = ["POST", given, headers.get("content-type", ""), date]
    signed = "\n".join([*head, *(f"{name}:{value}" for name, value in own), resource]).encode()
    try:
        place = base64.b64decode(headers.get("x-mns-signing-cert-url", ""), validate=True).decode()
    except ValueError:
        place = ""
    place = place.replace("http://", "https://", 1)
    _verify_rsa(signed, headers.get("authorization", ""), place, _MNS_CERTIFICATES, SHA1(), fetch, clock)  # noqa: S303


def _verify_rsa(
    signed: bytes,
    signature: str,
    place: str,
    places: re.Pattern[str],
    digest: HashAlgorithm,
    fetch: FetchCertificate,
    clock: Callable[[], float],
) -> None:
    if not places.fullmatch(place):
        raise _refused("names a certificate that is not of the service")
    try:
        certificate = x509.load_pem_x509_certificate(fetch(place))
        key = certificate.public_key()
        given = base64.b64decode(signature, validate=True)
    except ValueError:
        raise _refused("has a signature or a certificate that cannot be read") from None
    if not certificate.not_valid_before_utc <= datetime.fromtimestamp(clock(), UTC) <= certificate.not_valid_after_utc:
        raise _refused("names a certificate that is not valid now; check the clock of this machine")
    if not isinstance(key, rsa.RSAPublicKey):
        raise _refused("names a certificate of another kind than RSA")
    try:
        key.verify(given, signed, padding.PKCS1v15(), digest)
    except InvalidSignature:
        raise _refused("is not signed by the service, or for another address than MEDIA_AI_PUBLIC_URL") from None


def _require_recent(timestamp: str, window_s: float, clock: Callable[[], float]) -> None:
    try:
        at = float(timestamp)
    except ValueError:
        raise _refused("has no time") from None
    if at > 1e11:
        at /= 1000  # milliseconds
    # Not "> window": that would let "nan" pass.
    if not abs(clock() - at) <= window_s:
        raise _refused(f"is {abs(clock() - at):.0f} s away from now; check the clock of this machine")


def _posix(date: str) -> str:
    try:
        moment = parsedate_to_datetime(date)
        return str((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
    except (ValueError, OverflowError):
        return ""


def _refused(why: str) -> InputError:
    return InputError(f"The event {why}.", kind=ErrorKind.PERMISSION)
