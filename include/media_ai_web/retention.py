"""Routes of the retention rules."""

from datetime import datetime
from typing import Annotated

from fastapi import Depends, Path
from pydantic import BaseModel, ConfigDict, Field, model_validator

from media_ai.catalog.retention import EVERY, Retention, Rule
from media_ai_web.permissions import Caller, Permission, needs
from media_ai_web.routing import apart, make_router, problems
from media_ai_web.services import Db

router = make_router("Retention")
_READ = [Depends(needs(Permission.READ_WORKFLOWS))]
Changer = Annotated[Caller, Depends(needs(Permission.CHANGE_SETTINGS))]
Workflow = Annotated[
    str, Path(max_length=250, pattern=r"^(~|[A-Za-z0-9_.-]+)$", description="The workflow; ~ for those without a rule.")
]
_MOST_DAYS = 36_500


class RetentionBody(BaseModel):
    """Days after the end of a task; what is left out is kept for ever."""

    model_config = ConfigDict(extra="forbid")

    results_days: int | None = Field(default=None, ge=1, le=_MOST_DAYS, description="The task altogether.")
    artifacts_days: int | None = Field(default=None, ge=1, le=_MOST_DAYS, description="Its files.")
    uploads_days: int | None = Field(default=None, ge=1, le=_MOST_DAYS, description="Its uploaded video.")

    @model_validator(mode="after")
    def _says_something(self) -> "RetentionBody":
        if not (self.results_days or self.artifacts_days or self.uploads_days):
            raise ValueError("name days of something; to keep everything delete the rule")
        return self


class RetentionView(BaseModel):
    """A rule."""

    workflow: str = Field(description="~ is for workflows without a rule of their own.")
    results_days: int | None
    artifacts_days: int | None
    uploads_days: int | None
    saved_by: str
    saved_at: datetime | None

    @classmethod
    def of(cls, rule: Rule) -> "RetentionView":
        """Return the view of a rule."""
        fields = {name: getattr(rule, name) for name in cls.model_fields if name != "workflow"}
        return cls(workflow=rule.dag_id or "~", **fields)


@router.get("/retention", summary="List the retention rules", dependencies=_READ)
@apart
def list_rules(database: Db) -> list[RetentionView]:
    """Return the rules; without any everything is kept for ever."""
    return [RetentionView.of(rule) for rule in Retention(database).rules()]


@router.put("/retention/{workflow}", summary="Set a retention rule", status_code=204)
@apart
def set_rule(workflow: Workflow, given: RetentionBody, database: Db, caller: Changer) -> None:
    """Set how long tasks of a workflow keep what, in place of its last rule; the hourly upkeep enforces it."""
    Retention(database).save(Rule(dag_id=_dag_id(workflow), **given.model_dump()), by=caller.name)


@router.delete("/retention/{workflow}", summary="Remove a retention rule", status_code=204, responses=problems(404))
@apart
def remove_rule(workflow: Workflow, database: Db, caller: Changer) -> None:
    """Remove the rule of a workflow."""
    Retention(database).remove(_dag_id(workflow))


def _dag_id(workflow: str) -> str:
    return EVERY if workflow == "~" else workflow
