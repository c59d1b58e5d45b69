"""Turns at services, shared by all processes on all machines: one row per key, moved on by whoever takes a turn."""

from sqlalchemy import text

from media_ai.catalog.database import Database

_RESERVE = text(
    """
    INSERT INTO media_ai.rate_limits AS held (key, next_at)
    VALUES (:key, clock_timestamp() - :burst * interval '1 second' + :interval * interval '1 second')
    ON CONFLICT (key) DO UPDATE SET next_at =
        greatest(held.next_at, clock_timestamp() - :burst * interval '1 second') + :interval * interval '1 second'
    RETURNING extract(epoch FROM next_at - clock_timestamp())
    """
)


class CatalogLimits:
    """Limits (media_ai.clients.limits) kept in the catalog; one statement per turn."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def reserve(self, key: str, *, interval_s: float, burst_s: float = 0.0) -> float:
        with self._database.transaction() as connection:
            end = connection.execute(_RESERVE, {"key": key, "interval": interval_s, "burst": burst_s}).scalar_one()
        return max(float(end) - interval_s, 0.0)
