"""
OSS's errors as ours, translated once. Nothing of a request's signature goes into a message.

Source: https://www.alibabacloud.com/help/en/oss/support/overview-of-error-codes
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import oss2
import requests
import urllib3

from media_ai.errors import ErrorKind, ServiceError

# At DEBUG oss2 logs the headers, signature and security token included; at INFO the text of a SignatureDoesNotMatch.
logging.getLogger("oss2").setLevel(logging.WARNING)

_KEY_ADVICE = "Check the access key id and secret of the OSS connection."
_CODES: dict[str, tuple[ErrorKind, str]] = {
    "InvalidAccessKeyId": (ErrorKind.AUTH, _KEY_ADVICE),
    "SignatureDoesNotMatch": (ErrorKind.AUTH, f"{_KEY_ADVICE} The region must be the bucket's."),
    "InvalidSecurityToken": (ErrorKind.AUTH, "The STS token does not belong to the access key; get both anew."),
    "SecurityTokenExpired": (ErrorKind.AUTH, "The STS token has expired; get a new one, or name a role to assume."),
    "RequestTimeTooSkewed": (ErrorKind.AUTH, "This machine's clock is wrong by more than 15 minutes; set it by NTP."),
    "UserDisable": (ErrorKind.OVERDUE, "The account is disabled or its payment is overdue."),
    "NoSuchBucket": (ErrorKind.NOT_FOUND, "The bucket does not exist; check its name and region."),
    "FileAlreadyExists": (ErrorKind.CONFLICT, "The object exists and is not to be replaced."),
    "PreconditionFailed": (ErrorKind.CONFLICT, "The object was replaced meanwhile."),
    "RequestTimeout": (ErrorKind.TRANSIENT, ""),
    "QpsLimitExceeded": (ErrorKind.THROTTLED, ""),
    "DownloadTrafficRateLimitExceeded": (ErrorKind.THROTTLED, ""),
    "UploadTrafficRateLimitExceeded": (ErrorKind.THROTTLED, ""),
    "InvalidObjectState": (ErrorKind.INVALID, "The object is archived; restore it first."),
    "NotImplemented": (ErrorKind.INVALID, ""),
}
_STATUSES: dict[int, ErrorKind] = {
    403: ErrorKind.PERMISSION,
    404: ErrorKind.NOT_FOUND,
    409: ErrorKind.CONFLICT,
    412: ErrorKind.CONFLICT,
    429: ErrorKind.THROTTLED,
    503: ErrorKind.THROTTLED,
}
NOT_CONFIGURED = "ClientError"


@contextmanager
def translated(action: str, bucket: str, key: str = "") -> Iterator[None]:
    """
    Turn the libraries' errors into ours.

    Args:
        action: The RAM action that the call needs: "oss:PutObject".

    Raises:
        ServiceError: With the kind from the table; without the original as cause, whose text may hold a signature.
    """
    error: ServiceError | None = None
    try:
        yield
    except oss2.exceptions.OssError as exc:
        error = translate(exc, action, bucket, key)
    except (requests.RequestException, urllib3.exceptions.HTTPError, ConnectionError, TimeoutError) as exc:
        error = _interrupted(type(exc).__name__, action, bucket, key)
    if error is not None:
        raise error from None


def translate(exc: oss2.exceptions.OssError, action: str, bucket: str, key: str = "") -> ServiceError:
    """Return an error of oss2 as one of ours."""
    if exc.status == oss2.exceptions.OSS_REQUEST_ERROR_STATUS:
        return _interrupted(type(exc.exception).__name__, action, bucket, key)
    if exc.status == oss2.exceptions.OSS_INCONSISTENT_ERROR_STATUS:
        return _interrupted("the checksum of what arrived differs", action, bucket, key)
    if exc.status == oss2.exceptions.OSS_CLIENT_ERROR_STATUS:
        return _error(f"oss2 refused the call ({exc.body})", NOT_CONFIGURED, ErrorKind.INVALID, action, bucket, key)
    code = exc.code or f"HTTP{exc.status}"
    kind, advice = _CODES.get(code) or (_kind_of(exc.status), "")
    if kind is ErrorKind.PERMISSION:
        advice = f"Grant the RAM action {action} on {_resource(action, bucket, key)}, or allow it in the bucket policy."
        if endpoint := exc.details.get("Endpoint"):
            kind, advice = (
                ErrorKind.INVALID,
                f"The bucket is at '{urlsplit('//' + endpoint).netloc}': set that endpoint.",
            )
    seen = f"HTTP {exc.status}, {code}" + (f", request {exc.request_id}" if exc.request_id else "")
    return _error(seen, code, kind, action, bucket, key, advice)


def _kind_of(status: int) -> ErrorKind:
    known = _STATUSES.get(status)
    if known is not None:
        return known
    return ErrorKind.TRANSIENT if status >= 500 and status != 501 else ErrorKind.INVALID


def _interrupted(cause: str, action: str, bucket: str, key: str) -> ServiceError:
    return _error(
        cause, "RequestError", ErrorKind.TRANSIENT, action, bucket, key, "Check the endpoint and the network."
    )


def _error(seen: str, code: str, kind: ErrorKind, action: str, bucket: str, key: str, advice: str = "") -> ServiceError:
    operation = action.partition(":")[2]
    message = f"OSS {operation} of 'oss://{bucket}/{key}' failed ({seen}). {advice}".strip()
    return ServiceError(message, service="oss", code=code, kind=kind)


def _resource(action: str, bucket: str, key: str) -> str:
    if action == "oss:ListObjects":
        return f"acs:oss:*:*:{bucket}"
    folder = key.rpartition("/")[0]
    return f"acs:oss:*:*:{bucket}/{folder + '/' if folder else ''}*"
