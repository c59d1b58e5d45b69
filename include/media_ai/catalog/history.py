"""What nodes of a workflow did lately: what quotes are made from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Integer, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY

from media_ai.catalog import tables
from media_ai.catalog.database import Database
from media_ai.catalog.task_lists import seconds_of
from media_ai.store.artifacts import Usage

_RUNS, _ASSETS, _NODES = tables.runs, tables.media_assets, tables.node_results
LATELY = 40
"""Tasks that are looked at."""


@dataclass(frozen=True, kw_only=True)
class Done:
    """
    What a node did in one task.

    Attributes:
        version: Of the workflow.
        overrides: Of the task, by node.
        video_s: Length of its video.
        seconds: That the node took.
        counts: What it produced, such as frames.
    """

    node_id: str
    version: int | None
    overrides: Mapping[str, Any]
    video_s: float
    has_subtitles: bool
    seconds: float
    usage: tuple[Usage, ...]
    counts: Mapping[str, int]


class History:
    """Reads what nodes did."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of_workflow(self, slug: str) -> list[Done]:
        """Return what the nodes of a workflow's last tasks did, the newest task first; what was reused is left out."""
        lately = (
            select(_RUNS)
            .where(_RUNS.c.dag_id == slug, _RUNS.c.state.in_(("success", "failed")))
            .order_by(_RUNS.c.created_at.desc())
            .limit(LATELY)
            .subquery()
        )
        columns = [_NODES.c[name] for name in ("node_id", "seconds", "usage", "outputs")]
        duration = _ASSETS.c.technical["duration"].astext.label("duration")
        statement = (
            select(lately.c.workflow_version, lately.c.overrides, lately.c.input, duration, *columns)
            .join(_NODES, (_NODES.c.dag_id == lately.c.dag_id) & (_NODES.c.run_id == lately.c.run_id))
            .join(_ASSETS, _ASSETS.c.video_id == lately.c.video_id)
            .where(~_NODES.c.reused, _ASSETS.c.technical.is_not(None))
            .order_by(lately.c.created_at.desc())
        )
        with self._database.transaction() as connection:
            return [_done(dict(row)) for row in connection.execute(statement).mappings()]

    def plans(self, slug: str, versions: set[int]) -> dict[int, Mapping[str, Any]]:
        """Return the plans of published versions of a workflow."""
        table = tables.publications
        wanted = func.any(bindparam("versions", sorted(versions), ARRAY(Integer)))
        statement = select(table.c.number, table.c.plan).where(
            table.c.slug == slug, table.c.kind == "published", table.c.number == wanted
        )
        with self._database.transaction() as connection:
            return {row.number: row.plan for row in connection.execute(statement)}


def _done(row: Mapping[str, Any]) -> Done:
    counts: dict[str, int] = {}
    for ref in row["outputs"].values():
        counts |= (ref or {}).get("counts") or {}
    return Done(
        node_id=row["node_id"],
        version=row["workflow_version"],
        overrides=row["overrides"] or {},
        video_s=seconds_of(row["duration"]) or 0.0,
        has_subtitles=bool((row["input"] or {}).get("subtitles")),
        seconds=row["seconds"],
        usage=tuple(Usage.model_validate(item) for item in row["usage"]),
        counts=counts,
    )
