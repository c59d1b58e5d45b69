"""Waiting for remote jobs in the triggerer, where a thousand of them cost no process."""

import asyncio
import logging
import random
import time
from collections.abc import AsyncIterator
from typing import Any

from airflow.triggers.base import BaseTrigger, TriggerEvent

from media_ai.clients.remote import KINDS, RemoteJob, cancel, pause_s, subjects_of
from media_ai.errors import MediaAIError
from media_ai.waiting import ask

log = logging.getLogger(__name__)


class RemoteJobTrigger(BaseTrigger):
    """
    Asks a service for a job until it has ended, or `until` (POSIX seconds) has come.

    It may start anew at any time, in another process too. Whether the job ended well is for the worker to find out: it asks
    once more, and collects.
    """

    def __init__(self, *, job: dict[str, Any], until: float) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # Airflow's
        self._job = RemoteJob.model_validate(job)
        self._until = until

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Return what another process needs to go on."""
        return "operators.triggers.RemoteJobTrigger", {"job": self._job.model_dump(mode="json"), "until": self._until}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Yield one event: "ended", "failed" or "late"."""
        asked = 0
        while True:
            # Jobs that were submitted together shall not be asked for together.
            pause = pause_s(self._job, asked + 1) * random.uniform(0.8, 1.2)  # noqa: S311  # no secret
            await self._sleep(min(pause, max(self._until - time.time(), 0.0)))
            outcome = await asyncio.to_thread(self._ask)
            asked += 1
            if outcome is None and time.time() >= self._until:
                outcome = "late"
            if outcome is not None:
                yield TriggerEvent({"outcome": outcome})  # type: ignore[no-untyped-call]
                return

    async def _sleep(self, seconds: float) -> None:
        """Sleep, or until the service says something of the job."""
        from operators.hints import HINTS

        await HINTS.wait(subjects_of(self._job), seconds)

    def _ask(self) -> str | None:
        from operators.worker import access

        try:
            state = ask(self._job, access())
        except MediaAIError as exc:
            log.warning("%s", exc.message)
            return "failed"
        if state is None:
            return None
        log.info("%s: %s %s", KINDS[self._job.kind].service, self._job.id, state.note)
        return "ended" if state.is_done or state.is_gone else None

    async def on_kill(self) -> None:
        """Cancel the job: somebody stopped the task. Not called when the triggerer restarts."""
        # Airflow cancels again every second until the trigger has ended, which must not take back what waits for a thread.
        await asyncio.shield(asyncio.to_thread(self._cancel))

    def _cancel(self) -> None:
        from operators.worker import access

        service = KINDS[self._job.kind].service
        try:
            done = cancel(self._job, access())
        except MediaAIError as exc:
            log.warning("%s %s goes on: %s", service, self._job.id, exc.message)
        else:
            log.info("%s: %s %s", service, self._job.id, "cancelled" if done else "cannot be cancelled; it goes on")
