"""Whether the system works, found out quickly and without work for whoever asks often."""

import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from media_ai.catalog.database import Database
from media_ai.catalog.deliveries import Deliveries
from media_ai.catalog.migrate import current_revision, head_revision
from media_ai.clients.credentials import CredentialsOf
from media_ai.errors import CatalogError, ErrorKind, MediaAIError, StoreError, SystemStateError
from media_ai.settings import Settings
from media_ai.store.opening import open_store

Check = Callable[[], str]
"""Returns a line on what works, or raises MediaAIError."""
LONGEST_S = 2.0
_KEPT_S = 2.0
_LOW_DISK_BYTES = 1_000_000_000
_LONG_LAG_S = 300.0


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What a check found."""

    is_well: bool
    detail: str


@dataclass(frozen=True, kw_only=True)
class Vitals:
    """
    What was found.

    Attributes:
        vital: What nothing works without.
        others: What should be looked at.
    """

    vital: Mapping[str, Finding]
    others: Mapping[str, Finding]

    @property
    def status(self) -> str:
        """A word: healthy, degraded or unhealthy."""
        if not all(finding.is_well for finding in self.vital.values()):
            return "unhealthy"
        return "healthy" if all(finding.is_well for finding in self.others.values()) else "degraded"


class Watch:
    """Runs checks side by side, 2 s at most; what was found counts for 2 s, so that many who ask cost as much as one."""

    def __init__(self, vital: Mapping[str, Check], others: Mapping[str, Check]) -> None:
        self._vital, self._others = dict(vital), dict(others)
        self._checks = self._vital | self._others
        self._pool = ThreadPoolExecutor(len(self._checks), thread_name_prefix="health")
        self._going: dict[str, Future[Finding]] = {}
        self._lock = threading.Lock()
        self._found: tuple[float, Vitals] | None = None

    def look(self) -> Vitals:
        """Return how the system is now, or was 2 s ago at most."""
        with self._lock:
            if self._found is None or time.monotonic() - self._found[0] > _KEPT_S:
                found = self._look()
                vitals = Vitals(
                    vital={name: found[name] for name in self._vital},
                    others={name: found[name] for name in self._others},
                )
                self._found = (time.monotonic(), vitals)
            return self._found[1]

    def _look(self) -> dict[str, Finding]:
        for name, check in self._checks.items():
            # One that hangs is not started again: a dead file server must not eat all threads.
            if (going := self._going.get(name)) is None or going.done():
                self._going[name] = self._pool.submit(_finding, check)
        wait(self._going.values(), timeout=LONGEST_S)
        late = Finding(is_well=False, detail=f"no answer within {LONGEST_S:g} s")
        return {name: going.result() if going.done() else late for name, going in self._going.items()}


def _finding(check: Check) -> Finding:
    try:
        return Finding(is_well=True, detail=check())
    except MediaAIError as exc:
        return Finding(is_well=False, detail=exc.message)
    except Exception as exc:
        # An edge that reports: a check that breaks is a system that may be broken.
        return Finding(is_well=False, detail=f"the check failed ({type(exc).__name__})")


def checks_of(settings: Settings, credentials_of: CredentialsOf) -> tuple[dict[str, Check], dict[str, Check]]:
    """Return the checks of what is ours: vital ones and others."""
    database = Database(settings.catalog_url, patience_s=2)
    vital = {
        "catalog": lambda: check_catalog(database),
        "store": lambda: check_store(settings.store_address, credentials_of),
    }
    return vital, {"disk": lambda: check_disk(settings.home), "outbox": lambda: check_outbox(database)}


def check_catalog(database: Database) -> str:
    """Return the catalog's place; raise CatalogError if it does not answer or is of another version."""
    with database.transaction() as connection:
        current = current_revision(connection)
    if current != _head():
        raise CatalogError(
            f"{database.place} is at revision {current}, this version needs {_head()}. Run 'media-ai migrate'.",
            kind=ErrorKind.INVALID,
        )
    return f"{database.place}, revision {current}"


def check_store(address: str, credentials_of: CredentialsOf) -> str:
    """Return where results are kept; raise StoreError if nothing can be written there."""
    if not address.startswith("file://"):
        store = open_store(address, credentials_of)
        store.read(store.put_bytes(b"media-ai health", "text/plain"))
        return address
    folder = Path(unquote(urlsplit(address).path))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b"media-ai health")
            probe.flush()
    except OSError as exc:
        raise StoreError(
            f"Nothing can be written to {folder} ({exc.strerror}). Check the disk and its rights."
        ) from exc
    return address


def check_disk(home: Path) -> str:
    """Return how much room there is; raise SystemStateError below 1 GB."""
    free = shutil.disk_usage(home).free
    if free < _LOW_DISK_BYTES:
        raise SystemStateError(f"{free / 1e9:.1f} GB are free below {home}. Make room.")
    return f"{free / 1e9:.1f} GB free"


def check_outbox(database: Database) -> str:
    """Return how far deliveries are behind; raise SystemStateError if the deliverer does not come."""
    lag = Deliveries(database).lag_s()
    if lag > _LONG_LAG_S:
        raise SystemStateError(
            f"Notifications have been due for {lag:.0f} s. Is the DAG media_ai_notifications paused, or the triggerer down?"
        )
    return f"{lag:.0f} s behind"


@cache
def _head() -> str | None:
    return head_revision()
