"""Routes that delete tasks and videos for good, and give the proof."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Path, Query, Request
from pydantic import BaseModel, Field
from sqlalchemy import select

from media_ai.catalog import tables
from media_ai.catalog.deletions import Deletion, Deletions
from media_ai.catalog.results import RunKey
from media_ai.clients.airflow_api import AirflowApi
from media_ai.errors import MediaAIError, NotFoundError
from media_ai.store.opening import open_store
from media_ai.tasks.deleting import TaskDeletion
from media_ai.tasks.deleting_hands import open_deletion
from media_ai_web.failures import Readable
from media_ai_web.permissions import Caller, Permission, needs
from media_ai_web.problems import problem_of
from media_ai_web.routing import apart, in_thread, make_router, problems
from media_ai_web.services import Airflow, Conf, Db, credentials_of
from media_ai_web.task_views import DagId, Outcome, RunId

router = make_router("Deletion")
Deleter = Annotated[Caller, Depends(needs(Permission.DELETE_TASKS))]
_READ = [Depends(needs(Permission.READ_TASKS))]
Reason = Annotated[str, Query(max_length=500, description="Kept in the record.")]
WithServices = Annotated[
    bool, Query(description="Delete its assets in IMS and VOD too, for good, unless another task has them.")
]
DeletionId = Annotated[str, Path(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
VideoId = Annotated[str, Path(max_length=128)]


async def _of_deleted(request: Request, database: Db) -> list[str]:
    """Return the workflows with deletions that the caller can see; they may have no task any more."""
    known = await in_thread(Deletions(database).workflow_ids)
    return sorted(await request.app.state.gate.readable(request, known))


OfDeleted = Annotated[list[str], Depends(_of_deleted)]


class DeletionView(BaseModel):
    """The proof of a deletion."""

    id: str
    dag_id: str
    run_id: str
    video_id: str
    state: str = Field(
        description="done; waiting: bytes that a task In Progress may be reusing go later; begun: go on."
    )
    left: list[str] = Field(description="Parts that are still to be removed.")
    reason: str
    requested_by: str
    requested_at: datetime
    ended_at: datetime | None
    proof: dict[str, Any] = Field(description="By part, what was removed and what looking for it afterwards found.")

    @classmethod
    def of(cls, deletion: Deletion) -> "DeletionView":
        """Return the view of a record."""
        fields = {name: getattr(deletion, name) for name in cls.model_fields if name != "left"}
        return cls(**fields, left=sorted(set(deletion.work) - {"bodies"}))


class DeletionOutcome(Outcome):
    """What came of the deletion of one of a video's tasks."""

    deletion: DeletionView | None = Field(default=None, description="The record that proves it.")


class DeletionOutcomes(BaseModel):
    """What came of each task of a video; those that were deleted stay so when others fail."""

    results: list[DeletionOutcome]


@router.delete("/tasks/{dag_id}/{run_id}", summary="Delete a task", responses=problems(404, 409))
@apart
def delete_task(
    dag_id: DagId,
    run_id: RunId,
    database: Db,
    conf: Conf,
    airflow: Airflow,
    caller: Deleter,
    reason: Reason = "",
    services: WithServices = False,
) -> DeletionView:
    """
    Delete a task that has ended, with its results, files and uploads; 409 while it is In Progress.

    The answer is the record that proves it. One whose state is not "done" is gone on with by sending this again, or by upkeep.
    """
    run = RunKey(dag_id=dag_id, run_id=run_id)
    deletion = _deletion(database, conf, airflow)
    return DeletionView.of(deletion.delete(run, by=caller.name, reason=reason, with_services=services))


@router.delete("/videos/{video_id}", summary="Delete a video", responses=problems(404))
@apart
def delete_video(
    video_id: VideoId,
    database: Db,
    conf: Conf,
    airflow: Airflow,
    caller: Deleter,
    workflows: Readable,
    reason: Reason = "",
    services: WithServices = False,
) -> DeletionOutcomes:
    """Delete every task of a video that the caller can see; with the last one goes all that is known of the video."""
    runs = tables.runs
    wanted = select(runs.c.dag_id, runs.c.run_id).where(runs.c.video_id == video_id, runs.c.dag_id.in_(workflows))
    with database.transaction() as connection:
        found = [RunKey(dag_id=row.dag_id, run_id=row.run_id) for row in connection.execute(wanted)]
    if not found:
        raise NotFoundError(f"No task of video '{video_id}' is known.")
    deletion, results = _deletion(database, conf, airflow), []
    for run in found:
        task = {"workflow": run.dag_id, "run_id": run.run_id}
        try:
            done = deletion.delete(run, by=caller.name, reason=reason, with_services=services)
            results.append(DeletionOutcome(**task, ok=True, deletion=DeletionView.of(done)))
        except MediaAIError as exc:
            results.append(DeletionOutcome(**task, ok=False, problem=problem_of(exc)))
    return DeletionOutcomes(results=results)


@router.get("/deletions", summary="List deletions", dependencies=_READ)
@apart
def list_deletions(
    database: Db, workflows: OfDeleted, limit: Annotated[int, Query(ge=1, le=500)] = 100
) -> list[DeletionView]:
    """Return the records of deletions in workflows that the caller can see, the newest first."""
    return [DeletionView.of(item) for item in Deletions(database).recent(limit=limit, workflows=workflows)]


@router.get(
    "/deletions/{deletion_id}", summary="Read the proof of a deletion", dependencies=_READ, responses=problems(404)
)
@apart
def get_deletion(deletion_id: DeletionId, database: Db, workflows: OfDeleted) -> DeletionView:
    """Return the record of a deletion."""
    found = Deletions(database).get(deletion_id)
    if found.dag_id not in workflows:
        raise NotFoundError(f"There is no deletion '{deletion_id}'.")
    return DeletionView.of(found)


def _deletion(database: Db, conf: Conf, airflow: AirflowApi) -> TaskDeletion:
    store = open_store(conf.store_address, credentials_of())
    return open_deletion(database, conf, credentials_of(), store, airflow)
