"""The record of failures: of nodes by cause, of runs by how often they have failed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, and_, case, delete, func, select, update
from sqlalchemy.dialects.postgresql import aggregate_order_by, array_agg, distinct_on
from sqlalchemy.dialects.postgresql import insert as upsert

from media_ai.catalog import tables
from media_ai.catalog.database import Database
from media_ai.catalog.outbox import announce
from media_ai.catalog.results import MARKED_FAILED, RunKey
from media_ai.errors import NotFoundError
from media_ai.model.base import storable_text
from media_ai.model.notifications import Event, Happening

_FAILURES, _RUNS, _QUARANTINE = tables.failures, tables.runs, tables.quarantine
_LONGEST_MESSAGE = 4000


@dataclass(frozen=True, kw_only=True)
class FailedNode:
    """A node that has failed."""

    run: RunKey
    node_id: str
    node_type: str
    cause_id: str
    kind: str
    service: str = ""
    code: str = ""
    title: str
    message: str


@dataclass(frozen=True, kw_only=True)
class Group:
    """Failed tasks with one cause; `example` is the newest, with its whole message."""

    cause_id: str
    kind: str
    service: str
    code: str
    title: str
    tasks: int
    quarantined: int
    first_at: datetime
    last_at: datetime
    workflows: tuple[str, ...]
    nodes: tuple[str, ...]
    example: RunKey
    message: str


class Failures:
    """Writes and reads why tasks failed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, node: FailedNode, tries: int) -> None:
        """Record that a try of a node failed, in place of an earlier one."""
        values = {
            name: storable_text(getattr(node, name))
            for name in ("node_type", "kind", "service", "code", "title", "cause_id")
        }
        values["message"] = storable_text(node.message)[:_LONGEST_MESSAGE]
        statement = upsert(_FAILURES).values(**node.run.columns(), node_id=node.node_id, tries=tries, **values)
        changes = {**values, "tries": tries, "failed_at": func.now()}
        with self._database.transaction() as connection:
            known = upsert(_RUNS).values(**node.run.columns(), state="running").on_conflict_do_nothing()
            connection.execute(known)
            connection.execute(
                statement.on_conflict_do_update(index_elements=["dag_id", "run_id", "node_id"], set_=changes)
            )

    def passed(self, run: RunKey, node_id: str) -> None:
        """Record that a node has succeeded by now."""
        same = (_FAILURES.c.dag_id == run.dag_id) & (_FAILURES.c.run_id == run.run_id)
        with self._database.transaction() as connection:
            connection.execute(delete(_FAILURES).where(same, _FAILURES.c.node_id == node_id))

    def run_failed(self, run: RunKey, *, most: int, otherwise: FailedNode | None = None) -> None:
        """
        Count that a run has failed for good, and have told that it goes into quarantine.

        Args:
            run: Which one.
            most: With so many failures it goes into quarantine.
            otherwise: What is recorded where none of its nodes has told why.
        """
        same = (_FAILURES.c.dag_id == run.dag_id) & (_FAILURES.c.run_id == run.run_id)
        first = {"failures": 1, "quarantined_at": func.now() if most <= 1 else None}
        is_over = and_(_QUARANTINE.c.failures + 1 >= most, _QUARANTINE.c.quarantined_at.is_(None))
        more = {
            "failures": _QUARANTINE.c.failures + 1,
            "quarantined_at": case((is_over, func.now()), else_=_QUARANTINE.c.quarantined_at),
        }
        count = upsert(_QUARANTINE).values(**run.columns(), **first)
        with self._database.transaction() as connection:
            counting = count.on_conflict_do_update(index_elements=["dag_id", "run_id"], set_=more)
            is_now, failed = connection.execute(
                counting.returning(_QUARANTINE.c.quarantined_at == func.now(), _QUARANTINE.c.failures)
            ).one()
            if is_now:
                announce(connection, _quarantined(run, failed))
            is_told = connection.execute(select(select(_FAILURES).where(same).exists())).scalar()
        if not is_told and otherwise is not None:
            self.record(otherwise, 1)

    def groups(
        self, *, workflows: Sequence[str] | None = None, since: datetime | None = None, cause_id: str | None = None
    ) -> list[Group]:
        """Return the causes of tasks that have failed and were not restarted since, those with the most tasks first."""
        found = self._failed(workflows, since, cause_id).subquery()
        head = [found.c[name] for name in ("cause_id", "kind", "service", "code", "title")]
        statement = select(
            *head,
            func.count().label("tasks"),
            func.count(found.c.quarantined_at).label("quarantined"),
            func.min(found.c.failed_at).label("first_at"),
            func.max(found.c.failed_at).label("last_at"),
            func.array_agg(found.c.dag_id.distinct()).label("workflows"),
            func.array_agg(found.c.node_id.distinct()).label("nodes"),
            _newest(found.c.dag_id, found.c.failed_at).label("example_dag"),
            _newest(found.c.run_id, found.c.failed_at).label("example_run"),
            _newest(found.c.message, found.c.failed_at).label("message"),
        ).group_by(*head)
        with self._database.transaction() as connection:
            rows = connection.execute(statement.order_by(func.count().desc(), found.c.cause_id)).mappings().all()
        return [_group(dict(row)) for row in rows]

    def group(self, cause_id: str) -> Group:
        """Return one cause; raise NotFoundError if no task fails for it."""
        found = self.groups(cause_id=cause_id)
        if not found:
            raise NotFoundError(f"No task fails for the cause '{cause_id[:60]}' any more.")
        return found[0]

    def tasks(
        self,
        cause_id: str | None,
        *,
        workflows: Sequence[str] | None = None,
        after: tuple[datetime, str, str] | None = None,
        limit: int = 50,
        only_quarantined: bool = False,
    ) -> list[dict[str, Any]]:
        """Return the tasks that fail for a cause, or for any; the newest first, those in quarantine too."""
        found = self._failed(workflows, None, cause_id).subquery()
        key = (found.c.failed_at, found.c.dag_id, found.c.run_id)
        statement = select(found)
        if only_quarantined:
            statement = statement.where(found.c.quarantined_at.is_not(None))
        if after is not None:
            statement = statement.where(func.row(*key) < func.row(*after))
        statement = statement.order_by(*(column.desc() for column in key)).limit(limit)
        with self._database.transaction() as connection:
            return [dict(row) for row in connection.execute(statement).mappings()]

    def last(self, run: RunKey) -> dict[str, Any] | None:
        """Return the last failure of a run, None if all that failed has succeeded since."""
        same = (_FAILURES.c.dag_id == run.dag_id) & (_FAILURES.c.run_id == run.run_id)
        statement = select(_FAILURES).where(same).order_by(_FAILURES.c.failed_at.desc()).limit(1)
        with self._database.transaction() as connection:
            row = connection.execute(statement).mappings().first()
        return dict(row) if row else None

    def is_quarantined(self, run: RunKey) -> bool:
        """Tell whether a run is in quarantine."""
        same = (_QUARANTINE.c.dag_id == run.dag_id) & (_QUARANTINE.c.run_id == run.run_id)
        statement = select(_QUARANTINE.c.quarantined_at).where(same)
        with self._database.transaction() as connection:
            return connection.execute(statement).scalar_one_or_none() is not None

    def release(self, run: RunKey, *, by: str) -> None:
        """Take a run out of quarantine and forget how often it failed; raise NotFoundError if it is in none."""
        same = (_QUARANTINE.c.dag_id == run.dag_id) & (_QUARANTINE.c.run_id == run.run_id)
        values = {"failures": 0, "quarantined_at": None, "released_by": by, "released_at": func.now()}
        statement = update(_QUARANTINE).where(same, _QUARANTINE.c.quarantined_at.is_not(None)).values(**values)
        with self._database.transaction() as connection:
            if not connection.execute(statement).rowcount:
                raise NotFoundError(f"Task '{run.run_id}' is not in quarantine.")

    def _failed(self, workflows: Sequence[str] | None, since: datetime | None, cause_id: str | None) -> Select[Any]:
        """Return each failed task with the failure that was last; a task counts once, also where several nodes failed."""
        statement = (
            select(*_FAILURES.c, _RUNS.c.video_id, _RUNS.c.ended_at, _QUARANTINE.c.quarantined_at)
            .ext(distinct_on(_FAILURES.c.dag_id, _FAILURES.c.run_id))
            .join(_RUNS, and_(_RUNS.c.dag_id == _FAILURES.c.dag_id, _RUNS.c.run_id == _FAILURES.c.run_id))
            .outerjoin(
                _QUARANTINE,
                and_(_QUARANTINE.c.dag_id == _FAILURES.c.dag_id, _QUARANTINE.c.run_id == _FAILURES.c.run_id),
            )
            .where(_RUNS.c.state == "failed", _RUNS.c.cause != MARKED_FAILED)
            .order_by(_FAILURES.c.dag_id, _FAILURES.c.run_id, _FAILURES.c.failed_at.desc())
        )
        if workflows is not None:
            statement = statement.where(_FAILURES.c.dag_id.in_(workflows))
        if since is not None:
            statement = statement.where(_FAILURES.c.failed_at >= since)
        if cause_id is not None:
            statement = statement.where(_FAILURES.c.cause_id == cause_id)
        return statement


def _quarantined(run: RunKey, failures: int) -> Happening:
    # A task that is released and fails too often again is told of again.
    identity = f"{Event.QUARANTINED} {run.dag_id} {run.run_id} {datetime.now(UTC).isoformat()}"
    return Happening(event=Event.QUARANTINED, identity=identity, **run.columns(), data={"failures": failures})


def _newest(column: Any, moment: Any) -> Any:
    return array_agg(aggregate_order_by(column, moment.desc()))[1]  # type: ignore[no-untyped-call]  # SQLAlchemy's


def _group(row: Mapping[str, Any]) -> Group:
    names = ("cause_id", "kind", "service", "code", "title", "tasks", "quarantined", "first_at", "last_at", "message")
    return Group(
        **{name: row[name] for name in names},
        workflows=tuple(sorted(row["workflows"])),
        nodes=tuple(sorted(row["nodes"])),
        example=RunKey(dag_id=row["example_dag"], run_id=row["example_run"]),
    )
