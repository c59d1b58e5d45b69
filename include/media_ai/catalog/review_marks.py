"""Which tasks need a person to look at their results, and why."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, exists, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from media_ai.catalog import tables
from media_ai.catalog.database import Database
from media_ai.catalog.results import RunKey
from media_ai.errors import NotFoundError
from media_ai.model.base import storable_text

_MARKS = tables.review_marks
AUDIT = ""
"""In place of a node: the daily audit."""


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A task that needs review; `node_id` is empty for the audit."""

    dag_id: str
    run_id: str
    video_id: str
    title: str
    node_id: str
    reasons: tuple[str, ...]
    marked_at: datetime


class ReviewMarks:
    """Marks tasks, and takes the marks away when somebody has looked."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def judge(self, run: RunKey, node_id: str, reasons: Sequence[str]) -> None:
        """
        Record what a check of a task found: no reasons take its mark away.

        A mark that somebody has cleared stays cleared while the reasons are the same.
        """
        kept = [storable_text(reason)[:500] for reason in reasons[:50]]
        with self._database.transaction() as connection:
            if not kept:
                connection.execute(delete(_MARKS).where(_is(run), _MARKS.c.node_id == node_id))
                return
            known = select(*(literal(value) for value in (run.dag_id, run.run_id, node_id)))
            known = known.add_columns(literal(kept, _MARKS.c.reasons.type)).where(_recorded(run))
            added = upsert(_MARKS).from_select(["dag_id", "run_id", "node_id", "reasons"], known)
            changes = {"reasons": kept, "marked_at": func.now(), "cleared_at": None, "cleared_by": ""}
            is_new = _MARKS.c.reasons != added.excluded.reasons
            connection.execute(
                added.on_conflict_do_update(index_elements=["dag_id", "run_id", "node_id"], set_=changes, where=is_new)
            )

    def clear(self, run: RunKey, *, by: str) -> None:
        """
        Record that somebody has looked at a task.

        Raises:
            NotFoundError: It needs no review.
        """
        open_ = update(_MARKS).where(_is(run), _MARKS.c.cleared_at.is_(None))
        with self._database.transaction() as connection:
            if not connection.execute(open_.values(cleared_by=by, cleared_at=func.now())).rowcount:
                raise NotFoundError(f"Task '{run.run_id}' of workflow '{run.dag_id}' needs no review.")

    def open(self, *, workflows: Collection[str], limit: int = 100) -> list[Mark]:
        """Return the marks of some workflows that nobody has cleared, the newest first."""
        names = ("dag_id", "run_id", "node_id", "reasons", "marked_at")
        found = _open().with_only_columns(*(_MARKS.c[name] for name in names), *_about())
        wanted = found.join(tables.runs, _recorded_as()).where(_MARKS.c.dag_id.in_(workflows))
        with self._database.transaction() as connection:
            rows = connection.execute(wanted.order_by(_MARKS.c.marked_at.desc()).limit(limit)).mappings()
            return [Mark(**{**row, "reasons": tuple(row["reasons"])}) for row in rows]

    def reasons(self, run: RunKey) -> list[str]:
        """Return why a task needs review; nothing if it needs none."""
        with self._database.transaction() as connection:
            found = connection.execute(_open().with_only_columns(_MARKS.c.reasons).where(_is(run)))
            return [reason for reasons in found.scalars() for reason in reasons]

    def needs_review(self, run: RunKey) -> bool:
        """Tell whether a task has a mark that nobody has cleared."""
        with self._database.transaction() as connection:
            return bool(connection.execute(select(exists(_open().where(_is(run))))).scalar_one())


def _open() -> Select[Any]:
    return select(_MARKS).where(_MARKS.c.cleared_at.is_(None))


def _about() -> tuple[Any, Any]:
    """Return the video that a marked task is about: its id, and its title where it has one."""
    runs, assets = tables.runs, tables.media_assets
    known = select(assets.c.title).where(assets.c.video_id == runs.c.video_id).scalar_subquery()
    title = func.coalesce(func.nullif(runs.c.input["title"].astext, ""), known, "").label("title")
    return func.coalesce(runs.c.video_id, "").label("video_id"), title


def _recorded_as() -> Any:
    return (tables.runs.c.dag_id == _MARKS.c.dag_id) & (tables.runs.c.run_id == _MARKS.c.run_id)


def _is(run: RunKey) -> Any:
    return (_MARKS.c.dag_id == run.dag_id) & (_MARKS.c.run_id == run.run_id)


def _recorded(run: RunKey) -> Any:
    runs = tables.runs
    return exists(select(runs.c.run_id).where(runs.c.dag_id == run.dag_id, runs.c.run_id == run.run_id))
