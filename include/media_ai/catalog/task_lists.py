"""Lists of tasks: filtered, a page at a time, the newest first; and how long nodes usually take."""

import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Float, Select, Text, cast, column, func, literal, or_, select, true, tuple_, values

from media_ai.catalog import tables
from media_ai.catalog.database import Database
from media_ai.catalog.results import RunKey
from media_ai.errors import NotFoundError

_RUNS, _TASKS, _ASSETS = tables.runs, tables.tasks, tables.media_assets
_LATELY = 30
"""Results of a node type that its usual time is taken from."""
_KEPT_S = 60.0

Place = tuple[datetime, str, str]
"""Where a page ends: created_at, dag_id, run_id."""


@dataclass(frozen=True, kw_only=True)
class TaskFilter:
    """
    Which tasks a list has; what is None does not count.

    Attributes:
        states: Airflow's states.
        cause: What ended it, exactly.
        not_cause: What did not end it.
        workflows: Only of these.
        text: Part of the name, the title, the video id or the run id.
    """

    workflow: str | None = None
    workflows: frozenset[str] | None = None
    states: Sequence[str] | None = None
    cause: str | None = None
    not_cause: str | None = None
    text: str | None = None
    owner: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def within(self, workflows: frozenset[str]) -> "TaskFilter":
        """Return this filter, with only the tasks of some workflows."""
        return replace(self, workflows=workflows)


@dataclass(frozen=True, kw_only=True)
class Usual:
    """How long a node usually takes: in seconds, and in seconds for each second of video where that is known."""

    seconds: float
    per_video_second: float | None

    def of(self, video_s: float | None) -> float:
        """Return the seconds to expect for a video of this length."""
        return self.per_video_second * video_s if self.per_video_second and video_s else self.seconds


