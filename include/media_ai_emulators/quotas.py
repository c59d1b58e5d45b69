"""Calls per second that a service takes before it throttles."""

import threading
import time
from collections import deque
from collections.abc import Mapping


class Quotas:
    """A sliding window of one second per service; a service without a limit is never throttled. Safe between threads."""

    def __init__(self, per_second: Mapping[str, int]) -> None:
        self._per_second = dict(per_second)
        self._seen: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def set(self, per_second: Mapping[str, int]) -> None:
        """Replace the limits, such as {"dashscope": 20}."""
        with self._lock:
            self._per_second = dict(per_second)
            self._seen.clear()

    def as_json(self) -> dict[str, int]:
        """Return the limits in force."""
        return dict(self._per_second)

    def is_exceeded(self, service: str) -> bool:
        """Count a call, and tell whether it is one too many. Refused calls do not count against the limit."""
        limit = self._per_second.get(service)
        if limit is None:
            return False
        now = time.monotonic()
        with self._lock:
            seen = self._seen.setdefault(service, deque())
            while seen and now - seen[0] >= 1.0:
                seen.popleft()
            if len(seen) >= limit:
                return True
            seen.append(now)
        return False
