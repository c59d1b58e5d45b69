"""Tasks as people know them: who started and stopped them, and lists of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from sqlalchemy import Connection, func, or_, outerjoin, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from media_ai.catalog import tables
from media_ai.catalog.database import Database
from media_ai.catalog.outbox import announce_end
from media_ai.catalog.results import RunKey, end_of
from media_ai.errors import NotFoundError

_RUNS, _TASKS = tables.runs, tables.tasks


@dataclass(frozen=True, kw_only=True)
class TaskDetails:
    """What people say of a run when they start it."""

    name: str = ""
    owner: str = ""
    parent_run_id: str | None = None

    @classmethod
    def of_run(cls, conf: Mapping[str, Any] | None, owner: str | None) -> Self:
        """Return what a run's configuration says of it as a task, whoever started it."""
        given = (conf or {}).get("task")
        task = given if isinstance(given, Mapping) else {}
        parent = task.get("parent_run_id")
        name = str(task.get("name") or "").replace("\0", "")[:300]
        return cls(name=name, owner=owner or "", parent_run_id=str(parent)[:250] if parent else None)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How a run stands, by the catalog's record."""

    state: str
    cause: str
    ended_at: datetime | None
    restarted_at: datetime | None


class TaskRecords:
    """Writes and reads what makes a run a task. Airflow says how a run stands; this is the record of it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def describe(self, run: RunKey, details: TaskDetails, known: Mapping[str, Any] | None = None) -> None:
        """
        Record who started a run; what is recorded already stays.

        Args:
            run: The run.
            details: Its name, its owner, the run that it repeats.
            known: Columns of a run that nothing was recorded of yet: state, input, overrides.
        """
        first = {"state": "queued", **(known or {})}
        named = upsert(_TASKS).values(
            **run.columns(), name=details.name, owner=details.owner, parent_run_id=details.parent_run_id
        )
        with self._database.transaction() as connection:
            connection.execute(upsert(_RUNS).values(**run.columns(), **first).on_conflict_do_nothing())
            changes = {"name": details.name, "owner": details.owner, "parent_run_id": details.parent_run_id}
            connection.execute(
                named.on_conflict_do_update(
                    index_elements=["dag_id", "run_id"], set_=changes, where=_TASKS.c.owner == ""
                )
            )

    def stopped(self, run: RunKey, *, by: str, cause: str) -> None:
        """Record that somebody stopped a run; what the listener has recorded of its end stays."""
        ended = {"state": "failed", "cause": cause, "ended_at": func.now()}
        with self._database.transaction() as connection:
            open_ = update(_RUNS).where(_is(_RUNS, run), _RUNS.c.ended_at.is_(None)).values(**ended)
            ended_at = connection.execute(open_.returning(_RUNS.c.ended_at)).scalar_one_or_none()
            _note(connection, run, {"stopped_by": by, "stopped_at": func.now()})
            if ended_at is not None:
                announce_end(connection, end_of("failed", cause), **run.columns(), ended_at=ended_at)

    def goes_on(self, run: RunKey, *, cause: str, state: str) -> None:
        """Undo the record of an end that did not come about."""
        same = update(_RUNS).where(_is(_RUNS, run), _RUNS.c.cause == cause)
        with self._database.transaction() as connection:
            connection.execute(same.values(state=state, cause="", ended_at=None))

    def restarting(self, run: RunKey, *, by: str) -> dict[str, Any]:
        """Record that a run that has ended is run again; return the columns that `restore` puts back."""
        with self._database.transaction() as connection:
            row = connection.execute(select(_RUNS).where(_is(_RUNS, run)).with_for_update()).mappings().first()
            before = {name: row[name] for name in ("state", "cause", "ended_at")} if row else {}
            again = {"state": "queued", "cause": "", "ended_at": None}
            connection.execute(update(_RUNS).where(_is(_RUNS, run)).values(**again))
            if row:
                _note(connection, run, {"restarted_by": by, "restarted_at": func.now()})
        return before

    def restore(self, run: RunKey, before: Mapping[str, Any]) -> None:
        """Undo `restarting`, unless the run has begun since."""
        if not before:
            return
        with self._database.transaction() as connection:
            same = update(_RUNS).where(_is(_RUNS, run), _RUNS.c.state == "queued")
            connection.execute(same.values(**before))

    def waiting(self, run: RunKey, *, since: datetime) -> None:
        """Record that a run waits to begin again, if what is recorded of its end is older than that."""
        again = {"state": "queued", "cause": "", "ended_at": None}
        with self._database.transaction() as connection:
            connection.execute(update(_RUNS).where(_is(_RUNS, run), _RUNS.c.ended_at < since).values(**again))

    def standing(self, run: RunKey) -> Standing:
        """
        Return how a run stands.

        Raises:
            NotFoundError: Nothing is recorded of it.
        """
        columns = [_RUNS.c[name] for name in ("state", "cause", "ended_at")]
        joined = outerjoin(_RUNS, _TASKS, (_TASKS.c.dag_id == _RUNS.c.dag_id) & (_TASKS.c.run_id == _RUNS.c.run_id))
        statement = select(*columns, _TASKS.c.restarted_at).select_from(joined).where(_is(_RUNS, run))
        with self._database.transaction() as connection:
            row = connection.execute(statement).mappings().first()
        if row is None:
            raise NotFoundError(f"No task '{run.run_id}' of workflow '{run.dag_id}' is known.")
        return Standing(**row)

    def version(self, run: RunKey) -> int | None:
        """Return the version of the workflow that a run's nodes ran on last; None if none has run, or nothing is recorded."""
        with self._database.transaction() as connection:
            return connection.execute(select(_RUNS.c.workflow_version).where(_is(_RUNS, run))).scalar_one_or_none()

    def versions(self, workflow: str) -> list[int]:
        """Return the versions that a workflow's tasks have succeeded on."""
        wanted = (_RUNS.c.dag_id == workflow, _RUNS.c.state == "success", _RUNS.c.workflow_version.is_not(None))
        with self._database.transaction() as connection:
            return list(connection.execute(select(_RUNS.c.workflow_version).where(*wanted).distinct()).scalars())

    def succeeded_on(
        self, workflow: str, versions: Sequence[int], *, since: datetime | None, until: datetime | None, limit: int
    ) -> tuple[list[RunKey], int]:
        """Return tasks that succeeded on some versions, the oldest first, up to `limit`, and how many there are in all."""
        wanted = [_RUNS.c.dag_id == workflow, _RUNS.c.state == "success", _RUNS.c.workflow_version.in_(versions)]
        wanted += [_RUNS.c.created_at >= since] if since else []
        wanted += [_RUNS.c.created_at < until] if until else []
        page = select(_RUNS.c.run_id).where(*wanted).order_by(_RUNS.c.created_at, _RUNS.c.run_id).limit(limit)
        with self._database.transaction() as connection:
            found = [RunKey(dag_id=workflow, run_id=name) for name in connection.execute(page).scalars()]
            return found, int(connection.execute(select(func.count()).select_from(_RUNS).where(*wanted)).scalar_one())

    def find(self, run_id: str) -> list[RunKey]:
        """Return the runs of an id, of whatever workflow."""
        statement = select(_RUNS.c.dag_id, _RUNS.c.run_id).where(_RUNS.c.run_id == run_id).limit(2)
        with self._database.transaction() as connection:
            return [RunKey(dag_id=row.dag_id, run_id=row.run_id) for row in connection.execute(statement)]

    def unknown(self, runs: list[RunKey]) -> list[RunKey]:
        """Return those runs that nothing is recorded of, or whose record says that they have ended."""
        ids = [run.run_id for run in runs]
        statement = select(_RUNS.c.dag_id, _RUNS.c.run_id).where(_RUNS.c.run_id.in_(ids), _RUNS.c.ended_at.is_(None))
        with self._database.transaction() as connection:
            known = {(row.dag_id, row.run_id) for row in connection.execute(statement)}
        return [run for run in runs if (run.dag_id, run.run_id) not in known]

    def open_for(self, seconds: float, *, limit: int = 2000) -> list[RunKey]:
        """Return runs that by their record go on and were started longer ago, the oldest first."""
        old = _RUNS.c.created_at < func.now() - timedelta(seconds=seconds)
        statement = select(_RUNS.c.dag_id, _RUNS.c.run_id).where(_RUNS.c.ended_at.is_(None), old)
        with self._database.transaction() as connection:
            rows = connection.execute(statement.order_by(_RUNS.c.created_at).limit(limit))
            return [RunKey(dag_id=row.dag_id, run_id=row.run_id) for row in rows]

    def is_used(self, address: str) -> bool:
        """Tell whether a task reads a file."""
        given = _RUNS.c.input
        uses = or_(given["video"].astext == address, given["subtitles"].astext == address)
        with self._database.transaction() as connection:
            return connection.execute(select(_RUNS.c.run_id).where(uses).limit(1)).first() is not None

    def workflow_ids(self) -> list[str]:
        """Return the workflows that there are tasks of."""
        # One look into the index for each workflow: a DISTINCT would read every run.
        first = select(func.min(_RUNS.c.dag_id).label("dag_id")).cte("ids", recursive=True)
        after = select(func.min(_RUNS.c.dag_id)).where(_RUNS.c.dag_id > first.c.dag_id).scalar_subquery()
        ids = first.union_all(select(after).where(first.c.dag_id.is_not(None)))
        with self._database.transaction() as connection:
            return [row for row in connection.execute(select(ids.c.dag_id)).scalars() if row is not None]


def _is(table: Any, run: RunKey) -> Any:
    return (table.c.dag_id == run.dag_id) & (table.c.run_id == run.run_id)


def _note(connection: Connection, run: RunKey, values: Mapping[str, Any]) -> None:
    statement = upsert(_TASKS).values(**run.columns(), **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["dag_id", "run_id"], set_=dict(values)))
