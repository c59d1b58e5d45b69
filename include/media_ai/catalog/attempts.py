"""How often somebody may try: counted for all processes in the catalog. Who tries too often waits, and is never shut out."""

import hashlib
import math
from dataclasses import dataclass

from sqlalchemy import text

from media_ai.catalog.database import Database


@dataclass(frozen=True, kw_only=True)
class Allowance:
    """`burst` tries at once, then one every `interval_s`."""

    burst: int
    interval_s: float


# Generic cell rate algorithm. A try that is refused moves nothing: else somebody who goes on trying would never get in again.
_TAKE = text(
    """
    INSERT INTO media_ai.rate_limits AS held (key, next_at)
    VALUES (:key, clock_timestamp() + :interval * interval '1 second')
    ON CONFLICT (key) DO UPDATE
        SET next_at = greatest(held.next_at, clock_timestamp()) + :interval * interval '1 second'
        WHERE held.next_at <= clock_timestamp() + :room * interval '1 second'
    RETURNING 1
    """
)
_WAIT = text(
    """
    SELECT extract(epoch FROM next_at - clock_timestamp()) - :room FROM media_ai.rate_limits WHERE key = :key
    """
)
_GIVE_BACK = text(
    "UPDATE media_ai.rate_limits SET next_at = next_at - :interval * interval '1 second' WHERE key = :key"
)
_FORGET = text(
    "DELETE FROM media_ai.rate_limits WHERE key LIKE 'try:%' AND next_at < clock_timestamp() - interval '1 hour'"
)


class Attempts:
    """Counts tries by what is tried, which is kept as a digest: it may be an address, or anything that somebody typed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, what: str, allowance: Allowance) -> int:
        """Take a try; return 0, or the whole seconds until there is one again."""
        values = _values(what, allowance)
        with self._database.transaction() as connection:
            if connection.execute(_TAKE, values).first():
                return 0
            left = connection.execute(_WAIT, values).scalar()
        return max(math.ceil(left or 0), 1)

    def give_back(self, what: str, allowance: Allowance) -> None:
        """Give back a try that was right: who signs in often is nobody who guesses."""
        with self._database.transaction() as connection:
            connection.execute(_GIVE_BACK, _values(what, allowance))

    def forget_old(self) -> int:
        """Remove counts that limit nobody any more; return how many."""
        with self._database.transaction() as connection:
            return connection.execute(_FORGET).rowcount


def _values(what: str, allowance: Allowance) -> dict[str, object]:
    digest = hashlib.sha256(what.encode("utf-8", "replace")).hexdigest()[:40]
    room = (allowance.burst - 1) * allowance.interval_s
    return {"key": f"try:{digest}", "interval": allowance.interval_s, "room": room}
