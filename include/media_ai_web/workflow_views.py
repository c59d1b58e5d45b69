"""Workflows as the API shows and takes them."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from fastapi import Path
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from media_ai.graph.address import Issue
from media_ai.graph.schema import Edge, Node, Slug, Workflow
from media_ai.workflows.overview import WorkflowSummary
from media_ai_web.task_views import Outcomes

Publication = Literal["draft", "published", "unpublishing", "unpublished"]
"""draft: never published. unpublishing: takes no new tasks, and some are in flight."""

STATES: dict[str | None, Publication] = {
    None: "draft",
    "published": "published",
    "tombstone": "unpublishing",
    "removed": "unpublished",
}
SlugPath = Annotated[str, Path(max_length=64, description="Slug of the workflow.")]
Number = Annotated[int, Path(ge=1, le=2**31 - 1, description="Number of the version.")]
_NOTE = Field(default="", max_length=1000, description="What changed, for people.")


class WorkflowView(BaseModel):
    """A workflow in a list: what is edited, what is published, who and when."""

    slug: str
    name: str
    description: str
    created_by: str
    created_at: datetime
    number: int = Field(description="Of the draft, or of the newest version where there is no draft.")
    has_draft: bool = Field(description="There are changes that are not published.")
    saved_by: str
    saved_at: datetime
    publication: Publication
    published_number: int | None = Field(description="Of the version that new tasks run, or of the last that they ran.")
    published_by: str | None
    published_at: datetime | None

    @classmethod
    def of(cls, summary: WorkflowSummary) -> Self:
        """Return a workflow of the catalog as the API shows it."""
        names = set(cls.model_fields) - {"has_draft", "publication"}
        fields: dict[str, Any] = {name: getattr(summary, name) for name in names}
        return cls(**fields, has_draft=summary.state == "draft", publication=STATES[summary.publication])


class WorkflowPage(BaseModel):
    """A page of workflows."""

    workflows: list[WorkflowView]
    next_cursor: str | None


class WorkflowDetail(WorkflowView):
    """A workflow with the graph that people edit."""

    etag: str = Field(description="For If-Match of the next save; also in the ETag header.")
    graph: Workflow
    issues: list[Issue] = Field(description="What is wrong with the graph; a draft may have errors.")


class VersionView(BaseModel):
    """A version in a list."""

    number: int
    state: Literal["draft", "published", "archived"]
    note: str
    created_by: str = Field(description="Who saved the draft, or published the version.")
    created_at: datetime


class VersionDetail(VersionView):
    """A version with its graph, as it was saved."""

    graph: Workflow


class Published(BaseModel):
    """A workflow was published."""

    slug: str
    number: int
    is_runnable: bool = Field(description="Airflow has picked it up; else it will within seconds.")
    etag: str


class Unpublished(BaseModel):
    """A workflow takes no new tasks."""

    slug: str
    publication: Publication


class Given(BaseModel):
    """A body; an unknown field is an error."""

    model_config = ConfigDict(extra="forbid")


class GraphBody(Workflow):
    """A workflow: its nodes with their parameters, and the wires between them."""

    # FastAPI cannot take a body whose model is built later, as those of the core are.
    model_config = ConfigDict(defer_build=False)

    def workflow(self) -> Workflow:
        """Return it as the core knows it."""
        return Workflow.model_validate(self.model_dump())


class NewWorkflow(Given):
    """What a new workflow begins as: a preset's copy, or a graph, or nothing."""

    name: str = Field(min_length=1, max_length=120)
    slug: Slug | None = Field(default=None, description="Name in addresses, and DAG id; made from the name if absent.")
    description: str | None = Field(default=None, max_length=2000)
    preset: str | None = Field(default=None, max_length=64, description="Slug of a preset to clone.")
    nodes: tuple[Node, ...] | None = Field(default=None, max_length=500)
    edges: tuple[Edge, ...] = Field(default=(), max_length=5000)

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        if self.preset is not None and (self.nodes is not None or self.edges):
            raise ValueError("give a preset or a graph, not both")
        return self


class Copy(Given):
    """The name of a copy."""

    name: str | None = Field(default=None, min_length=1, max_length=120)
    slug: Slug | None = None


class Rename(Given):
    """Another name or description; the slug stays, since tasks are found by it."""

    name: str | None = Field(default=None, min_length=1, max_length=120)
    description: str | None = Field(default=None, max_length=2000)


class Publish(Given):
    """How to publish."""

    note: str = _NOTE
    wait: bool = Field(default=True, description="Answer when Airflow can run it: some seconds, 60 at most.")


class RollBack(Publish):
    """Which version to publish again."""

    number: int = Field(ge=1, le=2**31 - 1)


class Renew(BaseModel):
    """Which old tasks are brought up to date."""

    model_config = ConfigDict(extra="forbid")

    since: AwareDatetime | None = Field(default=None, description="Only tasks that were started then or later.")
    until: AwareDatetime | None = Field(default=None, description="Only tasks that were started before.")
    limit: int = Field(default=20, ge=1, le=100, description="So many at most, the oldest first.")


class Renewed(Outcomes):
    """What came of each task, and how many are left."""

    left: int = Field(description="Tasks that are still on an older version, with nodes that are different now.")
