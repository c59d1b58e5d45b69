"""Read tasks: the catalog's record of them, and how Airflow says that they stand."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from media_ai.catalog.costs import Cost, Costs
from media_ai.catalog.database import Database
from media_ai.catalog.publications import PublicationLog
from media_ai.catalog.results import ResultRepository, RunKey
from media_ai.catalog.review_marks import ReviewMarks
from media_ai.catalog.task_lists import Place, TaskFilter, TaskLists, seconds_of
from media_ai.catalog.task_records import TaskRecords
from media_ai.clients.airflow_api import AirflowApi
from media_ai.errors import MediaAIError, NotFoundError
from media_ai.graph.plan import ExecutionPlan
from media_ai.tasks.following import bring_up_to_date, note_queued
from media_ai.tasks.progress import node_progress, total_progress
from media_ai.tasks.quotes import Quotes
from media_ai.tasks.views import (
    NodeCost,
    NodeProgress,
    TaskDetail,
    TaskProgress,
    TaskState,
    TaskSummary,
    summary_fields,
)
from media_ai.tasks.words import UNFINISHED, status_of

log = logging.getLogger(__name__)


class TaskReader:
    """Reads tasks for one caller, with that caller's way to Airflow."""

    def __init__(self, database: Database, api: AirflowApi) -> None:
        self._lists = TaskLists(database)
        self._records = TaskRecords(database)
        self._results = ResultRepository(database)
        self._log = PublicationLog(database)
        self._quotes = Quotes(database)
        self._costs = Costs(database)
        self._marks = ReviewMarks(database)
        self._api = api

    def page(self, wanted: TaskFilter, *, after: Place | None, limit: int) -> list[TaskSummary]:
        """
        Return a page of tasks, the newest first, with the progress of those that go on.

        Airflow's part is left out where Airflow does not answer: the list is the catalog's.
        """
        rows = self._lists.page(wanted, after=after, limit=limit)
        going = [row for row in rows if row["state"] in UNFINISHED]
        progress = (self._tolerantly(lambda: self._progress_of(going)) if going else None) or {}
        return [self._summary(row, progress.get((row["dag_id"], row["run_id"]))) for row in rows]

    def note_waiting(self) -> None:
        """Record the runs that wait in Airflow, which nobody has told the catalog of."""
        self._tolerantly(lambda: note_queued(self._records, self._api))

    def detail(self, run: RunKey) -> TaskDetail:
        """
        Return a task, node by node.

        Raises:
            NotFoundError: Neither the catalog nor Airflow knows it.
        """
        record = self._record(run)
        row = self._lists.one(run)
        instances = self._api.task_instances(run.dag_id, run.run_id) if record else []
        plan = self._plan(row)
        nodes = self._nodes(row, instances, plan)
        return TaskDetail(
            **summary_fields(row),
            nodes=nodes,
            progress=total_progress(nodes, plan),
            input=row["input"],
            overrides=row["overrides"],
            note=(record or {}).get("note") or "",
            cause=row["cause"],
            review_reasons=self._marks.reasons(run),
            quote=self._quotes.of(run),
            node_costs=[_node_cost(cost) for cost in self._costs.of_nodes(run)],
        )

    def state(self, run: RunKey, *, ask_airflow: bool = False) -> TaskState:
        """
        Return how a task stands.

        Args:
            run: The task.
            ask_airflow: Mend the catalog's record first, where Airflow knows better.

        Raises:
            NotFoundError: Neither the catalog nor Airflow knows it.
        """
        if ask_airflow:
            self._record(run)
        known = self._records.standing(run)
        status = status_of(known.state, known.cause)
        return TaskState(workflow=run.dag_id, run_id=run.run_id, status=status, has_ended=status.has_ended)

    def _summary(self, row: Mapping[str, Any], progress: TaskProgress | None) -> TaskSummary:
        if progress is not None and progress.done == progress.total:
            # Every node has ended, or there is none any more, and the record says that it goes on: was the end not heard?
            run = RunKey(dag_id=row["dag_id"], run_id=row["run_id"])
            self._tolerantly(lambda: self._record(run))
            row = self._lists.one(run)
        summary = TaskSummary(**summary_fields(row))
        summary.progress = progress if row["state"] in UNFINISHED else None
        return summary

    def _record(self, run: RunKey) -> dict[str, Any] | None:
        """Return Airflow's record of a run, None if it was deleted there; the catalog's follows it."""
        try:
            record = self._api.run(run.dag_id, run.run_id)
        except NotFoundError:
            bring_up_to_date(self._records, self._results, run, None)
            return None
        bring_up_to_date(self._records, self._results, run, record)
        return record

    def _progress_of(self, rows: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], TaskProgress]:
        keys = [(row["dag_id"], row["run_id"]) for row in rows]
        instances: dict[tuple[str, str], list[dict[str, Any]]] = {key: [] for key in keys}
        for item in self._api.task_instances_of(keys):
            instances[item["dag_id"], item["dag_run_id"]].append(item)
        plans = {(row["dag_id"], row["workflow_version"]): self._plan(row) for row in rows}
        found = {}
        for key, row in zip(keys, rows, strict=True):
            plan = plans[row["dag_id"], row["workflow_version"]]
            found[key] = total_progress(self._nodes(row, instances[key], plan), plan)
        return found

    def _nodes(
        self, row: Mapping[str, Any], instances: Sequence[Mapping[str, Any]], plan: ExecutionPlan | None
    ) -> list[NodeProgress]:
        run = RunKey(dag_id=row["dag_id"], run_id=row["run_id"])
        # What has ended needs no estimate.
        types = {step.type for step in plan.steps} if plan and row["state"] in UNFINISHED else set()
        return node_progress(
            instances,
            plan=plan,
            usual=self._lists.usual(types),
            video_s=seconds_of(row["duration"]),
            reused={node["node_id"]: node["reused"] for node in self._results.nodes(run)},
        )

    def _plan(self, row: Mapping[str, Any]) -> ExecutionPlan | None:
        number = row["workflow_version"]
        data = self._log.plan(row["dag_id"], number) if number is not None else None
        return ExecutionPlan.model_validate(data) if data else None

    def _tolerantly(self, ask: Any) -> Any:
        try:
            return ask()
        except MediaAIError as exc:
            log.warning("The list of tasks lacks what Airflow says: %s", exc.message)
            return None


def _node_cost(cost: Cost) -> NodeCost:
    same = ("calls", "input_tokens", "output_tokens", "audio_seconds", "currency")
    return NodeCost(
        node_id=cost.key,
        unpriced_calls=cost.unpriced,
        cost=None if cost.cost is None else float(cost.cost),
        **{name: getattr(cost, name) for name in same},
    )
