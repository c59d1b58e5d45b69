"""
A limit on the time that one call into a decoder may take.

A broken file can send a decoder into a loop inside its library, where nothing in Python can interrupt it. The process that
runs the task is then ended with a sentence in its log: Airflow sees it fail and tries it again, and the worker goes on.
"""

import logging
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

log = logging.getLogger(__name__)

LIMIT_S = 120.0
"""Decoding one picture takes a second at worst; a machine that is overloaded a hundredfold still passes."""
EXIT_CODE = 70
"""EX_SOFTWARE of sysexits.h."""


class Watch:
    """Measures the calls for one file."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.since: float | None = None
        """When the call that is under way began, by the monotonic clock."""

    @contextmanager
    def call(self) -> Iterator[None]:
        """Limit what is done inside to LIMIT_S."""
        self.since = time.monotonic()
        try:
            yield
        finally:
            self.since = None


class _Watchdog:
    """The thread that looks at all watches of this process."""

    def __init__(self) -> None:
        self.watches: list[Watch] = []
        self.lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def add(self, watch: Watch) -> None:
        with self.lock:
            self.watches.append(watch)
            if self._thread is None:
                self._thread = threading.Thread(target=self._look, name="decoding-watchdog", daemon=True)
                self._thread.start()

    def remove(self, watch: Watch) -> None:
        with self.lock:
            # Not there in a forked process that ends what its parent had begun.
            self.watches = [other for other in self.watches if other is not watch]

    def _look(self) -> None:
        while True:
            time.sleep(min(LIMIT_S / 10, 5.0))
            now = time.monotonic()
            with self.lock:
                hung = [watch.name for watch in self.watches if watch.since is not None and now - watch.since > LIMIT_S]
            if hung:
                _end(hung[0])


_watchdog = _Watchdog()
# A forked process has no thread, and perhaps a lock that nobody will open.
os.register_at_fork(after_in_child=_watchdog.__init__)  # type: ignore[misc]


@contextmanager
def watching(name: str) -> Iterator[Watch]:
    """
    Watch calls that decode a file.

    Args:
        name: What to call the file in the message.
    """
    watch = Watch(name)
    _watchdog.add(watch)
    try:
        yield watch
    finally:
        _watchdog.remove(watch)


def _end(name: str) -> None:
    log.error(
        "Decoding '%s' has not come back for %.0f s; this process ends. The file is damaged in a way that its decoder "
        "cannot handle: convert it again, or leave the damaged part out with 'start' and 'end'.",
        name,
        LIMIT_S,
    )
    logging.shutdown()
    os._exit(EXIT_CODE)
