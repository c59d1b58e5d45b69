"""
Stop tasks and run them again, the way that Airflow does it right.

A run that was stopped has tasks that Airflow has skipped: clearing "failed ones only" leaves them skipped and succeeds without
them, and setting a run to queued succeeds with nothing done. So what is run again is named, with all that comes after it.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from media_ai.catalog.database import Database
from media_ai.catalog.failures import Failures
from media_ai.catalog.publications import PublicationLog
from media_ai.catalog.results import MARKED_FAILED, RunKey
from media_ai.catalog.task_records import TaskRecords
from media_ai.clients.airflow_api import AirflowApi
from media_ai.errors import ConflictError, InputError, MediaAIError, NotFoundError
from media_ai.graph.address import did_you_mean
from media_ai.graph.changes import affected
from media_ai.graph.plan import ExecutionPlan
from media_ai.tasks.words import UNFINISHED, status_of

log = logging.getLogger(__name__)

Scope = Literal["all", "failed", "from", "changed"]
_UNDONE = (None, "none", "failed", "upstream_failed", "skipped", "removed")
_LONGEST_REASON = 500


@dataclass(frozen=True, kw_only=True)
class Restart:
    """
    How a task is run again.

    Attributes:
        scope: All nodes; those that failed, and those that were skipped for it or by a stop; one node and what follows it; or
            what the version that is published now does otherwise: new and changed nodes, what follows them, and what failed.
        node: The node, for the scope "from".
        on_latest_version: On the version that is published now, not on the one that the task began on.
    """

    scope: Scope = "all"
    node: str | None = None
    on_latest_version: bool = False


class TaskControl:
    """Stops and restarts tasks for one caller, with that caller's way to Airflow."""

    def __init__(self, database: Database, api: AirflowApi, *, by: str) -> None:
        self._records = TaskRecords(database)
        self._publications = PublicationLog(database)
        self._failures = Failures(database)
        self._api = api
        self._by = by

    def stop(self, run: RunKey, *, reason: str = "") -> None:
        """
        Stop a task; its status becomes Terminated, and its note says who did it.

        Raises:
            ConflictError: It has ended.
            NotFoundError: Airflow does not know it.
        """
        record = self._api.run(run.dag_id, run.run_id)
        if record["state"] not in UNFINISHED:
            raise ConflictError(f"Task '{run.run_id}' has ended ({self._word(run, record)}); there is nothing to stop.")
        try:
            self._api.mark_failed(run.dag_id, run.run_id, note=_note(record, f"Stopped by {self._by}.", reason))
        except MediaAIError:
            # Airflow's listener speaks before its transaction ends: the record may say Terminated of a run that goes on.
            self._records.goes_on(run, cause=MARKED_FAILED, state=record["state"])
            raise
        self._records.stopped(run, by=self._by, cause=MARKED_FAILED)

    def restart(self, run: RunKey, restart: Restart) -> None:
        """
        Run a task again; results that are there are reused.

        Raises:
            ConflictError: It has not ended or is in quarantine, its workflow is off the scheduler or paused, or nothing has
                changed for the scope "changed".
            InputError: No node failed, or the scope "from" names none.
            NotFoundError: Airflow does not know the task, or the task has no such node.
        """
        record = self._api.run(run.dag_id, run.run_id)
        if record["state"] in UNFINISHED:
            raise ConflictError(f"Task '{run.run_id}' is In Progress. Stop it first, or wait until it has ended.")
        if self._failures.is_quarantined(run):
            raise ConflictError(
                f"Task '{run.run_id}' is in quarantine: it failed too often. Mend the cause, release it, then restart it."
            )
        self._check_dag(run.dag_id)
        nodes = self._nodes(run, restart)
        before = self._records.restarting(run, by=self._by)
        try:
            self._clear(run, nodes, restart)
        except MediaAIError:
            self._records.restore(run, before)
            raise
        self._tell(run, _note(record, f"Restarted by {self._by} ({_what(restart)}).", ""))

    def _check_dag(self, dag_id: str) -> None:
        dag = self._api.dag(dag_id)
        if dag is None or dag["is_stale"]:
            raise ConflictError(
                f"Workflow '{dag_id}' is not published any more: its tasks would wait for ever. Publish it, then restart."
            )
        if dag["is_paused"]:
            raise ConflictError(
                f"Workflow '{dag_id}' is paused in Airflow: its tasks would wait. Unpause it there first."
            )

    def _nodes(self, run: RunKey, restart: Restart) -> list[str] | None:
        if restart.scope == "all":
            return None
        instances = self._api.task_instances(run.dag_id, run.run_id)
        undone = [item["task_id"] for item in instances if item["state"] in _UNDONE]
        if restart.scope == "changed":
            return self._changed(run, undone)
        if restart.scope == "failed":
            if not undone:
                raise InputError(
                    f"No node of task '{run.run_id}' failed or was skipped. Restart all of it, or from a node."
                )
            return undone
        names = [item["task_id"] for item in instances]
        if restart.node is None:
            raise InputError(f"Name the node to restart from.{did_you_mean('', names)}")
        if restart.node not in names:
            raise NotFoundError(
                f"Task '{run.run_id}' has no node '{restart.node[:60]}'.{did_you_mean(restart.node, names)}"
            )
        return [restart.node]

    def _changed(self, run: RunKey, undone: list[str]) -> list[str]:
        """Return the nodes that the published version does otherwise than the one that the run was worked on with."""
        current, version = self._publications.current(run.dag_id), self._records.version(run)
        before = self._publications.plan(run.dag_id, version) if version else None
        if current is None or before is None:
            raise ConflictError(
                f"What has changed for task '{run.run_id}' is not known: its version is not recorded. Restart all of it."
            )
        plan = ExecutionPlan.model_validate(current.plan)
        again = {*affected(ExecutionPlan.model_validate(before), plan), *undone}
        nodes = [step.id for step in plan.steps if step.id in again]
        if not nodes:
            raise ConflictError(f"Version {current.number} changes nothing for task '{run.run_id}'.")
        return nodes

    def _clear(self, run: RunKey, nodes: list[str] | None, restart: Restart) -> None:
        latest = restart.on_latest_version
        if nodes is None:
            self._api.clear(run.dag_id, run.run_id, on_latest_version=latest)
        elif restart.scope == "changed":
            # Airflow makes new nodes itself when the run moves to the latest version, which needs something that it can clear.
            known = {item["task_id"] for item in self._api.task_instances(run.dag_id, run.run_id)}
            if again := [name for name in nodes if name in known]:
                self._api.clear_tasks(run.dag_id, run.run_id, again, on_latest_version=True)
            else:
                self._api.clear_new(run.dag_id, run.run_id)
        else:
            self._api.clear_tasks(run.dag_id, run.run_id, nodes, on_latest_version=latest)

    def _tell(self, run: RunKey, note: str) -> None:
        try:
            self._api.set_note(run.dag_id, run.run_id, note)
        except MediaAIError as exc:
            # It runs again, which is what was asked for; who asked is in the catalog.
            log.warning("The note of %s was not written: %s", run.run_id, exc.message)

    def _word(self, run: RunKey, record: Mapping[str, Any]) -> str:
        try:
            return status_of(record["state"], self._records.standing(run).cause)
        except NotFoundError:
            return status_of(record["state"])


def _what(restart: Restart) -> str:
    scope = {
        "all": "all nodes",
        "failed": "what failed or was skipped",
        "from": f"from '{restart.node}'",
        "changed": "what is new or changed",
    }[restart.scope]
    is_latest = restart.on_latest_version or restart.scope == "changed"
    return f"{scope}, {'latest' if is_latest else 'original'} version"


def _note(record: Mapping[str, Any], sentence: str, reason: str) -> str:
    """Return the run's note with a sentence more; the first line, which names the task, stays."""
    old = str(record["note"] or "")
    new = f"{sentence} {reason[:_LONGEST_REASON]}".strip()
    lines = [*old.splitlines(), new]
    while len("\n".join(lines)) > 1000 and len(lines) > 2:
        del lines[1]
    return "\n".join(lines)[:1000]
