"""Tasks as the API takes them."""

from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from fastapi import Header, Path
from pydantic import BaseModel, ConfigDict, Field, model_validator

from media_ai.model.run import RunInput
from media_ai.tasks.views import TaskSummary
from media_ai_web.problems import Problem

DagId = Annotated[str, Path(max_length=250, description="Slug of the workflow: the DAG id.")]
RunId = Annotated[str, Path(max_length=250, description="Id of the task: the run id.")]
IdempotencyKey = Annotated[
    str | None,
    Header(
        min_length=1,
        max_length=200,
        description="A name of the request that you choose. Sent again within a day, the same request gets the same answer.",
    ),
]
_NAME = Field(default="", max_length=300, description="Of the task, for people.")


class Given(BaseModel):
    """A body; an unknown field is an error."""

    model_config = ConfigDict(extra="forbid")


class NewTaskBody(Given):
    """A task to start."""

    name: str = _NAME
    input: RunInput
    overrides: dict[str, dict[str, Any]] = Field(
        default_factory=dict, description="Node id -> parameters, for this task only."
    )
    budget: Decimal | None = Field(
        default=None, ge=0, le=10**12, description="What it may cost at most, in the currency of the prices."
    )
    is_quoted: bool = Field(default=False, description="It is quoted first; its page shows the quote beside the cost.")
    notify: list[Annotated[str, Field(min_length=1, max_length=100)]] = Field(
        default_factory=list,
        max_length=10,
        description="Names of endpoints of notifications that are told how it ends, and when it waits for a person.",
    )


class RepeatBody(Given):
    """Other parameters for a task over the same video."""

    name: str | None = Field(
        default=None, max_length=300, description="Of the new task; that of the old one if absent."
    )
    overrides: dict[str, dict[str, Any] | None] = Field(
        default_factory=dict,
        description="Node id -> parameters, merged into those of the task; null for a node drops them.",
    )
    is_complete: bool = Field(default=False, description="The overrides given are all: none of the task's are kept.")


class TaskRef(Given):
    """A task by its two names."""

    workflow: str = Field(min_length=1, max_length=250)
    run_id: str = Field(min_length=1, max_length=250)


class StopBody(Given):
    """Why a task is stopped."""

    reason: str = Field(default="", max_length=500)


class RestartBody(Given):
    """How a task is run again; finished work is reused."""

    scope: Literal["all", "failed", "from", "changed"] = Field(
        default="all",
        description="All nodes; those that failed or were skipped, by a stop too; one node and what comes after it; or, always "
        "on the latest version, the nodes that are new or changed there, what comes after them, and what failed.",
    )
    node: str | None = Field(default=None, max_length=250, description="With the scope 'from': the node.")
    version: Literal["original", "latest"] = Field(default="original", description="Of the workflow.")

    @model_validator(mode="after")
    def _node_with_its_scope(self) -> Self:
        if (self.scope == "from") != (self.node is not None):
            raise ValueError("a node is named with the scope 'from', and only with it")
        return self


class StopMany(StopBody):
    """Tasks to stop."""

    tasks: list[TaskRef] = Field(min_length=1, max_length=100)


class RestartMany(RestartBody):
    """Tasks to run again."""

    tasks: list[TaskRef] = Field(min_length=1, max_length=100)


class Outcome(TaskRef):
    """What came of one of several tasks."""

    ok: bool
    problem: Problem | None = None


class Outcomes(BaseModel):
    """What came of each task; those that worked stay done when others fail."""

    results: list[Outcome]


class StartedView(BaseModel):
    """A task that was started."""

    workflow: str
    run_id: str


class TaskPage(BaseModel):
    """A page of tasks."""

    tasks: list[TaskSummary]
    next_cursor: str | None
