"""
Where tasks that use services go: to Airflow pools, one for each service, and to a queue of Celery.

A pool is how many tasks may use the service at a time; its size is the administrator's to change.
"""

import logging
from collections.abc import Sequence
from functools import cache

from media_ai.clients.credentials import ALL, service_named

log = logging.getLogger(__name__)

SLOTS = 16
"""Of a pool when it is made. How often a service is called is limited by turns, not by this."""


def pool_of(services: Sequence[str]) -> str | None:
    """Return the pool of tasks that use services, named as the type of the first one's connections; None is Airflow's own."""
    return service_named(services[0]).connection_type if services else None


@cache
def remote_queue() -> str:
    """Return the queue of tasks that use services; empty if all tasks are in one."""
    from media_ai.settings import load_settings

    return load_settings().remote_queue


def ensure_pools() -> None:
    """Make the pools that are missing: a task whose pool does not exist is never scheduled. Called in the scheduler."""
    from airflow.models.pool import Pool

    for kind in ALL:
        if Pool.get_pool(kind.connection_type) is None:
            description = f"Tasks that use {kind.title} at a time."
            Pool.create_or_update_pool(kind.connection_type, SLOTS, description, include_deferred=False)
            log.info("Pool '%s' made, with %d slots", kind.connection_type, SLOTS)
