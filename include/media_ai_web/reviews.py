"""Questions that tasks put to people, and their answers; Airflow keeps both, and its own page shows them too."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Annotated, Any, Literal, Self

from fastapi import Depends, Path, Query, Response
from pydantic import Field

from media_ai.clients.airflow_api import AirflowApi
from media_ai.errors import ConflictError
from media_ai.reviewing import APPROVE, REJECT
from media_ai_web.permissions import Permission, needs
from media_ai_web.routing import apart, make_router, problems
from media_ai_web.services import Airflow
from media_ai_web.task_views import DagId, Given, RunId, TaskRef

router = make_router("Quality")
_READ = [Depends(needs(Permission.READ_TASKS))]
_CHANGE = [Depends(needs(Permission.CHANGE_TASKS))]
_PAGE, _MOST = 100, 10_000
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
    asked_at: datetime = Field(description="Of the question that was read: an answer is to that one only.")
    comment: str = Field(default="", max_length=4000, description="Kept with the result; why, if it is rejected.")
    summary: str | None = Field(
        default=None, max_length=100_000, description="The summary as it shall be; absent: as it is."
    )


@router.get("/reviews", summary="List what waits for a person", dependencies=_READ)
@apart
def list_questions(airflow: Airflow, limit: Annotated[int, Query(ge=1, le=100)] = 100) -> list[QuestionView]:
    """Return the questions of tasks that the caller can see, the oldest first."""
    return list(islice(_questions(airflow), limit))


@router.get("/tasks/{dag_id}/{run_id}/reviews", summary="List what a task asks", dependencies=_READ)
@apart
def list_questions_of_task(dag_id: DagId, run_id: RunId, airflow: Airflow) -> list[QuestionView]:
    """Return the questions of a task that wait for a person."""
    return list(_questions(airflow, dag_id=dag_id, run_id=run_id))


def _questions(airflow: AirflowApi, **of: str) -> Iterator[QuestionView]:
    """Return our questions among those that Airflow has, which may be of other DAGs too."""
    for offset in range(0, _MOST, _PAGE):
        page = airflow.questions(**of, limit=_PAGE, offset=offset)
        yield from (QuestionView.of(detail) for detail in page if detail["options"] == [APPROVE, REJECT])
        if len(page) < _PAGE:
            return


@router.post(
    "/tasks/{dag_id}/{run_id}/reviews/{node_id}",
    status_code=204,
    summary="Answer what a task asks",
    dependencies=_CHANGE,
    responses=problems(404, 409),
)
@apart
def answer_question(dag_id: DagId, run_id: RunId, node_id: NodeId, given: AnswerBody, airflow: Airflow) -> Response:
    """Approve or reject; the task goes on, or fails with the words. 409 if it does not ask this (any more)."""
    asks = airflow.question(dag_id, run_id, node_id)
    is_same = datetime.fromisoformat(asks["created_at"]) == given.asked_at
    if asks["task_instance"]["state"] != "awaiting_input" or not is_same:
        raise ConflictError(
            f"'{node_id}' of task '{run_id}' does not ask this any more: it was answered, stopped or restarted."
        )
    said = given.model_dump(include={"comment", "summary"}, exclude_none=True)
    airflow.answer(dag_id, run_id, node_id, option=_OPTIONS[given.decision], said=said)
    return Response(status_code=204)
