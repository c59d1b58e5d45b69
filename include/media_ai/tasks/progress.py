"""How far a task is, and how long it still takes: from Airflow's task instances and from what such nodes took lately."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from media_ai.catalog.task_lists import Usual
from media_ai.graph.plan import ExecutionPlan
from media_ai.tasks.views import NodeProgress, NodeStatus, TaskProgress

ASKING = "awaiting_input"
"""Airflow's word for a node that waits for a person."""
_STATUS: Mapping[str, NodeStatus] = {
    "running": "Running",
    "restarting": "Running",
    "deferred": "Running",
    ASKING: "Running",
    "success": "Completed",
    "failed": "Failed",
    "upstream_failed": "Skipped",
    "skipped": "Skipped",
    "removed": "Skipped",
}
_ENDED = frozenset({"Completed", "Failed", "Skipped"})
_NEARLY_DONE = 0.1
"""Of the usual time: what is left of a node that takes longer than usual."""


def node_progress(
    instances: Iterable[Mapping[str, Any]],
    *,
    plan: ExecutionPlan | None,
    usual: Mapping[str, Usual],
    video_s: float | None,
    reused: Mapping[str, bool],
    now: datetime | None = None,
) -> list[NodeProgress]:
    """
    Return how each node stands, in the order of the plan.

    Args:
        instances: Airflow's task instances of the run.
        plan: What the run does; None for a hand-written DAG.
        usual: By node type, how long it usually takes.
        video_s: Length of the video, where it is known.
        reused: By node, whether its work had been done before.
        now: The time; for tests.
    """
    types = {step.id: step.type for step in plan.steps} if plan else {}
    moment = now or datetime.now(UTC)
    nodes = [_node(item, types.get(item["task_id"]), usual, video_s, reused, moment) for item in instances]
    order = {name: index for index, name in enumerate(types)}
    return sorted(nodes, key=lambda node: order.get(node.node_id, len(order)))


def total_progress(nodes: Sequence[NodeProgress], plan: ExecutionPlan | None) -> TaskProgress:
    """Return how far a task is; what is left is its longest way through the graph, or the sum where the graph is not known."""
    left = {node.node_id: node.eta_s for node in nodes}
    done = sum(node.status in _ENDED for node in nodes)
    waits_for_person = any(node.state == ASKING for node in nodes)
    # How long people think nobody knows.
    if waits_for_person or any(eta is None for eta in left.values()):
        return TaskProgress(done=done, total=len(nodes), eta_s=None, waits_for_person=waits_for_person)
    known = {name: eta or 0.0 for name, eta in left.items()}
    eta_s = _longest_way(known, plan) if plan else sum(known.values())
    return TaskProgress(done=done, total=len(nodes), eta_s=round(eta_s, 1))


def _node(
    item: Mapping[str, Any],
    node_type: str | None,
    usual: Mapping[str, Usual],
    video_s: float | None,
    reused: Mapping[str, bool],
    now: datetime,
) -> NodeProgress:
    state = item["state"] or "none"
    status = _STATUS.get(state, "Waiting")
    started, ended = _moment(item["start_date"]), _moment(item["end_date"])
    if status in {"Running", "Waiting"}:
        ended = None
    begun = started is not None and status != "Waiting"
    seconds = round(((ended or now) - started).total_seconds(), 3) if started and begun else None
    return NodeProgress(
        node_id=item["task_id"],
        title=item["task_display_name"],
        node_type=node_type,
        status=status,
        state=state,
        tries=item["try_number"],
        started_at=started if begun else None,
        ended_at=ended,
        seconds=seconds,
        eta_s=_left(status, seconds, usual.get(node_type or ""), video_s),
        reused=reused.get(item["task_id"]) if status == "Completed" else None,
    )


def _left(status: NodeStatus, seconds: float | None, usual: Usual | None, video_s: float | None) -> float | None:
    if status in _ENDED:
        return 0.0
    if usual is None:
        return None
    expected = usual.of(video_s)
    return round(max(expected - (seconds or 0), expected * _NEARLY_DONE), 1)


def _longest_way(left: Mapping[str, float], plan: ExecutionPlan) -> float:
    ends: dict[str, float] = {}
    for step in plan.steps:
        before = [ends.get(source.node, 0.0) for sources in step.inputs.values() for source in sources]
        ends[step.id] = max(before, default=0.0) + left.get(step.id, 0.0)
    return max(ends.values(), default=0.0)


def _moment(value: Any) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) else value
