"""What STS, IMS and VOD have in common: one SDK core, its configuration and its errors."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from media_ai.clients.access_keys import AccessKeys, KeysSource, keys_source
from media_ai.clients.credentials import AlibabaCredentials
from media_ai.errors import ErrorKind, ServiceError

# The SDK's core logs whole requests, Authorization included, when anybody sets DEBUG in the environment.
for _name in ("darabonba-core", "alibabacloud-tea"):
    logging.getLogger(_name).addFilter(lambda record: False)

_CONNECT_TIMEOUT_MS, _READ_TIMEOUT_MS = 5_000, 20_000
_EXACT: dict[str, ErrorKind] = {
    "InvalidSecurityToken.Expired": ErrorKind.AUTH,
    "InvalidTimeStamp.Expired": ErrorKind.AUTH,
    "IncompleteSignature": ErrorKind.AUTH,
    "SignatureNonceUsed": ErrorKind.TRANSIENT,
    "InDebt": ErrorKind.OVERDUE,
    "Forbidden.InDebt": ErrorKind.OVERDUE,
    # VOD: what is worth waiting for, what may not be there yet, and what is the service's fault.
    "Forbidden.IllegalStatus": ErrorKind.NOT_FOUND_YET,
    "InvalidStatus.Media": ErrorKind.NOT_FOUND_YET,
    "MediaNotFound": ErrorKind.NOT_FOUND,
    "InvalidVideo.NotFound": ErrorKind.NOT_FOUND,
    "InvalidMedia.NotFound": ErrorKind.NOT_FOUND,
    "NoSuchResource": ErrorKind.NOT_FOUND,
    "AddVideoFailed": ErrorKind.TRANSIENT,
}
_PREFIXES: tuple[tuple[str, ErrorKind], ...] = (
    ("Throttling", ErrorKind.THROTTLED),
    ("SignatureDoesNotMatch", ErrorKind.AUTH),
    ("InvalidAccessKeyId", ErrorKind.AUTH),
    ("InvalidSecurityToken", ErrorKind.AUTH),
    ("MissingSecurityToken", ErrorKind.AUTH),
    ("Forbidden", ErrorKind.PERMISSION),
    ("NoPermission", ErrorKind.PERMISSION),
    ("AccessDenied", ErrorKind.PERMISSION),
    ("ServiceUnavailable", ErrorKind.TRANSIENT),
    ("InternalError", ErrorKind.TRANSIENT),
    ("QuotaExceed", ErrorKind.QUOTA),
    ("OperationDenied", ErrorKind.OVERDUE),
)
_ADVICE = {
    ErrorKind.AUTH: "Check the access key id, its secret, the STS token and this machine's clock.",
    ErrorKind.THROTTLED: "It is tried again later.",
    ErrorKind.TRANSIENT: "Check the endpoint and the network; it is tried again later.",
    ErrorKind.OVERDUE: "The service is not activated, or the account's payment is overdue.",
    ErrorKind.QUOTA: "The account's quota is used up; raise it or remove something, then restart the task.",
    ErrorKind.NOT_FOUND_YET: "It is not ready yet; it is tried again later.",
}
_PARAMETER = re.compile(r"parameter \W?([A-Z]\w{1,60})")


def open_config(credentials: AlibabaCredentials, *, service: str, keys: KeysSource | None = None) -> Any:
    """
    Return the configuration that the alibabacloud_* SDKs take. Make clients after a fork, not before.

    Args:
        service: The first part of the endpoint's name, such as "ice" or "vod", where the connection names none.
    """
    source = keys or keys_source(credentials)
    return _config(credentials.endpoint or f"https://{service}.{credentials.region}.aliyuncs.com", credentials, source)


def sts_config(given: AccessKeys, credentials: AlibabaCredentials) -> Any:
    """Return the configuration for STS, signed with the given keys and not with those of the role."""
    endpoint = credentials.sts_endpoint or f"https://sts.{credentials.region}.aliyuncs.com"
    return _config(endpoint, credentials, lambda: given)


def _config(endpoint: str, credentials: AlibabaCredentials, source: KeysSource) -> Any:
    from alibabacloud_credentials.client import Client
    from alibabacloud_tea_openapi.utils_models import Config

    parts = urlsplit(endpoint)
    return Config(
        credential=Client(provider=_Provider(source)),
        endpoint=parts.netloc,
        protocol=parts.scheme,
        region_id=credentials.region,
        connect_timeout=_CONNECT_TIMEOUT_MS,
        read_timeout=_READ_TIMEOUT_MS,
    )


class _Provider:
    """What alibabacloud_credentials calls a provider; asked at each request, so that a session is renewed in time."""

    def __init__(self, source: KeysSource) -> None:
        self._source = source

    def get_credentials(self) -> "_Keys":
        return _Keys(self._source())

    async def get_credentials_async(self) -> "_Keys":
        return _Keys(self._source())

    def get_provider_name(self) -> str:
        return "media_ai"


class _Keys:
    """What alibabacloud_credentials calls credentials."""

    def __init__(self, keys: AccessKeys) -> None:
        self._keys = keys

    def get_access_key_id(self) -> str:
        return self._keys.key_id

    def get_access_key_secret(self) -> str:
        return self._keys.secret

    def get_security_token(self) -> str | None:
        return self._keys.security_token or None

    def get_provider_name(self) -> str:
        return "media_ai"


@contextmanager
def translated(service: str, action: str) -> Iterator[None]:
    """
    Turn the SDK's errors into ours.

    Args:
        action: The RAM action: "ice:ListMediaBasicInfos".

    Raises:
        ServiceError: With the kind from the table, and without the original, whose text may hold the request.
    """
    from darabonba.exceptions import RetryError
    from Tea.exceptions import TeaException, UnretryableException

    error: ServiceError | None = None
    try:
        yield
    except (TeaException, UnretryableException, RetryError) as exc:
        error = translate(exc, service, action)
    except OSError as exc:
        error = _error(service, action, type(exc).__name__, type(exc).__name__, ErrorKind.TRANSIENT)
    if error is not None:
        raise error from None


def translate(exc: Any, service: str, action: str) -> ServiceError:
    """Return an error of the SDK as one of ours; by code, because throttling arrives as HTTP 400."""
    cause = getattr(exc, "inner_exception", None)
    if isinstance(cause, ServiceError):
        # The keys were asked for inside the SDK's call, and the role could not be assumed.
        return cause
    status = getattr(exc, "status_code", None)
    code = str(getattr(exc, "code", None) or type(exc).__name__)
    kind = _kind_of(code, status)
    request = getattr(exc, "request_id", None)
    seen = code if status is None else f"HTTP {status}, {code}" + (f", request {request}" if request else "")
    # Nothing else of the service's text is shown: it may hold the request.
    named = _PARAMETER.search(str(getattr(exc, "message", "") or "")) if kind is ErrorKind.INVALID else None
    return _error(service, action, f"{seen}, parameter '{named[1]}'" if named else seen, code, kind)


def _kind_of(code: str, status: int | None) -> ErrorKind:
    if code in _EXACT:
        return _EXACT[code]
    for prefix, kind in _PREFIXES:
        if code.startswith(prefix):
            return kind
    if status is None or (status >= 500 and status != 501):
        return ErrorKind.TRANSIENT
    return ErrorKind.NOT_FOUND if status == 404 else ErrorKind.INVALID


def _error(service: str, action: str, seen: str, code: str, kind: ErrorKind) -> ServiceError:
    operation = action.partition(":")[2]
    advice = _ADVICE.get(kind, "")
    if kind is ErrorKind.PERMISSION:
        advice = f"Grant the RAM action {action}."
    return ServiceError(
        f"{service} {operation} failed ({seen}). {advice}".strip(), service=service.lower(), code=code, kind=kind
    )


def require_success(answer: Any, service: str, action: str) -> None:
    """
    Refuse an error that came with HTTP 200, which the SDK passes on as an answer without fields.

    Raises:
        ServiceError: There is no request id where every answer has one, or there is a code.
    """
    body = answer.body.to_map() if answer.body is not None else {}
    code = str(body.get("Code") or "")
    if code or not body.get("RequestId"):
        raise _error(service, action, code or "an answer without content", code or "EmptyAnswer", _kind_of(code, 200))


_SUCCEEDED = frozenset({"", "success", "ok", "200", "0"})


def refuse_failure(body: Any, service: str, action: str) -> dict[str, Any]:
    """
    Return the raw body of an answer that came with HTTP 200, if it says that the call was done.

    Some families say Success "false", others only give a Code; an error of the gateway has a Code and nothing else.

    Raises:
        ServiceError: It says otherwise, or says nothing.
    """
    if not isinstance(body, dict) or not body:
        raise _error(service, action, "an answer without content", "EmptyAnswer", ErrorKind.TRANSIENT)
    code, success = str(body.get("Code") or ""), str(body.get("Success", "")).lower()
    if success == "false" or (success != "true" and code.lower() not in _SUCCEEDED):
        code = "" if code.lower() in _SUCCEEDED else code
        raise _error(service, action, f"HTTP 200, {code or 'Success=false'}", code or "Failed", _kind_of(code, 200))
    return body
