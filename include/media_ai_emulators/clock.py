"""Time as the services see it; tests move it instead of waiting for a token to expire."""

import time
from datetime import UTC, datetime


class Clock:
    """The real time plus what was advanced. Times are POSIX seconds."""

    def __init__(self) -> None:
        self._offset_s = 0.0

    def now(self) -> float:
        """Return the services' time: it decides expiry and how far jobs are."""
        return time.time() + self._offset_s

    def advance(self, seconds: float) -> None:
        """Move the services' time forward; the check of a caller's clock stays on real time."""
        self._offset_s += seconds

    def reset(self) -> None:
        """Go back to the real time."""
        self._offset_s = 0.0


def iso(at: float) -> str:
    """Return "2026-11-21T15:00:00Z"."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def iso_millis(at: float) -> str:
    """Return "2026-11-21T15:00:00.000Z"."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def from_iso(text: str) -> float:
    """
    Return the POSIX time of "2026-11-21T15:00:00Z" or "20261121T150000Z".

    Raises:
        ValueError: The text has another form.
    """
    form = "%Y-%m-%dT%H:%M:%SZ" if "-" in text else "%Y%m%dT%H%M%SZ"
    return datetime.strptime(text, form).replace(tzinfo=UTC).timestamp()


def is_skewed(at: float) -> bool:
    """Tell whether a caller's time is more than 15 minutes off, the limit of every Alibaba Cloud signature."""
    return abs(time.time() - at) > 900
