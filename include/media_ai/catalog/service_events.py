"""Events that services sent, each kept once, with what came of it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from media_ai.catalog import tables
from media_ai.catalog.database import Database

_TABLE = tables.service_events


class ServiceEvents:
    """The events of a catalog."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, event: dict[str, Any]) -> int | None:
        """Keep an event; return its number, or None if it was delivered before."""
        statement = insert(_TABLE).values(**event).on_conflict_do_nothing().returning(_TABLE.c.id)
        with self._database.transaction() as connection:
            return connection.execute(statement).scalar_one_or_none()

    def settle(self, number: int, outcome: str) -> None:
        """Note what came of an event."""
        with self._database.transaction() as connection:
            connection.execute(update(_TABLE).where(_TABLE.c.id == number).values(outcome=outcome))

    def unsettled(self, *, older_than_s: float = 0) -> list[dict[str, Any]]:
        """Return the events that nothing has come of yet, the oldest first."""
        age = func.now() - text("make_interval(secs => :age)").bindparams(age=older_than_s)
        query = select(_TABLE).where(_TABLE.c.outcome == "", _TABLE.c.received_at <= age).order_by(_TABLE.c.id)
        with self._database.transaction() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    def newest(self) -> int:
        """Return the number of the newest event, 0 if there is none."""
        with self._database.transaction() as connection:
            return int(connection.execute(select(func.coalesce(func.max(_TABLE.c.id), 0))).scalar_one())

    def after(self, number: int) -> Sequence[tuple[int, str, dict[str, Any]]]:
        """Return (number, subject, details) of the events since."""
        query = (
            select(_TABLE.c.id, _TABLE.c.subject, _TABLE.c.details).where(_TABLE.c.id > number).order_by(_TABLE.c.id)
        )
        with self._database.transaction() as connection:
            return [(row.id, row.subject, row.details) for row in connection.execute(query)]

    def forget(self, *, older_than_days: int) -> int:
        """Remove settled events of long ago; return how many."""
        age = func.now() - text("make_interval(days => :age)").bindparams(age=older_than_days)
        statement = delete(_TABLE).where(_TABLE.c.outcome != "", _TABLE.c.received_at < age)
        with self._database.transaction() as connection:
            return int(connection.execute(statement).rowcount)
