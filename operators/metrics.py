"""Our metrics, through Airflow's own: StatsD, Datadog or OpenTelemetry, whichever `[metrics]` of Airflow's settings names."""

import logging
from collections.abc import Callable, Mapping
from functools import cache
from types import ModuleType
from typing import Any

from media_ai.store.artifacts import Usage

log = logging.getLogger(__name__)

NAMES = (
    "media_ai.task.completed",
    "media_ai.task.failed",
    "media_ai.task.terminated",
    "media_ai.node.seconds",
    "media_ai.node.done",
    "media_ai.node.reused",
    "media_ai.model.calls",
    "media_ai.model.input_tokens",
    "media_ai.model.output_tokens",
    "media_ai.model.cost",
    "media_ai.queue.waiting_tasks",
    "media_ai.queue.running_tasks",
    "media_ai.queue.remote_jobs",
    "media_ai.outbox.lag_seconds",
    "media_ai.notification.delivered",
    "media_ai.notification.put_off",
    "media_ai.notification.given_up",
)
"""All of them; what follows a name after a further dot is a node type or a currency."""


class Metrics:
    """Says what happens. A metric that cannot be sent is none: nothing fails for it."""

    def __init__(self, stats: ModuleType) -> None:
        self._stats = stats

    def task_ended(self, event: str, workflow: str) -> None:
        """Count a task by how it ended: task.completed, task.failed, task.terminated."""
        self._say("incr", f"media_ai.{event}", tags={"workflow": workflow})

    def node_done(self, node_type: str, seconds: float, *, is_reused: bool) -> None:
        """Count a node that succeeded; `seconds` is how long its work took, whoever did it."""
        what = "reused" if is_reused else "done"
        self._say("incr", f"media_ai.node.{what}.{node_type}")
        if not is_reused:
            self._say("timing", f"media_ai.node.seconds.{node_type}", seconds * 1000)

    def used(self, usage: Usage, cost: float | None, currency: str) -> None:
        """Count what a call to a model used."""
        self._say("incr", "media_ai.model.calls")
        for name, count in (("input_tokens", usage.input_tokens), ("output_tokens", usage.output_tokens)):
            if count:
                self._say("incr", f"media_ai.model.{name}", count)
        if cost:
            self._say("incr", f"media_ai.model.cost.{currency}", cost)

    def deliveries(self, counts: Mapping[str, int]) -> None:
        """Count deliveries by what came of them: delivered, put_off, given_up."""
        for name, count in counts.items():
            if count:
                self._say("incr", f"media_ai.notification.{name}", count)

    def gauges(self, values: Mapping[str, float]) -> None:
        """Say how long queues are, by the rest of the metric's name."""
        for name, value in values.items():
            self._say("gauge", f"media_ai.{name}", value)

    def _say(self, kind: str, name: str, *values: Any, tags: Mapping[str, str] | None = None) -> None:
        try:
            send: Callable[..., None] = getattr(self._stats, kind)
            send(name, *values, **({"tags": dict(tags)} if tags else {}))
        except Exception:
            # Airflow's clients raise what they like.
            log.debug("The metric %s was not sent", name, exc_info=True)


@cache
def task_metrics() -> Metrics:
    """Return the way for processes of tasks."""
    from airflow.sdk.observability import stats

    return Metrics(stats)


@cache
def server_metrics() -> Metrics:
    """Return the way for the API server, the scheduler and the triggerer."""
    from airflow.observability import stats

    return Metrics(stats)
