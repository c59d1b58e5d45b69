"""Check an OSS connection with a probe object that is written, read in every way, and removed."""

import uuid
from collections.abc import Callable
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from media_ai.clients.checks import Report, Step, run_checks
from media_ai.clients.oss import OssClient
from media_ai.errors import ErrorKind, ServiceError

PROBES = "media-ai/.probe/"
_DATA = b"media-ai probe"
_LINK_S = 60


def check_oss(client: OssClient) -> Report:
    """Try every operation that the product needs, on `media-ai/.probe/<random>` in the connection's bucket."""
    key = f"{PROBES}{uuid.uuid4().hex}"
    read = "oss:GetObject"
    return run_checks(
        [
            Step(name="put", permission="oss:PutObject", work=lambda: _none(client.put(key, _DATA))),
            Step(name="head", permission=read, work=_or_missing(lambda: client.head(key))),
            Step(name="range get", permission=read, work=_or_missing(lambda: client.read(key, start=1, length=5))),
            Step(name="list", permission="oss:ListObjects", work=lambda: _none(list(client.list(key)))),
            Step(name="signed link", permission=read, work=lambda: _follow(client, key)),
            Step(name="delete", permission="oss:DeleteObject", work=lambda: _delete(client, key)),
        ]
    )


def _delete(client: OssClient, key: str) -> str:
    client.delete(key)
    return ""


def _none(_: object) -> str:
    return ""


def _or_missing(work: Callable[[], object]) -> Callable[[], str]:
    """Where the probe could not be written, "no such object" still tells that reading is allowed."""

    def tried() -> str:
        try:
            work()
        except ServiceError as exc:
            if exc.kind is ErrorKind.NOT_FOUND and exc.code != "NoSuchBucket":
                return "allowed; there is no probe to read"
            raise
        return ""

    return tried


def _follow(client: OssClient, key: str) -> str:
    """Read through a link, as models and browsers do. The link goes into no message."""
    link = client.sign(key, ttl_s=_LINK_S).get_secret_value()
    status, problem = 0, ""
    try:
        with urlopen(link, timeout=20) as answer:  # noqa: S310  # an address that was made here
            answer.read()
    except HTTPError as exc:
        exc.close()
        status, problem = exc.code, f"HTTP {exc.code}"
    except (URLError, OSError) as exc:
        problem = type(getattr(exc, "reason", exc)).__name__
    if status == 404:
        return "allowed; there is no probe to read"
    if problem:
        kind = ErrorKind.PERMISSION if status == 403 else ErrorKind.NOT_FOUND
        raise ServiceError(
            f"The link at {client.link_host} cannot be read from this machine ({problem}). Check the public endpoint; "
            "new accounts need a domain of their own (CNAME) for buckets in mainland China.",
            service="oss",
            code="Link",
            kind=kind,
        )
    return f"through {client.link_host}"
