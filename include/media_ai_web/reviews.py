"""Questions that tasks put to people, and their answers; Airflow keeps both, and its own page shows them too."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from fastapi import Depends, Path, Query, Response
from pydantic import Field

from media_ai.reviewing import APPROVE, REJECT
from media_ai_web.permissions import Permission, needs
from media_ai_web.routing import apart, make_router, problems
from media_ai_web.services import Airflow
from media_ai_web.task_views import DagId, Given, RunId, TaskRef

router = make_router("Quality")
_READ = [Depends(needs(Permission.READ_TASKS))]
_CHANGE = [Depends(needs(Permission.CHANGE_TASKS))]
_OPTIONS = {"approve": APPROVE, "reject": REJECT}
NodeId = Annotated[str, Path(max_length=250, description="The node that asks.")]


class QuestionView(TaskRef):
    """A task that waits for a person."""

    node_id: str
    node_title: str
    subject: str
    body: str = Field(description="Markdown; what comes from videos is escaped in it.")
    summary: str | None = Field(description="What may be corrected; null if nothing may.")
    when_late: Literal["approve", "reject"] = Field(description="What counts if nobody answers in time.")
    asked_at: datetime

    @classmethod
    def of(cls, detail: dict[str, Any]) -> Self:
        """Return a question of ours as Airflow shows it."""
        instance = detail["task_instance"]
        return cls(
            workflow=instance["dag_id"],
            run_id=instance["dag_run_id"],
            node_id=instance["task_id"],
            node_title=instance["task_display_name"],
            subject=detail["subject"],
            body=detail["body"] or "",
            summary=detail["params"].get("summary", {}).get("value"),
            when_late="approve" if detail["defaults"] == [APPROVE] else "reject",
            asked_at=detail["created_at"],
        )


class AnswerBody(Given):
    """What a person answers."""

    decision: Literal["approve", "reject"]
    comment: str = Field(default="", max_length=4000, description="Kept with the result; why, if it is rejected.")
    summary: str | None = Field(
        default=None, max_length=100_000, description="The summary as it shall be; absent: as it is."
    )


@router.get("/reviews", summary="List what waits for a person", dependencies=_READ)
@apart
def list_questions(airflow: Airflow, limit: Annotated[int, Query(ge=1, le=100)] = 50) -> list[QuestionView]:
    """Return the questions of tasks that the caller can see, the oldest first."""
    found = airflow.questions(limit=limit)
    return [QuestionView.of(detail) for detail in found if detail["options"] == [APPROVE, REJECT]]


@router.post(
    "/tasks/{dag_id}/{run_id}/reviews/{node_id}",
    status_code=204,
    summary="Answer what a task asks",
    dependencies=_CHANGE,
    responses=problems(404, 409),
)
@apart
def answer_question(dag_id: DagId, run_id: RunId, node_id: NodeId, given: AnswerBody, airflow: Airflow) -> Response:
    """Approve or reject; the task goes on, or fails with the words. 409 if somebody else was faster."""
    said = given.model_dump(include={"comment", "summary"}, exclude_none=True)
    airflow.answer(dag_id, run_id, node_id, option=_OPTIONS[given.decision], said=said)
    return Response(status_code=204)
