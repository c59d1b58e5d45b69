"""What sources have found: a row for each content of each file, so that nothing is started twice and nothing is lost."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, case, column, func, literal, or_, select, text, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as upsert

from media_ai.catalog import tables
from media_ai.catalog.database import Database
from media_ai.catalog.results import MARKED_FAILED

_ITEMS, _RUNS, _QUARANTINE = tables.source_items, tables.runs, tables.quarantine
_CHUNK = 5000
_FOUND = (
    "address", "etag", "size", "modified_at", "interval_start", "state", "reason", "video_id", "input", "dag_id", "run_id"
)  # fmt: skip
_SAME_RUN = and_(_RUNS.c.dag_id == _ITEMS.c.dag_id, _RUNS.c.run_id == _ITEMS.c.run_id)


@dataclass(frozen=True, slots=True)
class Known:
    """What the record says of a content of a file."""

    state: str
    size: int
    video_id: str
    dag_id: str
    run_id: str
    modified_at: datetime
    is_gone: bool


class SourceItems:
    """
    The record of what one source has found.

    States: waiting (a task is to be started), again (a task that failed is to be restarted), started, renamed (another name of
    a file that was started), refused (its reason says why; looked at again each time).
    """

    def __init__(self, database: Database, source: str) -> None:
        self._database = database
        self._source = source
        self._own = _ITEMS.c.source == source

    def known(self) -> dict[tuple[str, str], Known]:
        """Return what is known, by address and ETag."""
        names = ("state", "size", "video_id", "dag_id", "run_id", "modified_at")
        columns = [_ITEMS.c[name] for name in names]
        statement = select(_ITEMS.c.address, _ITEMS.c.etag, *columns, _ITEMS.c.gone_at.is_not(None)).where(self._own)
        with self._database.transaction() as connection:
            return {(row[0], row[1]): Known(*list(row)[2:]) for row in connection.execute(statement)}

    def record(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Record files that were found; what was started already stays as it is, but for being there."""
        given = func.jsonb_to_recordset(bindparam("rows", type_=JSONB)).table_valued(
            *(column(name, _ITEMS.c[name].type) for name in _FOUND), name="found"
        )
        found = given.render_derived(with_types=True)
        # One text for many rows: sent as rows they take ten times as long.
        statement = upsert(_ITEMS).from_select(
            ["source", *_FOUND], select(literal(self._source), *(found.c[name] for name in _FOUND))
        )
        # What was refused may be in order by now; what waited when it went was never started.
        is_open = or_(_ITEMS.c.state == "refused", and_(_ITEMS.c.state == "waiting", _ITEMS.c.gone_at.is_not(None)))
        changes: dict[str, Any] = {
            name: _if(is_open, statement.excluded[name], _ITEMS.c[name])
            for name in ("state", "reason", "video_id", "input", "dag_id", "run_id", "interval_start")
        }
        statement = statement.on_conflict_do_update(
            index_elements=["source", "address", "etag"], set_=changes | {"gone_at": None}
        )
        with self._database.transaction() as connection:
            for chunk in _chunks(rows):
                connection.execute(statement, {"rows": [{**row, **_times(row)} for row in chunk]})

    def gone(self, items: Iterable[tuple[str, str]], reason: str) -> None:
        """Record that contents of files, by address and ETag, are not there any more; what waited is not started."""
        chunks = _chunks(list(items))
        with self._database.transaction() as connection:
            for chunk in chunks:
                same = or_(*(and_(_ITEMS.c.address == address, _ITEMS.c.etag == etag) for address, etag in chunk))
                statement = update(_ITEMS).where(self._own, same, _ITEMS.c.gone_at.is_(None))
                connection.execute(statement.values(gone_at=func.now(), reason=reason))

    def restart_failed(self, interval_start: datetime | None) -> int:
        """Have tasks of an interval started again that failed; not those that somebody stopped, nor those in quarantine."""
        failed = select(_RUNS.c.run_id).where(_SAME_RUN, _RUNS.c.state == "failed", _RUNS.c.cause != MARKED_FAILED)
        kept = select(_QUARANTINE.c.run_id).where(
            _QUARANTINE.c.dag_id == _ITEMS.c.dag_id,
            _QUARANTINE.c.run_id == _ITEMS.c.run_id,
            _QUARANTINE.c.quarantined_at.is_not(None),
        )
        ours = (
            self._own & (_ITEMS.c.state == "started") & _ITEMS.c.gone_at.is_(None) & self._of_interval(interval_start)
        )
        with self._database.transaction() as connection:
            done = connection.execute(update(_ITEMS).where(ours, failed.exists(), ~kept.exists()).values(state="again"))
            return int(done.rowcount)

    @contextmanager
    def turn(self) -> Iterator[Connection]:
        """Have the turn to start tasks of the source until the block ends; others wait."""
        with self._database.transaction() as connection:
            connection.execute(
                text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": f"source {self._source}"}
            )
            yield connection

    def to_start(self, interval_start: datetime | None, limit: int) -> list[dict[str, Any]]:
        """Return what is to be started next of an interval, those that changed first first."""
        statement = (
            select(_ITEMS)
            .where(self._open(interval_start))
            .order_by(_ITEMS.c.modified_at, _ITEMS.c.address)
            .limit(limit)
        )
        with self._database.transaction() as connection:
            return [dict(row) for row in connection.execute(statement).mappings()]

    def waiting(self, interval_start: datetime | None) -> int:
        """Return how many files of an interval are still to be started."""
        statement = select(func.count()).select_from(_ITEMS).where(self._open(interval_start))
        with self._database.transaction() as connection:
            return int(connection.execute(statement).scalar_one())

    def started(self, address: str, etag: str) -> None:
        """Record that the task of a file was started."""
        same = self._own & (_ITEMS.c.address == address) & (_ITEMS.c.etag == etag)
        values = {"state": "started", "started_at": func.now(), "reason": ""}
        with self._database.transaction() as connection:
            connection.execute(update(_ITEMS).where(same).values(**values))

    def unfinished(self) -> int:
        """Return how many tasks of the source have not ended."""
        ended = select(_RUNS.c.run_id).where(_SAME_RUN, _RUNS.c.ended_at.is_not(None))
        statement = select(func.count()).where(self._own, _ITEMS.c.state == "started", ~ended.exists())
        with self._database.transaction() as connection:
            return int(connection.execute(statement).scalar_one())

    def started_since(self, seconds: float) -> int:
        """Return how many tasks were started in the last seconds."""
        since = func.now() - text(f"interval '{float(seconds)} seconds'")
        statement = select(func.count()).where(self._own, _ITEMS.c.started_at > since)
        with self._database.transaction() as connection:
            return int(connection.execute(statement).scalar_one())

    def counts(self) -> dict[str, int]:
        """Return how many files there are in each state, tasks by how they stand: "waiting", "success", "failed", "gone", ..."""
        state = func.coalesce(_if(_ITEMS.c.state == "started", _RUNS.c.state, None), _ITEMS.c.state)
        shown = _if(_ITEMS.c.gone_at.is_not(None), "gone", state)
        statement = (
            select(shown, func.count()).select_from(_ITEMS.outerjoin(_RUNS, _SAME_RUN)).where(self._own).group_by(shown)
        )
        with self._database.transaction() as connection:
            return {str(name): int(count) for name, count in connection.execute(statement)}

    def page(
        self, *, state: str | None = None, after: tuple[datetime, str, str] | None = None, limit: int = 50
    ) -> list[dict[str, Any]]:
        """Return files, those that were seen last first; each with the state of its run."""
        joined = _ITEMS.outerjoin(_RUNS, _SAME_RUN)
        statement = select(_ITEMS, _RUNS.c.state.label("run_state"), _RUNS.c.cause).select_from(joined).where(self._own)
        if state == "gone":
            statement = statement.where(_ITEMS.c.gone_at.is_not(None))
        elif state is not None:
            statement = statement.where(_ITEMS.c.state == state, _ITEMS.c.gone_at.is_(None))
        key = (_ITEMS.c.seen_at, _ITEMS.c.address, _ITEMS.c.etag)
        if after is not None:
            statement = statement.where(func.row(*key) < func.row(*after))
        statement = statement.order_by(*(column.desc() for column in key)).limit(limit)
        with self._database.transaction() as connection:
            return [dict(row) for row in connection.execute(statement).mappings()]

    def _open(self, interval_start: datetime | None) -> Any:
        states = _ITEMS.c.state.in_(("waiting", "again"))
        return self._own & states & _ITEMS.c.gone_at.is_(None) & self._of_interval(interval_start)

    def _of_interval(self, start: datetime | None) -> Any:
        return _ITEMS.c.interval_start.is_(None) if start is None else _ITEMS.c.interval_start == start


def _if(condition: Any, then: Any, otherwise: Any) -> Any:
    return case((condition, then), else_=otherwise)


def _times(row: Mapping[str, Any]) -> dict[str, str | None]:
    return {name: row[name].isoformat() if row[name] else None for name in ("modified_at", "interval_start")}


def _chunks(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(rows), _CHUNK):
        yield rows[start : start + _CHUNK]
