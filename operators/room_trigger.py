"""Waiting until a source may start more tasks."""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

from airflow.triggers.base import BaseTrigger, TriggerEvent

from media_ai.errors import MediaAIError
from media_ai.sources.schema import Source

log = logging.getLogger(__name__)

_POLL_S = 3.0


class RoomTrigger(BaseTrigger):
    """
    Looks every few seconds whether a source has fewer unfinished tasks than it may have, and ends when it has.

    It waits for some room, not for the first: each time it ends a process is started.
    """

    def __init__(self, *, source: dict[str, Any], interval: str | None, counts: dict[str, int]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # Airflow's
        self._source = source
        self._interval = interval
        self._counts = counts

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Return what another process needs to go on."""
        given = {"source": self._source, "interval": self._interval, "counts": self._counts}
        return "operators.room_trigger.RoomTrigger", given

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Yield one event when there is room, or nothing waits any more."""
        while not await asyncio.to_thread(self._is_time):
            await asyncio.sleep(_POLL_S)
        yield TriggerEvent({"counts": self._counts})  # type: ignore[no-untyped-call]

    def _is_time(self) -> bool:
        from operators.ingest_work import items_of, room_of

        source = Source.model_validate(self._source)
        interval = datetime.fromisoformat(self._interval) if self._interval else None
        try:
            waiting = items_of(source).waiting(interval)
            return not waiting or room_of(source) >= min(waiting, max(1, source.limits.max_active // 4))
        except MediaAIError as exc:
            log.warning("%s", exc.message)
            return False
