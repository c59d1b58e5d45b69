"""How long tasks keep what: a rule for each workflow, and one for those without; no rule keeps everything."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from media_ai.catalog import tables
from media_ai.catalog.database import Database
from media_ai.catalog.results import RunKey
from media_ai.errors import NotFoundError

_RULES, _RUNS = tables.retention_rules, tables.runs
EVERY = ""
"""In place of a workflow: all that have no rule of their own."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Days after a task has ended; None keeps for ever."""

    dag_id: str
    results_days: int | None = None
    artifacts_days: int | None = None
    uploads_days: int | None = None
    saved_by: str = ""
    saved_at: datetime | None = None


class Retention:
    """Keeps the rules, and finds what they have to go."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def rules(self) -> list[Rule]:
        """Return the rules by workflow, that of all others first."""
        with self._database.transaction() as connection:
            return [Rule(**row) for row in connection.execute(select(_RULES).order_by(_RULES.c.dag_id)).mappings()]

    def save(self, rule: Rule, *, by: str) -> None:
        """Keep a rule in place of the workflow's last one."""
        values = {name: getattr(rule, name) for name in ("results_days", "artifacts_days", "uploads_days")}
        changes: dict[str, Any] = {**values, "saved_by": by, "saved_at": func.now()}
        added = upsert(_RULES).values(dag_id=rule.dag_id, **changes)
        with self._database.transaction() as connection:
            connection.execute(added.on_conflict_do_update(index_elements=["dag_id"], set_=changes))

    def remove(self, dag_id: str) -> None:
        """
        Forget a rule.

        Raises:
            NotFoundError: There is none.
        """
        with self._database.transaction() as connection:
            if not connection.execute(delete(_RULES).where(_RULES.c.dag_id == dag_id)).rowcount:
                raise NotFoundError(f"There is no retention rule for '{dag_id or 'all workflows'}'.")

    def due_results(self, *, limit: int) -> list[RunKey]:
        """Return tasks that are to go altogether, the oldest first."""
        return self._due("results_days", "TRUE", limit)

    def due_artifacts(self, *, limit: int) -> list[RunKey]:
        """Return tasks whose artifacts are to go."""
        return self._due("artifacts_days", "r.artifacts_removed_at IS NULL", limit)

    def due_uploads(self, *, limit: int) -> list[RunKey]:
        """Return tasks whose uploaded video is to go."""
        return self._due("uploads_days", "r.upload_removed_at IS NULL", limit)

    def due_by_sources(self, *, limit: int) -> list[RunKey]:
        """Return tasks of sources that have their videos' deletion followed, whose video has been gone for a day."""
        statement = text(
            "SELECT r.dag_id, r.run_id FROM media_ai.source_items AS i JOIN media_ai.sources AS s ON s.slug = i.source "
            "JOIN media_ai.runs AS r ON r.dag_id = i.dag_id AND r.run_id = i.run_id "
            "WHERE i.gone_at < now() - interval '1 day' AND s.definition->>'deletion' = 'delete' "
            "AND r.ended_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM media_ai.source_items AS o WHERE "
            "o.dag_id = i.dag_id AND o.run_id = i.run_id AND o.gone_at IS NULL) ORDER BY i.gone_at LIMIT :limit"
        )
        return self._runs(statement, limit=limit)

    def note(self, run: RunKey, column: str) -> None:
        """Record that something of a task is gone: artifacts_removed_at or upload_removed_at."""
        same = (_RUNS.c.dag_id == run.dag_id) & (_RUNS.c.run_id == run.run_id)
        with self._database.transaction() as connection:
            connection.execute(update(_RUNS).where(same).values({column: func.now()}))

    def _due(self, days: str, condition: str, limit: int) -> list[RunKey]:
        # Both are words of this file. A workflow's own rule counts whole: what it does not name is kept.
        statement = text(
            "SELECT r.dag_id, r.run_id FROM media_ai.runs AS r JOIN media_ai.retention_rules AS k ON k.dag_id = "  # noqa: S608
            "coalesce((SELECT dag_id FROM media_ai.retention_rules AS o WHERE o.dag_id = r.dag_id), '') "
            f"WHERE r.ended_at < now() - make_interval(days => k.{days}) AND {condition} "
            "ORDER BY r.ended_at LIMIT :limit"
        )
        return self._runs(statement, limit=limit)

    def _runs(self, statement: Any, **values: Any) -> list[RunKey]:
        with self._database.transaction() as connection:
            return [RunKey(dag_id=row.dag_id, run_id=row.run_id) for row in connection.execute(statement, values)]
