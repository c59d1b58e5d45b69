"""What an audit looks at: a few numbers of each task's rows, so that a day's tasks are a small table."""

from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import CTE, Table, func, select

from media_ai.catalog import tables
from media_ai.catalog.database import Database

_RUNS, _ASSETS, _NODES = tables.runs, tables.media_assets, tables.node_results
Rows = list[dict[str, Any]]


class ResultFacts:
    """Reads the facts of the tasks that have ended since a moment and published their results."""

    def __init__(self, database: Database, since: datetime) -> None:
        self._database = database
        self._ended = _ended_since(since)

    def tasks(self) -> Rows:
        """Return for each task how many things can be found, and which share of the video lies between the first and the last."""
        entries = tables.search_entries
        same = (entries.c.dag_id == self._ended.c.dag_id) & (entries.c.run_id == self._ended.c.run_id)
        found = select(
            self._ended, func.count(entries.c.ordinal).label("entries"),
            func.min(entries.c.start_s).label("first_s"), func.max(entries.c.end_s).label("last_s"),
        ).outerjoin_from(self._ended, entries, same).group_by(*self._ended.c)  # fmt: skip
        return [_with_share(row) for row in self._read(found)]

    def lines(self, table: Table, text: str) -> Rows:
        """Return for each task with rows in a table of lines the facts of their order, ends and texts."""
        of_task = (table.c.dag_id, table.c.run_id)
        content = table.c[text]
        island = func.row_number().over(partition_by=of_task, order_by=table.c.ordinal) - func.row_number().over(
            partition_by=(*of_task, content), order_by=table.c.ordinal
        )
        step = table.c.start_s - func.lag(table.c.start_s).over(partition_by=of_task, order_by=table.c.ordinal)
        line = (
            select(*of_task, table.c.end_s, content.label("text"), island.label("island"), step.label("step_s"))
            .join(self._ended, (self._ended.c.dag_id == table.c.dag_id) & (self._ended.c.run_id == table.c.run_id))
            .cte("line")
        )
        repeats = func.count().over(partition_by=(line.c.dag_id, line.c.run_id, line.c.text, line.c.island))
        counted = select(line, repeats.label("repeats")).cte("counted")
        same = (counted.c.dag_id == self._ended.c.dag_id) & (counted.c.run_id == self._ended.c.run_id)
        facts = select(
            self._ended, func.count().label("rows"), func.min(counted.c.step_s).label("least_step_s"),
            func.max(counted.c.end_s).label("last_s"), func.max(counted.c.repeats).label("longest_run"),
            func.count().filter(func.btrim(counted.c.text, " \n\t") == "").label("blank"),
        ).join_from(self._ended, counted, same).group_by(*self._ended.c)  # fmt: skip
        return [_with_beyond(row) for row in self._read(facts)]

    def summaries(self) -> Rows:
        """Return each summary, and the language that its models were to write."""
        table = tables.summaries
        same = (table.c.dag_id == self._ended.c.dag_id) & (table.c.run_id == self._ended.c.run_id)
        wanted = select(self._ended, table.c.text, table.c.method, table.c.language)
        return self._read(wanted.join_from(self._ended, table, same))

    def _read(self, statement: Any) -> Rows:
        with self._database.transaction() as connection:
            return [dict(row) for row in connection.execute(statement).mappings()]


def _ended_since(since: datetime) -> CTE:
    published = select(_NODES.c.run_id).where(
        _NODES.c.dag_id == _RUNS.c.dag_id, _NODES.c.run_id == _RUNS.c.run_id, _NODES.c.node_type == "publish_results"
    )
    duration = _ASSETS.c.technical["duration"].astext.label("duration")
    wanted = select(_RUNS.c.dag_id, _RUNS.c.run_id, _RUNS.c.output_language, duration)
    joined = wanted.outerjoin_from(_RUNS, _ASSETS, _ASSETS.c.video_id == _RUNS.c.video_id)
    return joined.where(_RUNS.c.state == "success", _RUNS.c.ended_at >= since, published.exists()).cte("ended")


def _with_share(row: dict[str, Any]) -> dict[str, Any]:
    duration = _seconds(row["duration"])
    share = None
    if duration and row["last_s"] is not None:
        share = float(row["last_s"] - row["first_s"]) / duration
    return {**row, "share": share}


def _with_beyond(row: dict[str, Any]) -> dict[str, Any]:
    duration = _seconds(row["duration"])
    beyond = None if duration is None else float(row["last_s"]) - duration
    step = None if row["least_step_s"] is None else float(row["least_step_s"])
    return {**row, "beyond_s": beyond, "least_step_s": step}


def _seconds(duration: str | None) -> float | None:
    """Return a duration that is kept as a ratio: "1499/25"."""
    try:
        return float(Fraction(duration)) if duration else None
    except (ValueError, ZeroDivisionError):
        return None
