"""Model Studio (DashScope): its addresses, its client, its errors."""

import atexit
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from media_ai.clients.credentials import ModelStudioCredentials
from media_ai.errors import ConfigurationError, ErrorKind, ServiceError

TIMEOUT_S = 300.0
RETRIES = 2
"""Of the SDK, within seconds; what takes longer is Airflow's to retry."""
_HOSTS = {
    "cn-beijing": "https://dashscope.aliyuncs.com",
    "ap-southeast-1": "https://dashscope-intl.aliyuncs.com",
    # The SDK's own table sends this region to the host of Singapore, where its keys are not known.
    "us-east-1": "https://dashscope-us.aliyuncs.com",
    "cn-hongkong": "https://cn-hongkong.dashscope.aliyuncs.com",
}
_PATHS = {"native": "/api/v1", "openai": "/compatible-mode/v1"}
_CODES: tuple[tuple[str, ErrorKind, str], ...] = (
    ("Arrearage", ErrorKind.OVERDUE, "The account's payment is overdue."),
    ("AccessDenied", ErrorKind.PERMISSION, "Activate the model, or grant it to the workspace of the key."),
    ("Model.AccessDenied", ErrorKind.PERMISSION, "Grant the model to the workspace of the key."),
    ("Model.NotExist", ErrorKind.INVALID, "The region does not offer this model, or its name is wrong."),
    ("ModelNotFound", ErrorKind.INVALID, "The region does not offer this model, or its name is wrong."),
    ("model_not_found", ErrorKind.INVALID, "The region does not offer this model, or its name is wrong."),
    ("DataInspectionFailed", ErrorKind.BLOCKED_CONTENT, "The content was refused by the provider's content filter."),
    ("data_inspection_failed", ErrorKind.BLOCKED_CONTENT, "The content was refused by the provider's content filter."),
    ("Throttling.AllocationQuota", ErrorKind.THROTTLED, "The quota of tokens per minute is used up."),
    (
        "InvalidFile.DownloadFailed",
        ErrorKind.INVALID,
        "The service could not fetch the sound: check the bucket's link.",
    ),
    ("FILE_403_FORBIDDEN", ErrorKind.INVALID, "The link to the sound was refused: it may have expired in the queue."),
    ("FILE_", ErrorKind.INVALID, "The service could not use the sound."),
    ("InvalidFile", ErrorKind.INVALID, "The service could not use the sound."),
    ("insufficient_quota", ErrorKind.QUOTA, "The quota of tokens per minute, or the free quota, is used up."),
    # By their code too: they also come as HTTP 200 with an error in the body.
    ("InternalError", ErrorKind.TRANSIENT, "It is tried again later."),
    ("ServiceUnavailable", ErrorKind.TRANSIENT, "It is tried again later."),
)


def base_url_of(credentials: ModelStudioCredentials) -> str:
    """
    Return the address of the region and protocol.

    Source: https://www.alibabacloud.com/help/en/model-studio/base-url

    Raises:
        ConfigurationError: The region has an address per workspace only, and no workspace is given.
    """
    if credentials.base_url:
        return credentials.base_url.rstrip("/")
    host = _HOSTS.get(credentials.region)
    if credentials.workspace:
        host = f"https://{credentials.workspace}.{credentials.region}.maas.aliyuncs.com"
    if host is None:
        raise ConfigurationError(f"Model Studio in '{credentials.region}' needs a workspace id, or a base URL.")
    return host + _PATHS[credentials.protocol]


def client_of(credentials: ModelStudioCredentials, *, retries: int = RETRIES) -> Any:
    """Return the client of this process: one pool of connections for all that is asked in it. Do not close it."""
    return _client_of(os.getpid(), credentials, retries)


@cache
def _client_of(process: int, credentials: ModelStudioCredentials, retries: int) -> Any:
    client = open_model_studio(credentials, retries=retries)
    # A forked process inherits what is registered, but its parent's connections are not its own to close.
    atexit.register(lambda: client.close() if os.getpid() == process else None)
    return client


def open_model_studio(
    credentials: ModelStudioCredentials, *, timeout_s: float = TIMEOUT_S, retries: int = RETRIES
) -> Any:
    """
    Return the SDK's client (dashscope.Client), a context manager; make it after a fork, not before.

    Nothing is left to the SDK's own sources, so that neither variables nor files of this machine change the account.
    """
    import dashscope

    return dashscope.Client(
        api_key=credentials.api_key.get_secret_value(),
        base_url=base_url_of(credentials),
        workspace=credentials.workspace or None,
        region=credentials.region if credentials.region in _HOSTS else None,
        protocol=credentials.protocol,
        timeout=timeout_s,
        max_retries=retries,
    )


@contextmanager
def translated(credentials: ModelStudioCredentials, what: str) -> Iterator[None]:
    """
    Turn the SDK's errors into ours; `what` names the model.

    Raises:
        ServiceError: With the kind from the table.
    """
    from dashscope.v2.errors import DashScopeError

    error: ServiceError | None = None
    try:
        yield
    except DashScopeError as exc:
        error = translate(exc, credentials, what)
    if error is not None:
        raise error from None


def translate(exc: Any, credentials: ModelStudioCredentials, what: str) -> ServiceError:
    """Return an error of the SDK as one of ours."""
    code = str(exc.code or type(exc).__name__)
    request = f"request {exc.request_id}" if exc.request_id else ""
    return failure_of(code, exc.status_code, credentials, what, detail=request)


def failure_of(
    code: str,
    status: int | None,
    credentials: ModelStudioCredentials,
    what: str,
    *,
    detail: str = "",
    is_verdict: bool = False,
) -> ServiceError:
    """Return the error of a code of the service; `detail` is shown to people and must hold no secret."""
    kind, advice = _kind_of(code, status, credentials)
    seen = ", ".join(part for part in ("" if status is None else f"HTTP {status}", code, detail) if part)
    return ServiceError(
        f"modelstudio/{what} failed ({seen}). {advice}".strip(),
        service="modelstudio",
        code=code,
        kind=kind,
        is_verdict=is_verdict,
    )


def _kind_of(code: str, status: int | None, credentials: ModelStudioCredentials) -> tuple[ErrorKind, str]:
    if code in {"InvalidApiKey", "invalid_api_key"} or status == 401:
        return ErrorKind.AUTH, (
            f"The key and the region '{credentials.region}' do not belong together, or the key is wrong: "
            "each key is valid in the region that it was made in only."
        )
    for prefix, kind, advice in _CODES:
        if code.startswith(prefix):
            return kind, advice
    if code.startswith("Throttling") or status == 429:
        return ErrorKind.THROTTLED, "It is tried again later."
    if status is None or status >= 500:
        return ErrorKind.TRANSIENT, "Check the base URL and the network; it is tried again later."
    return (ErrorKind.PERMISSION if status == 403 else ErrorKind.INVALID), ""
