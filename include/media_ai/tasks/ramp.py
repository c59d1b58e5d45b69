"""Restart all tasks of one cause: a few first, then twice as many each time, as long as they get past what they failed at."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from media_ai.catalog.database import Database
from media_ai.catalog.failures import Failures, Group
from media_ai.catalog.results import RunKey
from media_ai.catalog.task_records import TaskRecords
from media_ai.clients.airflow_api import AirflowApi
from media_ai.errors import NotFoundError
from media_ai.tasks.words import UNFINISHED

LARGEST_STEP = 64
_WORST_SHARE = 0.5


DAG_ID = "media_ai_restart"


def restart_cause(api: AirflowApi, group: Group, *, first: int, by: str) -> str:
    """Have the tasks of a cause restarted by a run of the DAG for it; return the run's id."""
    conf = {"cause": group.cause_id, "workflows": list(group.workflows), "first": first, "by": by}
    run_id = f"{group.cause_id}__{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}"
    api.trigger(DAG_ID, run_id=run_id, conf=conf, note=f"{group.tasks} tasks: {group.title}")
    return run_id


@dataclass(frozen=True, kw_only=True)
class Step:
    """
    Where a ramp stands; it is JSON data between two steps.

    Attributes:
        size: Tasks of the next step.
        begun: When the ramp began, ISO 8601: what has failed since is not restarted again.
        restarted: Tasks that were restarted so far.
        failed_again: Those of them that have failed for the same cause again.
        last: (workflow, run id) of the step that is under way.
    """

    size: int
    begun: str
    restarted: int = 0
    failed_again: int = 0
    last: tuple[tuple[str, str], ...] = ()


class Ramp:
    """Restarts the tasks of one cause, step by step."""

    def __init__(
        self,
        database: Database,
        cause_id: str,
        restart: Callable[[RunKey], None],
        *,
        workflows: Sequence[str] | None = None,
    ) -> None:
        self._failures = Failures(database)
        self._records = TaskRecords(database)
        self._cause_id = cause_id
        self._restart = restart
        self._workflows = workflows

    def go(self, step: Step, *, by: str) -> Step:
        """Restart the tasks of a step; one with no task in `last` is the end."""
        done = []
        for row in self._waiting(step):
            run = RunKey(dag_id=row["dag_id"], run_id=row["run_id"])
            before = self._records.restarting(run, by=by)
            try:
                self._restart(run)
            except BaseException:
                self._records.restore(run, before)
                raise
            done.append((run.dag_id, run.run_id))
        return Step(
            size=min(2 * step.size, LARGEST_STEP),
            begun=step.begun,
            restarted=step.restarted + len(done),
            failed_again=step.failed_again,
            last=tuple(done),
        )

    def is_settled(self, step: Step) -> bool:
        """Tell whether it is known of each task of a step whether it got past what it failed at."""
        return all(self._fate(run) is not None for run in _runs(step))

    def judged(self, step: Step) -> tuple[Step, bool]:
        """Return the step with those counted that failed again, and whether going on makes sense."""
        failed = sum(self._fate(run) is False for run in _runs(step))
        counted = Step(**{**step.__dict__, "failed_again": step.failed_again + failed})
        return counted, not step.last or failed / len(step.last) <= _WORST_SHARE

    def left(self) -> int:
        """Return how many tasks fail for the cause and are not in quarantine."""
        try:
            group = self._failures.group(self._cause_id)
        except NotFoundError:
            return 0
        return group.tasks - group.quarantined

    def _waiting(self, step: Step) -> list[dict[str, Any]]:
        begun = datetime.fromisoformat(step.begun)
        found: list[dict[str, Any]] = []
        after: tuple[datetime, str, str] | None = None
        while len(found) < step.size:
            page = self._failures.tasks(self._cause_id, workflows=self._workflows, after=after, limit=200)
            found += [row for row in page if row["quarantined_at"] is None and row["failed_at"] < begun]
            if len(page) < 200:
                break
            after = (page[-1]["failed_at"], page[-1]["dag_id"], page[-1]["run_id"])
        return found[: step.size]

    def _fate(self, run: RunKey) -> bool | None:
        """Return whether a task got past what it failed at; None while nobody knows."""
        failure = self._failures.last(run)
        state = self._records.standing(run).state
        if failure is None or state == "success":
            return True
        return None if state in UNFINISHED else bool(failure["cause_id"] != self._cause_id)


def _runs(step: Step) -> list[RunKey]:
    return [RunKey(dag_id=dag_id, run_id=run_id) for dag_id, run_id in step.last]
