"""Tasks as people and programs read them: how they stand, who started them, how far they are."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from media_ai.tasks.quote_views import Quote
from media_ai.tasks.words import Status, status_of

NodeStatus = Literal["Waiting", "Running", "Completed", "Failed", "Skipped"]


class UsageTotal(BaseModel):
    """What models used for a task."""

    input_tokens: int = 0
    output_tokens: int = 0
    audio_seconds: float = 0


class TaskProgress(BaseModel):
    """How far a task is."""

    done: int = Field(description="Nodes that have ended.")
    total: int = Field(description="Nodes.")
    eta_s: float | None = Field(
        description="Seconds still to go, by what such nodes took lately; absent where that is not known."
    )
    waits_for_person: bool = Field(default=False, description="A node has asked somebody, who has not answered yet.")


class NodeProgress(BaseModel):
    """How a node of a task stands."""

    node_id: str
    title: str
    node_type: str | None = Field(description="Absent for tasks of hand-written DAGs.")
    status: NodeStatus
    state: str = Field(description="Airflow's own word; 'none' before Airflow has looked at it.")
    tries: int = Field(description="Tries begun.")
    started_at: datetime | None
    ended_at: datetime | None
    seconds: float | None = Field(description="Of the last try; still counting while it runs.")
    eta_s: float | None = Field(description="Seconds still to go; absent where that is not known.")
    reused: bool | None = Field(description="The work had been done before; absent until the node has ended.")


class TaskSummary(BaseModel):
    """A task in a list."""

    workflow: str = Field(description="Slug of the workflow: the DAG id.")
    run_id: str
    name: str
    title: str = Field(description="Of the video.")
    video_id: str | None
    status: Status
    state: str = Field(description="Airflow's own word: queued, running, success, failed.")
    owner: str = Field(
        description="Who started it; empty where nobody knows, such as for tasks that a schedule started."
    )
    workflow_version: int | None
    parent_run_id: str | None = Field(description="The task that this one repeats with other parameters.")
    created_at: datetime
    ended_at: datetime | None
    stopped_by: str
    stopped_at: datetime | None
    restarted_by: str
    restarted_at: datetime | None
    usage: UsageTotal
    cost: float | None = Field(
        default=None, description="Of its calls to models that had a price; absent if it made none."
    )
    currency: str | None = Field(default=None, description="Of the cost.")
    unpriced_calls: int = Field(default=0, description="Calls to models without a price, which the cost leaves out.")
    progress: TaskProgress | None = Field(default=None, description="While it is In Progress, and in a single task.")
    needs_review: bool = Field(description="A check of its quality failed, and nobody has looked at it since.")


class NodeCost(BaseModel):
    """What the calls of a node have used and cost."""

    node_id: str
    calls: int
    unpriced_calls: int
    input_tokens: int
    output_tokens: int
    audio_seconds: float
    cost: float | None = Field(description="Absent if no call had a price.")
    currency: str


class TaskDetail(TaskSummary):
    """A single task, node by node."""

    nodes: list[NodeProgress]
    input: dict[str, Any]
    overrides: dict[str, Any]
    note: str = Field(description="Airflow's note of the run: who stopped and restarted it, and why.")
    cause: str = Field(description="What ended it, in Airflow's words.")
    review_reasons: list[str] = Field(description="Why it needs review.")
    quote: Quote | None = Field(default=None, description="What it was said to use before it was started.")
    node_costs: list[NodeCost] = Field(
        default_factory=list, description="What its nodes have used and cost, in this task."
    )


class TaskState(BaseModel):
    """How a task stands, in short."""

    workflow: str
    run_id: str
    status: Status
    has_ended: bool


def _cost_fields(spent: Mapping[str, Any] | None) -> dict[str, Any]:
    if spent is None:
        return {}
    cost = None if spent["unpriced"] == spent["calls"] else float(spent["cost"])
    return {"cost": cost, "currency": spent["currency"], "unpriced_calls": spent["unpriced"]}


def summary_fields(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of TaskSummary from a row of the catalog."""
    names = (
        "run_id", "name", "title", "video_id", "state", "owner", "workflow_version", "parent_run_id", "created_at",
        "ended_at", "stopped_by", "stopped_at", "restarted_by", "restarted_at", "needs_review",
    )  # fmt: skip
    usage = UsageTotal(
        input_tokens=int(row["input_tokens"]),
        output_tokens=int(row["output_tokens"]),
        audio_seconds=round(row["audio_seconds"], 3),
    )
    fields = {name: row[name] for name in names} | _cost_fields(row["spent"])
    return fields | {"workflow": row["dag_id"], "status": status_of(row["state"], row["cause"]), "usage": usage}
