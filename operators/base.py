"""The operator of a node: checks its params when the DAG is parsed, hands the work to `operators.worker` when it runs."""

import os
import time
from collections.abc import Sequence
from functools import cache
from typing import Any, ClassVar, NoReturn

from airflow.sdk import BaseOperator
from airflow.sdk.definitions.context import Context
from airflow.sdk.exceptions import AirflowFailException

from media_ai.graph.node_type import NodeType
from media_ai.graph.plan import Step
from media_ai.nodes import node_type
from media_ai.reviewing import ReviewPending
from media_ai.waiting import RemoteJobPending
from operators.links import ResultLink
from operators.naming import class_name
from operators.pools import pool_of, remote_queue

_NICENESS = 5
"""Of the process that works. The scheduler, those who answer people, and who ends the work when it is stopped come first."""


class NodeOperator(BaseOperator):
    """
    Base of the operators that are made from node types.

    Params and input ports of the node type are keyword arguments beside Airflow's own; an input takes another operator's
    output port, or a list of them:

        frames = ExtractFramesOperator(task_id="frames", video=source.output["video"], interval=2)

    Args:
        task_id: Also the node's id.
        node_title: Name for people; the node type's title if absent.
        inputs: Input ports as a dictionary, for generated DAGs.
        node_params: Params as a dictionary, for generated DAGs.
        node_version: Version of the node type that the params were written for; the installed one if absent.
        workflow_version: Recorded with the run.
        kwargs: Params, input ports, and what BaseOperator takes.

    Raises:
        InputError: A param is unknown or out of its range; the file becomes an import error that says so.
    """

    node_type_id: ClassVar[str]
    # Params are not templated: a prompt is text from a user, never code.
    template_fields: Sequence[str] = ("inputs",)
    ui_color = "#e8f1fb"

    def __init__(
        self,
        *,
        inputs: dict[str, Any] | None = None,
        node_params: dict[str, Any] | None = None,
        node_title: str = "",
        node_version: int | None = None,
        workflow_version: int | None = None,
        **kwargs: Any,
    ) -> None:
        kind = self.node_type()
        ports = {name: kwargs.pop(name) for name in kind.input_ports if name in kwargs}
        params = {name: kwargs.pop(name) for name in kind.params.model_fields if name in kwargs}
        # Each port is an XCom of its own; with `multiple_outputs` an empty optional one is read as None.
        kwargs.setdefault("task_display_name", node_title or kind.title)
        kwargs.setdefault("doc_md", kind.summary)
        node_params = {**(node_params or {}), **params}
        if node_version in {None, kind.version}:
            # Params of another version are brought up to date, or refused, when the node runs: a newer installation must
            # not make published workflows vanish, which would freeze their tasks in flight.
            pool = pool_of(kind.services(kind.parse_params(kwargs["task_id"], node_params), None))
            if pool and not kwargs.get("pool"):
                kwargs["pool"] = pool
            if pool and (queue := remote_queue()):
                kwargs.setdefault("queue", queue)
        super().__init__(multiple_outputs=True, **kwargs)
        self.inputs = {**(inputs or {}), **ports}
        self.node_params = node_params
        self.node_title = node_title or kind.title
        self.node_version = node_version or kind.version
        self.workflow_version = workflow_version
        self.is_stopped = False

    @classmethod
    def node_type(cls) -> NodeType:
        """Return the declaration that this operator was made from."""
        return node_type(cls.node_type_id)

    def step(self) -> Step:
        """Return the node as a step of a plan, without its wiring."""
        kind = self.node_type()
        return Step(
            # Inside a task group Airflow puts the group's name in front.
            id=self.task_id.rpartition(".")[2],
            type=kind.id,
            type_version=self.node_version,
            title=self.node_title,
            params=self.node_params,
        )

    def pre_execute(self, context: Context) -> None:
        """Give way to others on a busy machine; Airflow calls it in the task's own process."""
        os.nice(_NICENESS)

    def execute(self, context: Context) -> None:
        """Do the node's work, or find it done; push a reference for each output port under the port's name."""
        from operators.worker import run_node

        try:
            results = run_node(self, context)
        except RemoteJobPending as pending:
            self._wait_for(pending)
        except ReviewPending as pending:
            self._wait_for_person(context, pending)
        for port, reference in results.items():
            context["ti"].xcom_push(key=port, value=reference)

    def resume(self, context: Context, event: dict[str, Any]) -> None:
        """
        Collect what a service has done: the same work as before, which finds the job that it submitted.

        Raises:
            AirflowFailException: The job took too long.
        """
        if event["outcome"] == "late":
            raise AirflowFailException(
                f"Node '{self.task_id}': the service has not finished in time. Restart the task to go on waiting for it."
            )
        self.execute(context)

    def _wait_for(self, pending: RemoteJobPending) -> NoReturn:
        from operators.triggers import RemoteJobTrigger

        until = time.time() + pending.longest_s
        trigger = RemoteJobTrigger(job=pending.job.model_dump(mode="json"), until=until)
        self.defer(trigger=trigger, method_name="resume")

    def reviewed(self, context: Context, event: dict[str, Any], asked: str) -> None:
        """Go on with what a person has answered: the same work as before, which finds the answer."""
        from operators.reviews import keep_answer

        keep_answer(context, event, asked)
        self.execute(context)

    def _wait_for_person(self, context: Context, pending: ReviewPending) -> NoReturn:
        from operators.reviews import ask
        from operators.worker import catalog, record_failure

        try:
            waiting = ask(context, pending.question, catalog(), method_name="reviewed")
        except Exception as exc:
            record_failure(self, context, exc)
            raise
        raise waiting

    def on_kill(self) -> None:
        """Tell the work to end: Airflow does not interrupt it, it only asks."""
        self.is_stopped = True


@cache
def operator_class(type_id: str) -> type[NodeOperator]:
    """Return the operator class of a node type, with a name of its own in Airflow's pages."""
    kind = node_type(type_id)
    members: dict[str, Any] = {"node_type_id": type_id, "__doc__": kind.help, "__module__": "operators"}
    if kind.always_runs:
        # A link costs every run of the task a call to the API server: only where results become visible.
        members["operator_extra_links"] = (ResultLink(),)
    return type(class_name(type_id), (NodeOperator,), members)
