"""How long the queues are, measured in the triggerer, which always runs."""

from functools import cache

from media_ai.catalog.database import Database
from media_ai.catalog.queues import Queues
from media_ai.settings import load_settings
from operators.metrics import server_metrics


def measure() -> None:
    """Say how long the queues are now."""
    found = _queues().lengths()
    server_metrics().gauges(
        {
            "queue.waiting_tasks": found.waiting_tasks,
            "queue.running_tasks": found.running_tasks,
            "queue.remote_jobs": found.remote_jobs,
            "outbox.lag_seconds": found.outbox_lag_s,
        }
    )


@cache
def _queues() -> Queues:
    return Queues(Database(load_settings().catalog_url, patience_s=5))
