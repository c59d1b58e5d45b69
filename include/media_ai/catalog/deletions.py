"""Deletions: what is still to be removed, and the proof of what was. A killed process leaves a record to go on from."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, cast, delete, func, insert, or_, select, text, update
from sqlalchemy.dialects.postgresql import JSONB

from media_ai.catalog import tables
from media_ai.catalog.database import Database
from media_ai.catalog.results import RunKey
from media_ai.catalog.vectors import has_vectors, search_vectors
from media_ai.errors import ConflictError, NotFoundError

_DELETIONS, _RUNS, _TASKS = tables.deletions, tables.runs, tables.tasks
_OF_VIDEO = (tables.person_names, tables.media_assets)
"""Rows that go with the last task of a video."""
_NOT_OF_TASKS = frozenset({"runs", "deletions", "model_calls", "promises", "source_items", "cost_days", "cost_sums"})
"""Tables that name a task and stay: the proof, what was paid, and what sources have seen."""


@dataclass(frozen=True, kw_only=True)
class Deletion:
    """A deletion as it is recorded; `work` is empty when it is done."""

    id: str
    dag_id: str
    run_id: str
    video_id: str
    state: str
    reason: str
    requested_by: str
    requested_at: datetime
    with_services: bool
    work: dict[str, Any]
    proof: dict[str, Any]
    swept_at: datetime | None
    ended_at: datetime | None

    @property
    def run(self) -> RunKey:
        """The task that is deleted."""
        return RunKey(dag_id=self.dag_id, run_id=self.run_id)


class Deletions:
    """Keeps the records of deletions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open_of(self, run: RunKey) -> Deletion | None:
        """Return the deletion of a task that is not done, if there is one."""
        found = self._list(_is(_DELETIONS, run), _DELETIONS.c.state != "done", limit=1)
        return found[0] if found else None

    def begin(self, run: RunKey, work: Mapping[str, Any], *, by: str, reason: str, with_services: bool) -> Deletion:
        """
        Record that a task is to be deleted; one that is being deleted is gone on with.

        Raises:
            NotFoundError: Nothing is recorded of it.
            ConflictError: It goes on.
        """
        with self._database.transaction() as connection:
            row = connection.execute(select(_RUNS).where(_is(_RUNS, run)).with_for_update()).mappings().first()
            if row is None:
                raise NotFoundError(f"No task '{run.run_id}' of workflow '{run.dag_id}' is known.")
            if row["ended_at"] is None:
                raise ConflictError(f"Task '{run.run_id}' is In Progress. Stop it before it is deleted.")
            known = select(_DELETIONS.c.id).where(_is(_DELETIONS, run), _DELETIONS.c.state != "done")
            found = connection.execute(known).scalar()
            if found is None:
                values = {"video_id": row["video_id"] or "", "work": dict(work), "requested_by": by, "reason": reason}
                added = insert(_DELETIONS).values(**run.columns(), **values, with_services=with_services)
                found = connection.execute(added.returning(_DELETIONS.c.id)).scalar_one()
        return self.get(found)

    def include_services(self, deletion: Deletion) -> Deletion:
        """Have the assets in services go too; raise ConflictError if it is too late for that."""
        open_ = (_DELETIONS.c.id == deletion.id, _DELETIONS.c.work.has_key("services"))
        with self._database.transaction() as connection:
            done = connection.execute(update(_DELETIONS).where(*open_).values(with_services=True))
        if not done.rowcount:
            raise ConflictError(
                f"The deletion of task '{deletion.run_id}' began without its assets in services; the record names what stays."
            )
        return self.get(deletion.id)

    def get(self, deletion_id: str) -> Deletion:
        """
        Return a deletion.

        Raises:
            NotFoundError: There is none of this id.
        """
        found = self._list(_DELETIONS.c.id == deletion_id, limit=1)
        if not found:
            raise NotFoundError(f"There is no deletion '{deletion_id[:40]}'.")
        return found[0]

    def recent(
        self, *, workflows: Sequence[str] | None = None, is_open: bool = False, limit: int = 100
    ) -> list[Deletion]:
        """Return deletions, the newest first; of some workflows, and only those that are not done."""
        conditions: list[Any] = [_DELETIONS.c.dag_id.in_(workflows)] if workflows is not None else []
        conditions += [_DELETIONS.c.state != "done"] if is_open else []
        return self._list(*conditions, limit=limit)

    def workflow_ids(self) -> list[str]:
        """Return the workflows that tasks were deleted of."""
        with self._database.transaction() as connection:
            return list(connection.execute(select(_DELETIONS.c.dag_id).distinct()).scalars())

    def save(self, deletion: Deletion, *, done: str, proof: Any, **values: Any) -> Deletion:
        """Record that a part of the work is done, with its proof; return the record as it is now."""
        with self._database.transaction() as connection:
            _save(connection, deletion, done, proof, values)
        return self.get(deletion.id)

    def remove_rows(self, deletion: Deletion) -> Deletion:
        """Remove what the catalog knows of the task, and record it in the same transaction."""
        run = deletion.run
        with self._database.transaction() as connection:
            removed = _count_rows(connection, run)
            for table in _tables_of_tasks():
                connection.execute(delete(table).where(_is(table, run)))
            if has_vectors(connection):
                connection.execute(delete(search_vectors).where(_is(search_vectors, run)))
            connection.execute(delete(_RUNS).where(_is(_RUNS, run)))
            removed.update(_remove_video(connection, deletion.video_id))
            left = sum(_count_rows(connection, run).values())
            _save(connection, deletion, "rows", {"removed": dict(removed), "left": left}, {})
        return self.get(deletion.id)

    def readers(self, address: str) -> list[RunKey]:
        """Return tasks that read a file, up to a few."""
        given = _RUNS.c.input
        uses = or_(given["video"].astext == address, given["subtitles"].astext == address)
        with self._database.transaction() as connection:
            found = connection.execute(select(_RUNS.c.dag_id, _RUNS.c.run_id).where(uses).limit(2))
            return [RunKey(dag_id=row.dag_id, run_id=row.run_id) for row in found]

    def outputs(self, run: RunKey) -> list[tuple[str, str, dict[str, Any]]]:
        """Return node type, key of the work and references of each node of a task."""
        nodes = tables.node_results
        statement = select(nodes.c.node_type, nodes.c.key, nodes.c.outputs).where(_is(nodes, run))
        with self._database.transaction() as connection:
            return [(row.node_type, row.key, row.outputs) for row in connection.execute(statement)]

    def given(self, run: RunKey) -> list[str]:
        """Return the addresses of the files that a task was started with."""
        with self._database.transaction() as connection:
            given = connection.execute(select(_RUNS.c.input).where(_is(_RUNS, run))).scalar() or {}
        return [given[name] for name in ("video", "subtitles") if isinstance(given.get(name), str)]

    def wait(self, deletion: Deletion, *, blobs: Sequence[str] | None = None, proof: Any = None) -> Deletion:
        """Record that the blobs, or some of them, are removed later; return the record as it is now."""
        values: dict[str, Any] = {"state": "waiting"}
        if blobs is not None:
            values |= {"work": {**deletion.work, "blobs": list(blobs)}, "proof": {**deletion.proof, "blobs": proof}}
        with self._database.transaction() as connection:
            connection.execute(update(_DELETIONS).where(_DELETIONS.c.id == deletion.id).values(**values))
        return self.get(deletion.id)

    def shares_artifact(self, digest: str, run: RunKey) -> bool:
        """Tell whether another task has an artifact of the same identity."""
        statement = text(
            "SELECT 1 FROM media_ai.kept_artifacts WHERE ref->>'digest' = :digest "
            "AND (dag_id, run_id) <> (:dag_id, :run_id) LIMIT 1"
        )
        with self._database.transaction() as connection:
            return connection.execute(statement, {"digest": digest, **run.columns()}).first() is not None

    def _list(self, *conditions: Any, limit: int) -> list[Deletion]:
        statement = select(_DELETIONS).where(*conditions).order_by(_DELETIONS.c.requested_at.desc()).limit(limit)
        with self._database.transaction() as connection:
            return [Deletion(**row) for row in connection.execute(statement).mappings()]


