"""Bring tasks that have succeeded up to the version of their workflow that is published now, paying only for what is new."""

from collections.abc import Iterator
from datetime import datetime

from media_ai.catalog.database import Database
from media_ai.catalog.publications import PublicationLog
from media_ai.catalog.results import RunKey
from media_ai.catalog.task_records import TaskRecords
from media_ai.errors import MediaAIError, NotFoundError
from media_ai.graph.changes import affected
from media_ai.graph.plan import ExecutionPlan
from media_ai.tasks.control import Restart, TaskControl

_CHANGED = Restart(scope="changed", on_latest_version=True)


class Renewal:
    """Tasks of one workflow that succeeded on a version with nodes that are different now."""

    def __init__(self, database: Database, workflow: str, *, since: datetime | None, until: datetime | None) -> None:
        self._records = TaskRecords(database)
        self._log = PublicationLog(database)
        self._workflow = workflow
        self._since = since
        self._until = until

    def outdated(self, limit: int) -> tuple[list[RunKey], int]:
        """
        Return up to `limit` tasks, the oldest first, and how many there are in all.

        Raises:
            NotFoundError: The workflow is not published.
        """
        current = self._log.current(self._workflow)
        if current is None or current.kind != "published":
            raise NotFoundError(f"Workflow '{self._workflow}' is not published.")
        plan = ExecutionPlan.model_validate(current.plan)
        versions = [number for number in self._records.versions(self._workflow) if self._differs(number, plan)]
        return self._records.succeeded_on(self._workflow, versions, since=self._since, until=self._until, limit=limit)

    def _differs(self, number: int, plan: ExecutionPlan) -> bool:
        before = self._log.plan(self._workflow, number)
        return before is not None and bool(affected(ExecutionPlan.model_validate(before), plan))

    def renew(self, control: TaskControl, *, limit: int) -> Iterator[tuple[RunKey, MediaAIError | None]]:
        """Have up to `limit` of them worked on again where that is needed; yield each with what kept it from that."""
        for run in self.outdated(limit)[0]:
            try:
                control.restart(run, _CHANGED)
            except MediaAIError as exc:
                yield run, exc
            else:
                yield run, None
