"""Secrets that the catalog keeps encrypted: those of access keys and of webhooks."""

from collections.abc import Callable

from sqlalchemy import Column, select, update

from media_ai.catalog import tables
from media_ai.catalog.database import Database
from media_ai.errors import ConfigurationError

_KEYS, _ENDPOINTS = tables.access_keys, tables.notification_endpoints
_SEALED: tuple[tuple[Column[str], Column[str]], ...] = (
    (_KEYS.c.access_key, _KEYS.c.secret),
    (_ENDPOINTS.c.id, _ENDPOINTS.c.secret),
)


def renew_secrets(database: Database, renewed: Callable[[str], str | None]) -> dict[str, int]:
    """
    Bring all secrets to the newest key, so that the older ones can be dropped.

    Args:
        database: The catalog.
        renewed: Returns a secret encrypted with the newest key, None for one that is; raises ConfigurationError for one that no
            key opens.

    Returns:
        How many were renewed, and how many no key opens.
    """
    done = {"renewed": 0, "unreadable": 0}
    for name, secret in _SEALED:
        with database.transaction() as connection:
            kept = connection.execute(select(name, secret).where(secret != "")).all()
        for row_id, old in kept:
            try:
                new = renewed(old)
            except ConfigurationError:
                done["unreadable"] += 1
                continue
            if new is not None:
                # Somebody may have chosen another secret meanwhile.
                same = update(secret.table).where(name == row_id, secret == old)
                with database.transaction() as connection:
                    done["renewed"] += connection.execute(same.values({secret.name: new})).rowcount
    return done
