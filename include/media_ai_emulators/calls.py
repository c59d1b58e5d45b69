"""The log of calls that tests read to count what was submitted. It never holds a secret."""

import re
import threading
import time
from collections import deque
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import unquote

_QUERY_OF_URL = re.compile(r"(https?://[^\s?\"'\\]+)\?[^\s\"'\\]*")
_SECRET = re.compile(r"signature|secret|token$|accesskeyid|authorization|auth$|authkey|password", re.IGNORECASE)
_HARMLESS = ("ClientToken", "NextToken", "ScrollToken", "continuation-token")
_KEPT = 10_000


@dataclass(kw_only=True)
class Call:
    """One call: `params` are its key parameters, `status` the HTTP status answered (0 while it runs), `code` the error."""

    service: str
    operation: str
    params: dict[str, str]
    status: int = 0
    code: str = ""
    fault: str = ""
    at: float = field(default_factory=time.time)


class CallLog:
    """The last 10,000 calls, oldest first. Safe between threads."""

    def __init__(self) -> None:
        self._calls: deque[Call] = deque(maxlen=_KEPT)
        self._lock = threading.Lock()

    def add(self, service: str, operation: str, params: dict[str, Any]) -> Call:
        """Note a call that begins."""
        call = Call(service=service, operation=operation, params=without_secrets(params))
        with self._lock:
            self._calls.append(call)
        return call

    def find(self, service: str | None = None, operation: str | None = None) -> list[Call]:
        """Return the calls of a service and operation, oldest first."""
        with self._lock:
            calls = list(self._calls)
        return [call for call in calls if service in {None, call.service} and operation in {None, call.operation}]

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._calls.clear()

    def as_json(self, service: str | None, operation: str | None) -> list[dict[str, Any]]:
        """Return the calls as the admin endpoint shows them."""
        return [asdict(call) for call in self.find(service, operation)]


def without_secrets(params: dict[str, Any]) -> dict[str, str]:
    """Return the parameters as short texts, without credentials and without the query part of any address (it may sign)."""
    kept = {}
    for name, value in params.items():
        if name in _HARMLESS or not _SECRET.search(name):
            kept[name] = _QUERY_OF_URL.sub(r"\1?…", _readable(str(value)))[:500]
    return kept


def _readable(value: str) -> str:
    # VOD's lists of addresses are percent-encoded once more, which would hide the query part.
    return unquote(value) if "%3A%2F%2F" in value.upper() else value