def days_ago(days: float) -> Any:
    """Return a moment by the database's clock."""
    return func.now() - timedelta(days=days)


def _save(connection: Connection, deletion: Deletion, done: str, proof: Any, values: Mapping[str, Any]) -> None:
    # Only what is named changes: two who go on with the same deletion do the same work twice, and lose nothing.
    changes = {
        "work": _DELETIONS.c.work.op("-")(done),
        "proof": _DELETIONS.c.proof.op("||")(cast({done: proof}, JSONB)),
        **values,
    }
    connection.execute(update(_DELETIONS).where(_DELETIONS.c.id == deletion.id).values(**changes))


def _tables_of_tasks() -> list[Table]:
    """Return all tables with rows of one task."""
    of_tasks = (table for table in tables.metadata.sorted_tables if {"dag_id", "run_id"} <= set(table.c.keys()))
    return [table for table in of_tasks if table.name not in _NOT_OF_TASKS]


def _count_rows(connection: Connection, run: RunKey) -> Counter[str]:
    counts: Counter[str] = Counter()
    wanted = [_RUNS, *_tables_of_tasks(), *([search_vectors] if has_vectors(connection) else [])]
    for table in wanted:
        statement = select(func.count()).select_from(table).where(_is(table, run))
        if number := connection.execute(statement).scalar_one():
            counts[table.name] = number
    return counts


def _remove_video(connection: Connection, video_id: str) -> dict[str, int]:
    """Remove what is known of a video that no task is about any more."""
    others = select(_RUNS.c.run_id).where(_RUNS.c.video_id == video_id).limit(1)
    if not video_id or connection.execute(others).first() is not None:
        return {}
    done = {}
    for table in _OF_VIDEO:
        if number := connection.execute(delete(table).where(table.c.video_id == video_id)).rowcount:
            done[table.name] = number
    return done


def _is(table: Any, run: RunKey) -> Any:
    return (table.c.dag_id == run.dag_id) & (table.c.run_id == run.run_id)
