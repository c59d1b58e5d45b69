"""Routes about the quality of results: what needs review, and what the daily audits found."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Query
from pydantic import BaseModel, Field

from media_ai.catalog.quality_audits import QualityAudits
from media_ai.catalog.results import RunKey
from media_ai.catalog.review_marks import ReviewMarks
from media_ai_web.failures import Readable
from media_ai_web.permissions import Caller, Permission, needs
from media_ai_web.routing import apart, make_router, problems
from media_ai_web.services import Db
from media_ai_web.task_views import DagId, RunId

router = make_router("Quality")
_READ = [Depends(needs(Permission.READ_TASKS))]
Changer = Annotated[Caller, Depends(needs(Permission.CHANGE_TASKS))]


class MarkView(BaseModel):
    """A task that somebody has to look at."""

    dag_id: str
    run_id: str
    video_id: str
    title: str = Field(description="Of the video; may be empty.")
    node_id: str = Field(description="The node that checked it; empty: the daily audit.")
    reasons: list[str]
    marked_at: datetime


class ExpectationView(BaseModel):
    """What an audit expected of the rows of a table."""

    rule: str = Field(description="coverage, ordering, language, empty, loops.")
    table: str
    expectation: str = Field(description="In the words of Great Expectations.")
    ok: bool
    checked: int = Field(description="Rows, or tasks.")
    unexpected: int


class AuditView(BaseModel):
    """A daily audit; what it found of tasks that the caller cannot see is counted, not told."""

    at: datetime
    since: datetime = Field(description="Tasks that ended then or later were looked at.")
    tasks: int
    is_ok: bool
    expectations: list[ExpectationView]


class QualityOverview(BaseModel):
    """How good the results are."""

    needs_review: list[MarkView]
    audits: list[AuditView]


@router.get("/quality", summary="Read how good the results are", dependencies=_READ)
@apart
def read_quality(
    database: Db, workflows: Readable, limit: Annotated[int, Query(ge=1, le=500)] = 100
) -> QualityOverview:
    """Return the tasks that need review, and the audits of the last week, the newest first."""
    marks = ReviewMarks(database).open(workflows=workflows, limit=limit)
    return QualityOverview(
        needs_review=[MarkView(**_fields(mark, MarkView)) for mark in marks],
        audits=[AuditView(**_fields(audit, AuditView)) for audit in QualityAudits(database).newest(limit=7)],
    )


@router.post(
    "/tasks/{dag_id}/{run_id}/reviewed",
    status_code=204,
    summary="Say that a task was reviewed",
    responses=problems(404),
)
@apart
def mark_reviewed(dag_id: DagId, run_id: RunId, database: Db, caller: Changer) -> None:
    """Take the mark away from a task that needs review; 404 if it needs none."""
    ReviewMarks(database).clear(RunKey(dag_id=dag_id, run_id=run_id), by=caller.name)


def _fields(source: Any, view: type[BaseModel]) -> dict[str, Any]:
    return {name: getattr(source, name) for name in view.model_fields}
