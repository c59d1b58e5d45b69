"""The outbox: what happened is written for all who want to be told, in the transaction that records it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select
from sqlalchemy.dialects.postgresql import insert as upsert

from media_ai.catalog import tables
from media_ai.model.base import storable_text
from media_ai.model.notifications import Event, Happening

_ENDPOINTS, _RULES, _DELIVERIES = (
    tables.notification_endpoints,
    tables.notification_rules,
    tables.notification_deliveries,
)
_RUNS, _TASKS, _ASSETS, _FAILURES = tables.runs, tables.tasks, tables.media_assets, tables.failures
_LONGEST_CAUSE = 1000


def announce(connection: Connection, happening: Happening) -> int:
    """
    Have everybody told who wants to know; return how many that are.

    Where nobody does, it costs one look into an index. It is part of the transaction of `connection`: what is undone is not told.
    """
    wanted = _receivers(connection, happening)
    return tell(connection, happening, wanted) if wanted else 0


def tell(connection: Connection, happening: Happening, endpoint_ids: Sequence[str]) -> int:
    """Have some endpoints told, whatever the rules say; return how many had not been told of it before."""
    there = select(tables.notification_endpoints.c.id).where(tables.notification_endpoints.c.id.in_(endpoint_ids))
    # One that was removed meanwhile is told nothing; one that is there stays until this is written.
    endpoint_ids = list(connection.execute(there.with_for_update(read=True, key_share=True)).scalars())
    if not endpoint_ids:
        return 0
    data = {**_details(connection, happening), **happening.data}
    rows = [
        {
            "endpoint_id": endpoint_id,
            "identity": happening.identity,
            "event": happening.event,
            "dag_id": happening.dag_id,
            "run_id": happening.run_id,
            "data": data,
        }
        for endpoint_id in endpoint_ids
    ]
    new = upsert(_DELIVERIES).values(rows).on_conflict_do_nothing(index_elements=["endpoint_id", "identity"])
    return len(connection.execute(new.returning(_DELIVERIES.c.id)).all())


def announce_end(connection: Connection, event: Event, dag_id: str, run_id: str, ended_at: datetime) -> int:
    """Have told that a run has ended; each of its ends is told once."""
    identity = f"{event} {dag_id} {run_id} {ended_at.isoformat()}"
    return announce(connection, Happening(event=event, identity=identity, dag_id=dag_id, run_id=run_id))


def is_anybody_told(connection: Connection, *events: Event) -> bool:
    """Tell whether any rule names one of some events, so that nothing needs to be looked up for them."""
    found = select(_RULES.c.id).where(_RULES.c.events.overlap(list(events))).limit(1)
    return connection.execute(found).first() is not None


def _receivers(connection: Connection, happening: Happening) -> list[str]:
    of_task = and_(_RULES.c.dag_id == happening.dag_id, _RULES.c.run_id.in_(["", happening.run_id]))
    statement = (
        select(_RULES.c.endpoint_id)
        .distinct()
        .join(_ENDPOINTS, _ENDPOINTS.c.id == _RULES.c.endpoint_id)
        .where(_ENDPOINTS.c.is_active, _RULES.c.events.contains([happening.event]), or_(_RULES.c.dag_id == "", of_task))
    )
    return list(connection.execute(statement).scalars())


def _details(connection: Connection, happening: Happening) -> dict[str, Any]:
    """Return what is recorded of the task by now: a restart must not change what is told of this end."""
    if not happening.run_id:
        return {"workflow": happening.dag_id} if happening.dag_id else {}
    same = (_RUNS.c.dag_id == happening.dag_id, _RUNS.c.run_id == happening.run_id)
    statement = (
        select(_RUNS.c.video_id, _RUNS.c.created_at, _RUNS.c.ended_at, _TASKS.c.name, _TASKS.c.owner)
        .add_columns(_TASKS.c.stopped_by, _ASSETS.c.title)
        .outerjoin(_TASKS, and_(_TASKS.c.dag_id == _RUNS.c.dag_id, _TASKS.c.run_id == _RUNS.c.run_id))
        .outerjoin(_ASSETS, _ASSETS.c.video_id == _RUNS.c.video_id)
        .where(*same)
    )
    row = connection.execute(statement).mappings().first()
    known = {name: _json(value) for name, value in (row or {}).items() if value not in (None, "")}
    if happening.event in (Event.FAILED, Event.QUARANTINED):
        known["cause"] = _cause(connection, happening)
    return {"workflow": happening.dag_id, "task": happening.run_id, **known}


def _cause(connection: Connection, happening: Happening) -> dict[str, str] | None:
    same = (_FAILURES.c.dag_id == happening.dag_id, _FAILURES.c.run_id == happening.run_id)
    columns = [_FAILURES.c[name] for name in ("node_id", "kind", "service", "message")]
    statement = select(*columns).where(*same).order_by(_FAILURES.c.failed_at.desc()).limit(1)
    row = connection.execute(statement).mappings().first()
    return {name: storable_text(str(value))[:_LONGEST_CAUSE] for name, value in row.items()} if row else None


def _json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def lag_s(connection: Connection) -> float:
    """Return for how many seconds the delivery that has waited longest has been due; 0 if none is."""
    due = (_DELIVERIES.c.state == "waiting", _DELIVERIES.c.next_at <= func.now())
    oldest = select(func.extract("epoch", func.now() - func.min(_DELIVERIES.c.next_at))).where(*due)
    return max(0.0, float(connection.execute(oldest).scalar() or 0))
