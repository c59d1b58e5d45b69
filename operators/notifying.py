"""Notifications on Airflow: a trigger that sees when something is to be delivered, and the work of the DAG that it starts."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from typing import Any

from airflow.triggers.base import BaseEventTrigger, TriggerEvent

from media_ai.catalog.database import Database
from media_ai.catalog.deliveries import Deliveries
from media_ai.errors import MediaAIError
from media_ai.settings import load_settings

log = logging.getLogger(__name__)

POLL_S = 1.0
AGAIN_S = 30.0
"""How long what was told is given to be taken up, before it is told again."""
_PAUSE_S = 3.0
_GAUGES_S = 10.0


class OutboxTrigger(BaseEventTrigger):
    """Yields an event whenever deliveries are due. It lives as long as the triggerer, and measures the queues meanwhile."""

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Return what another process needs to go on."""
        return "operators.notifying.OutboxTrigger", {}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Yield events for ever; a catalog that does not answer is asked again."""
        deliveries = Deliveries(Database(load_settings().catalog_url, patience_s=5))
        told: tuple[str, int] | None = None
        told_at = measured_at = 0.0
        while True:
            oldest = None
            try:
                oldest = await asyncio.to_thread(deliveries.oldest_due)
                if time.monotonic() - measured_at > _GAUGES_S:
                    measured_at = time.monotonic()
                    await asyncio.to_thread(_measure)
            except Exception as exc:
                # The only one that wakes the deliverer must not end.
                log.warning("The outbox was not looked at: %s", exc, exc_info=not isinstance(exc, MediaAIError))
            since_s = time.monotonic() - told_at
            if oldest is not None and since_s > (AGAIN_S if oldest == told else _PAUSE_S):
                told, told_at = oldest, time.monotonic()
                yield TriggerEvent("due")  # type: ignore[no-untyped-call]  # Airflow's
            await asyncio.sleep(POLL_S)


def _measure() -> None:
    from operators.gauges import measure

    measure()


def deliver_due() -> dict[str, int]:
    """Deliver what is due; return how many arrived, were put off and were given up."""
    from media_ai.notifications.delivering import deliver
    from media_ai.notifications.sending import Sender
    from operators.deployment import cipher, public_base
    from operators.members.mail import SmtpMailer
    from operators.metrics import task_metrics

    settings = load_settings()
    database = Database(settings.catalog_url)
    sender = Sender(
        database, cipher=cipher(), mailer=SmtpMailer(), networks=settings.notify_networks, base=public_base()
    )
    done = deliver(database, sender)
    counts = {"delivered": done.delivered, "put_off": done.put_off, "given_up": done.given_up}
    task_metrics().deliveries(counts)
    return counts
