"""Progress of long work as log lines that a person understands: how far, how fast, how long still."""

import logging
import time
from collections.abc import Callable

log = logging.getLogger(__name__)

_EVERY_S = 5.0


class Progress:
    """Reports at most one line every five seconds, and notices a stop between steps."""

    def __init__(
        self,
        label: str,
        *,
        check_stopped: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._label = label
        self._check_stopped = check_stopped
        self._clock = clock
        self._start = self._last = clock()

    def update(self, done: float, total: float, unit: str) -> None:
        """
        Say how much of the work is done; call it as often as you like.

        Raises:
            StoppedError: The run was stopped; let it pass.
        """
        self._check_stopped()
        now = self._clock()
        if now - self._last < _EVERY_S or total <= 0:
            return
        self._last = now
        share = min(done / total, 1.0)
        left = (now - self._start) * (1 - share) / share if share > 0 else 0.0
        log.info(
            "%s: %.0f of %.0f %s (%.0f %%), about %.0f s left",
            self._label,
            done,
            total,
            unit,
            100 * share,
            left,
        )
