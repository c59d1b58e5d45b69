"""What people and programs can be told of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

EndpointKind = Literal["webhook", "email"]
DeliveryState = Literal["waiting", "delivered", "given_up"]


class Event(StrEnum):
    """What happened."""

    COMPLETED = "task.completed"
    FAILED = "task.failed"
    TERMINATED = "task.terminated"
    WAITING = "task.waiting"
    QUARANTINED = "task.quarantined"
    BUDGET_NEAR = "budget.near"
    BUDGET_REACHED = "budget.reached"
    TEST = "notification.test"


CHOICES: tuple[Event, ...] = tuple(event for event in Event if event is not Event.TEST)
"""What a rule can name; a test is sent by who asks for it."""


OF_TASKS = (Event.COMPLETED, Event.FAILED, Event.TERMINATED, Event.WAITING, Event.QUARANTINED)
"""What is told of a task that was started with a wish to know."""


@dataclass(frozen=True, kw_only=True)
class Happening:
    """
    Something that people may want to be told of.

    Attributes:
        event: What it is.
        identity: Tells it from every other; told twice, it is delivered once.
        dag_id: The workflow; empty for what is of none.
        run_id: The task; empty for what is of none.
        data: What is known beside the task, as JSON.
    """

    event: Event
    identity: str
    dag_id: str = ""
    run_id: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """Where notifications go: a web address or an e-mail address. Its secret is read by who delivers only."""

    id: str
    name: str
    kind: EndpointKind
    target: str = field(repr=False)
    language: str | None
    timezone: str | None
    is_active: bool
    created_by: str
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Has an endpoint told of events: of everything, of a workflow, or of one task."""

    id: str
    endpoint_id: str
    dag_id: str
    run_id: str
    events: tuple[str, ...]
    created_by: str
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """
    One happening on its way to one endpoint. `id` is the same at each try.

    Attributes:
        next_at: When it is tried again, if it is waiting.
        status_code: What a web address answered last.
        reason: Why the last try did not arrive.
    """

    id: str
    endpoint_id: str
    event: str
    dag_id: str
    run_id: str
    data: Mapping[str, Any]
    occurred_at: datetime
    state: DeliveryState
    tries: int
    next_at: datetime
    status_code: int | None
    reason: str
    ended_at: datetime | None
