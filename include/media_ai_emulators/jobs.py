"""Jobs that take a while: where one stands follows from the clock alone."""

import hashlib

from media_ai_emulators.records import Record

WAITING, RUNNING, DONE = "waiting", "running", "done"


def phase(record: Record, now: float, takes_s: float) -> str:
    """Return where a job created at record["created"] stands: it waits for a quarter of its time."""
    age = now - record["created"]
    if age >= takes_s:
        return DONE
    return RUNNING if age >= takes_s / 4 else WAITING


def digest_number(text: str, below: int) -> int:
    """Return a number that is always the same for a text, from 0 on."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") % below
