"""Airflow pools, one for each service: how many tasks may use it at a time. Their sizes are the administrator's to change."""

import logging
from collections.abc import Sequence

from media_ai.clients.credentials import ALL, service_named

log = logging.getLogger(__name__)

SLOTS = 16
"""Of a pool when it is made. How often a service is called is limited by turns, not by this."""


def pool_of(services: Sequence[str]) -> str | None:
    """Return the pool of tasks that use services, named as the type of the first one's connections; None is Airflow's own."""
    return service_named(services[0]).connection_type if services else None


def ensure_pools() -> None:
    """Make the pools that are missing: a task whose pool does not exist is never scheduled. Called in the scheduler."""
    from airflow.models.pool import Pool

    for kind in ALL:
        if Pool.get_pool(kind.connection_type) is None:
            description = f"Tasks that use {kind.title} at a time."
            Pool.create_or_update_pool(kind.connection_type, SLOTS, description, include_deferred=False)
            log.info("Pool '%s' made, with %d slots", kind.connection_type, SLOTS)
