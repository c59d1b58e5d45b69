"""Deliveries: claimed by one process at a time, tried again, given up, and sent again on demand."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, delete, func, insert, or_, select, update

from media_ai.catalog import tables
from media_ai.catalog.database import Database
from media_ai.catalog.outbox import lag_s
from media_ai.errors import NotFoundError
from media_ai.model.base import storable_text
from media_ai.model.notifications import Delivery, DeliveryState, Event

_TABLE, _RULES = tables.notification_deliveries, tables.notification_rules
_FIELDS = tuple(_TABLE.c[name] for name in Delivery.__dataclass_fields__)
_AT_ONCE = 3
"""Deliveries to one endpoint that are under way together: a slow one must not hold up the others."""
LEASE_S = 60.0
"""How long a claim holds; then the deliverer is taken for dead, and another one tries."""
_LONGEST_REASON = 500


class Deliveries:
    """The deliverers' view of the outbox, and the one of people."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def is_any_due(self) -> bool:
        """Tell whether there is something to deliver now."""
        with self._database.transaction() as connection:
            return connection.execute(_due(select(_TABLE.c.id)).limit(1)).first() is not None

    def oldest_due(self) -> tuple[str, int] | None:
        """Return id and tries of the delivery that has been due longest and that nobody has; None if there is none."""
        oldest = _due(select(_TABLE.c.id, _TABLE.c.tries)).order_by(_TABLE.c.next_at).limit(1)
        with self._database.transaction() as connection:
            row = connection.execute(oldest).first()
        return (row.id, row.tries) if row else None

    def lag_s(self) -> float:
        """Return for how many seconds the delivery that has waited longest has been due."""
        with self._database.transaction() as connection:
            return lag_s(connection)

    def claim(self) -> Delivery | None:
        """Take the delivery that has been due longest, for LEASE_S seconds; None if there is none that nobody has."""
        other = _TABLE.alias()
        going = select(func.count()).where(other.c.endpoint_id == _TABLE.c.endpoint_id, other.c.state == "waiting")
        going = going.where(other.c.claimed_until > func.now())
        # Not locked ones: those are being claimed by others, who would wait here for nothing.
        mine = (
            _due(select(_TABLE.c.id))
            .where(going.scalar_subquery() < _AT_ONCE)
            .order_by(_TABLE.c.next_at)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        until = func.now() + timedelta(seconds=LEASE_S)
        claimed = {"claimed_until": until, "tries": _TABLE.c.tries + 1}
        statement = update(_TABLE).where(_TABLE.c.id == mine.scalar_subquery()).values(**claimed)
        with self._database.transaction() as connection:
            row = connection.execute(statement.returning(*_FIELDS)).mappings().first()
        return Delivery(**row) if row else None

    def delivered(self, delivery: Delivery, *, status_code: int | None) -> None:
        """Record that it arrived."""
        self._settle(delivery, {"state": "delivered", "status_code": status_code, "reason": "", "ended_at": func.now()})

    def put_off(self, delivery: Delivery, seconds: float, *, status_code: int | None, reason: str) -> None:
        """Record that a try did not arrive, and that the next one is made after some seconds."""
        later = func.now() + timedelta(seconds=seconds)
        self._settle(delivery, {"next_at": later, "status_code": status_code, "reason": _short(reason)})

    def given_up(self, delivery: Delivery, *, status_code: int | None, reason: str) -> None:
        """Record that nobody tries any more, and why."""
        values = {"state": "given_up", "status_code": status_code, "reason": _short(reason), "ended_at": func.now()}
        self._settle(delivery, values)

    def _settle(self, delivery: Delivery, values: Mapping[str, Any]) -> None:
        # A deliverer that was held up for longer than its claim says nothing of the try of another one.
        same = (_TABLE.c.id == delivery.id, _TABLE.c.tries == delivery.tries, _TABLE.c.state == "waiting")
        with self._database.transaction() as connection:
            connection.execute(update(_TABLE).where(*same).values(claimed_until=None, **values))

    def add_test(self, endpoint_id: str, identity: str, *, by: str) -> Delivery:
        """Have a test delivered to an endpoint."""
        values = {"endpoint_id": endpoint_id, "identity": identity, "event": Event.TEST, "data": {"requested_by": by}}
        with self._database.transaction() as connection:
            return Delivery(**connection.execute(insert(_TABLE).values(**values).returning(*_FIELDS)).mappings().one())

    def list(
        self,
        *,
        state: DeliveryState | None = None,
        endpoint_id: str | None = None,
        after: tuple[datetime, str] | None = None,
        limit: int = 50,
    ) -> list[Delivery]:
        """Return the newest first."""
        key = (_TABLE.c.occurred_at, _TABLE.c.id)
        statement = select(*_FIELDS).order_by(*(column.desc() for column in key)).limit(limit)
        if state is not None:
            statement = statement.where(_TABLE.c.state == state)
        if endpoint_id is not None:
            statement = statement.where(_TABLE.c.endpoint_id == endpoint_id)
        if after is not None:
            statement = statement.where(func.row(*key) < func.row(*after))
        with self._database.transaction() as connection:
            return [Delivery(**row) for row in connection.execute(statement).mappings()]

    def get(self, delivery_id: str) -> Delivery:
        """Return a delivery; raise NotFoundError if there is none."""
        with self._database.transaction() as connection:
            row = connection.execute(select(*_FIELDS).where(_TABLE.c.id == delivery_id)).mappings().first()
        if row is None:
            raise NotFoundError(f"There is no delivery '{delivery_id}'.")
        return Delivery(**row)

    def replay(self, delivery_id: str) -> Delivery:
        """Have a delivery tried again from the start, with its id; raise NotFoundError if there is none."""
        again = {"state": "waiting", "tries": 0, "next_at": func.now(), "claimed_until": None, "ended_at": None}
        statement = update(_TABLE).where(_TABLE.c.id == delivery_id).values(**again)
        with self._database.transaction() as connection:
            row = connection.execute(statement.returning(*_FIELDS)).mappings().first()
        if row is None:
            raise NotFoundError(f"There is no delivery '{delivery_id}'.")
        return Delivery(**row)

    def replay_given_up(self, *, endpoint_id: str | None = None) -> int:
        """Have all deliveries tried again that were given up, of one endpoint or of all; return how many."""
        again = {"state": "waiting", "tries": 0, "next_at": func.now(), "claimed_until": None, "ended_at": None}
        statement = update(_TABLE).where(_TABLE.c.state == "given_up").values(**again)
        if endpoint_id is not None:
            statement = statement.where(_TABLE.c.endpoint_id == endpoint_id)
        with self._database.transaction() as connection:
            return connection.execute(statement).rowcount

    def forget(self, *, older_than_days: int) -> int:
        """Delete deliveries that ended long ago, and rules of tasks that are as old; return how many deliveries."""
        old = func.now() - timedelta(days=older_than_days)
        with self._database.transaction() as connection:
            connection.execute(delete(_RULES).where(_RULES.c.run_id != "", _RULES.c.created_at < old))
            return connection.execute(delete(_TABLE).where(_TABLE.c.ended_at < old)).rowcount


def _due(statement: Select[Any]) -> Select[Any]:
    is_free = or_(_TABLE.c.claimed_until.is_(None), _TABLE.c.claimed_until <= func.now())
    return statement.where(_TABLE.c.state == "waiting", _TABLE.c.next_at <= func.now(), is_free)


def _short(reason: str) -> str:
    return storable_text(reason)[:_LONGEST_REASON]
