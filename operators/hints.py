"""What services say of jobs that somebody in this process waits for: asked of the catalog by one task for all."""

import asyncio
import logging
from collections.abc import Set
from contextlib import suppress

from media_ai.catalog.database import Database
from media_ai.catalog.service_events import ServiceEvents
from media_ai.errors import MediaAIError
from media_ai.settings import load_settings

log = logging.getLogger(__name__)

EVERY_S = 1.0


class Hints:
    """Wakes those who wait. Events that came before somebody waited are not told: whoever waits has just asked."""

    def __init__(self) -> None:
        self._waiting: dict[asyncio.Event, Set[str]] = {}
        self._reader: asyncio.Task[None] | None = None

    async def wait(self, subjects: Set[str], seconds: float) -> bool:
        """Wait until a service speaks of one of the subjects, or the time is over; return whether one has."""
        spoken = asyncio.Event()
        self._waiting[spoken] = subjects
        if self._reader is None or self._reader.done():
            self._reader = asyncio.create_task(self._read())
        try:
            async with asyncio.timeout(seconds):
                await spoken.wait()
        except TimeoutError:
            return False
        finally:
            del self._waiting[spoken]
        return True

    async def _read(self) -> None:
        """Read the events as long as anybody waits; without a catalog nobody is woken early, and all goes on."""
        with suppress(MediaAIError):
            events = ServiceEvents(Database(load_settings().catalog_url, patience_s=5))
            last = await asyncio.to_thread(events.newest)
            while self._waiting:
                await asyncio.sleep(EVERY_S)
                for number, subject, details in await asyncio.to_thread(events.after, last):
                    last = number
                    self._tell(subject, details)

    def _tell(self, subject: str, details: dict[str, str]) -> None:
        service = subject.partition(":")[0]
        named = {subject, *(f"{service}:{value}" for value in details.values() if isinstance(value, str))}
        for spoken, subjects in self._waiting.items():
            if subjects & named:
                spoken.set()


HINTS = Hints()