class TaskLists:
    """Reads tasks for people."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(self, wanted: TaskFilter, *, after: Place | None, limit: int) -> list[dict[str, Any]]:
        """Return up to `limit` tasks that come after a place, the newest first."""
        statement = _tasks().order_by(_RUNS.c.created_at.desc(), _RUNS.c.dag_id.desc(), _RUNS.c.run_id.desc())
        place = tuple_(_RUNS.c.created_at, _RUNS.c.dag_id, _RUNS.c.run_id)
        conditions = [*_conditions(wanted)] + ([place < tuple_(*map(literal, after))] if after else [])
        with self._database.transaction() as connection:
            rows = connection.execute(statement.where(*conditions).limit(limit)).mappings()
            return [dict(row) for row in rows]

    def one(self, run: RunKey) -> dict[str, Any]:
        """
        Return a task.

        Raises:
            NotFoundError: Nothing is recorded of it.
        """
        statement = _tasks().where(_RUNS.c.dag_id == run.dag_id, _RUNS.c.run_id == run.run_id)
        with self._database.transaction() as connection:
            row = connection.execute(statement).mappings().first()
        if row is None:
            raise NotFoundError(f"No task '{run.run_id}' of workflow '{run.dag_id}' is known.")
        return dict(row)

    def usual(self, node_types: Collection[str]) -> dict[str, Usual]:
        """
        Return how long nodes of these types took lately, the middle of their last results; nothing where there are none.

        It changes slowly, and is asked for by everybody who looks at a task: each type is looked up once a minute.
        """
        now, known = time.monotonic(), _usual_lately.setdefault(self._database, {})
        old = sorted({name for name in node_types if known.get(name, (0.0, None))[0] < now})
        found = self._usual(old) if old else {}
        known.update({name: (now + _KEPT_S, found.get(name)) for name in old})
        return {name: usual for name in set(node_types) if (usual := known[name][1]) is not None}

    def _usual(self, names: Sequence[str]) -> dict[str, Usual]:
        wanted = values(column("node_type", Text), name="wanted").data([(name,) for name in names])
        results = tables.node_results
        lately = (
            select(results.c.seconds, (results.c.seconds / func.nullif(_video_s(), 0)).label("share"))
            .join(_RUNS, (_RUNS.c.dag_id == results.c.dag_id) & (_RUNS.c.run_id == results.c.run_id))
            .outerjoin(_ASSETS, _ASSETS.c.video_id == _RUNS.c.video_id)
            .where(results.c.node_type == wanted.c.node_type, ~results.c.reused)
            .order_by(results.c.finished_at.desc())
            .limit(_LATELY)
            .lateral("lately")
        )
        middle = [func.percentile_cont(0.5).within_group(part) for part in (lately.c.seconds, lately.c.share)]
        statement = select(wanted.c.node_type, *middle).join(lately, true()).group_by(wanted.c.node_type)
        with self._database.transaction() as connection:
            rows = connection.execute(statement).all()
        return {name: Usual(seconds=seconds, per_video_second=share) for name, seconds, share in rows}


_usual_lately: WeakKeyDictionary[Database, dict[str, tuple[float, Usual | None]]] = WeakKeyDictionary()


def seconds_of(duration: str | None) -> float | None:
    """Return the seconds of a stored duration such as "1001/30"."""
    return float(Fraction(duration)) if duration else None


def _video_s() -> Any:
    """The length of the video: an exact ratio as text."""
    parts = [func.split_part(_ASSETS.c.technical["duration"].astext, "/", index) for index in (1, 2)]
    over, under = (cast(func.nullif(part, ""), Float) for part in parts)
    return over / func.coalesce(func.nullif(under, 0), 1)


def _conditions(wanted: TaskFilter) -> Iterator[Any]:
    if wanted.workflow is not None:
        yield _RUNS.c.dag_id == wanted.workflow
    if wanted.workflows is not None:
        yield _RUNS.c.dag_id.in_(sorted(wanted.workflows))
    if wanted.states is not None:
        yield _RUNS.c.state.in_(wanted.states)
    if wanted.cause is not None:
        yield _RUNS.c.cause == wanted.cause
    if wanted.not_cause is not None:
        yield _RUNS.c.cause != wanted.not_cause
    if wanted.owner is not None:
        yield _TASKS.c.owner == wanted.owner
    if wanted.since is not None:
        yield _RUNS.c.created_at >= wanted.since
    if wanted.until is not None:
        yield _RUNS.c.created_at < wanted.until
    if wanted.text:
        given = _RUNS.c.input["title"].astext
        places = (_TASKS.c.name, given, _ASSETS.c.title, _RUNS.c.video_id, _RUNS.c.run_id)
        yield or_(*(place.icontains(wanted.text, autoescape=True) for place in places))


def _tasks() -> Select[Any]:
    title = func.coalesce(func.nullif(_RUNS.c.input["title"].astext, ""), _ASSETS.c.title, "")
    columns = [_TASKS.c[name] for name in ("parent_run_id", "stopped_at", "restarted_at")]
    words = [func.coalesce(_TASKS.c[name], "").label(name) for name in ("name", "owner", "stopped_by", "restarted_by")]
    duration = _ASSETS.c.technical["duration"].astext.label("duration")
    return (
        select(_RUNS, *columns, *words, title.label("title"), duration, *_usage(), _cost(), _needs_review())
        .outerjoin(_TASKS, (_TASKS.c.dag_id == _RUNS.c.dag_id) & (_TASKS.c.run_id == _RUNS.c.run_id))
        .outerjoin(_ASSETS, _ASSETS.c.video_id == _RUNS.c.video_id)
    )


def _needs_review() -> Any:
    marks = tables.review_marks
    own = (marks.c.dag_id == _RUNS.c.dag_id) & (marks.c.run_id == _RUNS.c.run_id)
    return select(marks.c.node_id).where(own, marks.c.cleared_at.is_(None)).exists().label("needs_review")


def _cost() -> Any:
    """What a task cost: {"cost", "currency", "unpriced", "calls"}, in the currency of its last call; nothing without calls."""
    sums = tables.cost_sums
    own = (sums.c.scope == "task") & (sums.c.dag_id == _RUNS.c.dag_id) & (sums.c.name == _RUNS.c.run_id)
    parts = [part for name in ("cost", "currency", "unpriced", "calls") for part in (name, sums.c[name])]
    newest = select(func.jsonb_build_object(*parts)).where(own).order_by(sums.c.last_at.desc()).limit(1)
    return newest.scalar_subquery().label("spent")


def _usage() -> list[Any]:
    """What models used for a task, summed over the calls of its nodes."""
    results = tables.node_results
    call = func.jsonb_array_elements(results.c.usage).table_valued("value", joins_implicitly=True).alias("call")
    own = (results.c.dag_id == _RUNS.c.dag_id) & (results.c.run_id == _RUNS.c.run_id)
    names = ("input_tokens", "output_tokens", "audio_seconds")
    sums = {name: cast(call.c.value.op("->>")(name), Float) for name in names}
    return [
        func.coalesce(select(func.sum(part)).select_from(results).where(own).scalar_subquery(), 0).label(name)
        for name, part in sums.items()
    ]
