"""The certificates of services that sign events, fetched at most once an hour."""

import time
from collections.abc import Callable
from functools import lru_cache

import httpx

from media_ai.errors import ErrorKind, ServiceError

_MOST = 64 << 10
_TIMEOUT_S = 3.0
_KEPT_S = 3600.0


def fetch_certificate(address: str, *, clock: Callable[[], float] = time.monotonic) -> bytes:
    """
    Return the PEM at an address that was checked to be of the service; it is kept for an hour at most.

    Raises:
        ServiceError: It cannot be fetched.
    """
    return _fetched(address, int(clock() // _KEPT_S))


@lru_cache(maxsize=32)
def _fetched(address: str, hour: int) -> bytes:
    """`hour` makes what was kept in an earlier one unknown."""
    try:
        # No redirects: they would lead past the check of the address.
        with httpx.stream("GET", address, timeout=_TIMEOUT_S, follow_redirects=False) as reply:
            data = b""
            for piece in reply.iter_bytes():
                data += piece
                if len(data) > _MOST:
                    raise _failed("is larger than 64 KB")
            if reply.status_code != httpx.codes.OK:
                raise _failed(f"HTTP {reply.status_code}")
            return data
    except httpx.HTTPError as exc:
        raise _failed(type(exc).__name__) from exc


def _failed(seen: str) -> ServiceError:
    message = (
        f"The certificate of an event's signature cannot be fetched ({seen}). May this machine reach aliyuncs.com?"
    )
    return ServiceError(message, service="events", code="no_certificate", kind=ErrorKind.TRANSIENT)
