"""How often a service may be called: one turn after another, shared by all who ask for the same key."""

import threading
import time
from collections.abc import Callable
from typing import Protocol

_SLICE_S = 0.5
"""A stop is noticed within this time while a turn is waited for."""


class Limits(Protocol):
    """Hands out turns."""

    def reserve(self, key: str, *, interval_s: float, burst_s: float = 0.0) -> float:
        """
        Reserve a turn; return the seconds until it comes, 0 for at once.

        Generic cell rate algorithm (ITU-T I.371): each turn moves the key's next one by `interval_s`; what was not used is
        saved up to `burst_s`.
        """
        ...


class ProcessLimits:
    """Turns of this process only. Safe between threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._next: dict[str, float] = {}

    def reserve(self, key: str, *, interval_s: float, burst_s: float = 0.0) -> float:
        with self._lock:
            now = self._clock()
            turn = max(self._next.get(key, 0.0), now - burst_s)
            self._next[key] = turn + interval_s
            return max(turn - now, 0.0)


def wait_for_turn(
    limits: Limits,
    key: str,
    *,
    per_second: float,
    units: float = 1.0,
    burst_s: float = 0.0,
    check_stopped: Callable[[], None] = lambda: None,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """
    Wait until `units` more may be used of what `key` gives `per_second` of; 0 means no limit.

    Raises:
        StoppedError: By `check_stopped`, while waiting.
    """
    if per_second <= 0:
        return
    left = limits.reserve(key, interval_s=units / per_second, burst_s=burst_s)
    while left > 0:
        check_stopped()
        sleep(min(left, _SLICE_S))
        left -= _SLICE_S
