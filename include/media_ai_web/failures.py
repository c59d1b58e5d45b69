"""Why tasks fail: a few causes, the tasks of each, restarted together."""

from datetime import datetime
from typing import Annotated, Self

from fastapi import Depends, Path, Query, Request
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from media_ai.catalog.database import Database
from media_ai.catalog.failures import Failures, Group
from media_ai.catalog.results import RunKey
from media_ai.catalog.task_records import TaskRecords
from media_ai.failures import advice, runbook
from media_ai.tasks.ramp import DAG_ID, restart_cause
from media_ai_web.paging import Cursor, Limit, read_cursor, write_cursor
from media_ai_web.permissions import Caller, Permission, needs
from media_ai_web.routing import apart, in_thread, make_router, problems
from media_ai_web.services import Airflow, Db
from media_ai_web.task_views import DagId, RunId

router = make_router("Failures")
_READ = [Depends(needs(Permission.READ_TASKS))]
Changer = Annotated[Caller, Depends(needs(Permission.CHANGE_TASKS))]
CauseId = Annotated[str, Path(pattern="^[0-9a-f]{12}$", description="Id of the cause.")]


class CauseView(BaseModel):
    """Tasks that fail for one cause."""

    cause_id: str
    kind: str = Field(description="What it means: auth, permission, throttled, invalid, killed, internal, ...")
    service: str
    code: str = Field(description="The service's own word for it.")
    title: str
    advice: str = Field(description="What to do.")
    runbook: str = Field(description="Where the operations guide says more.")
    tasks: int
    quarantined: int = Field(description="Of these tasks; they are not restarted with the others.")
    first_at: datetime
    last_at: datetime
    workflows: list[str]
    nodes: list[str]
    message: str = Field(description="That of the newest.")
    example_workflow: str
    example_run_id: str

    @classmethod
    def of(cls, group: Group) -> Self:
        """Return a cause as the API shows it."""
        names = (
            "cause_id",
            "kind",
            "service",
            "code",
            "title",
            "tasks",
            "quarantined",
            "first_at",
            "last_at",
            "message",
        )
        return cls(
            **{name: getattr(group, name) for name in names},
            advice=advice(group.kind, group.service),
            runbook=runbook(group.kind),
            workflows=list(group.workflows),
            nodes=list(group.nodes),
            example_workflow=group.example.dag_id,
            example_run_id=group.example.run_id,
        )


class FailedTask(BaseModel):
    """A task that fails for a cause."""

    workflow: str
    run_id: str
    video_id: str | None
    node_id: str
    tries: int
    failed_at: datetime
    message: str
    quarantined_at: datetime | None


class FailedTasks(BaseModel):
    """A page of them."""

    tasks: list[FailedTask]
    next_cursor: str | None


class RestartCause(BaseModel):
    """How they are restarted."""

    model_config = ConfigDict(extra="forbid")

    first: int = Field(
        default=2, ge=1, le=64, description="Tasks that are restarted first; then twice as many each time."
    )


class RestartRun(BaseModel):
    """The run in Airflow that restarts them."""

    dag_id: str
    run_id: str


async def _readable(request: Request, database: Db) -> list[str]:
    known = await in_thread(TaskRecords(database).workflow_ids)
    return sorted(await request.app.state.gate.readable(request, known))


Readable = Annotated[list[str], Depends(_readable)]


@router.get("/failures", summary="List causes of failures", dependencies=_READ)
@apart
def list_causes(
    database: Db,
    workflows: Readable,
    since: Annotated[AwareDatetime | None, Query(description="Failed then or later.")] = None,
) -> list[CauseView]:
    """Return why tasks have failed that were not restarted since, the cause with the most tasks first."""
    return [CauseView.of(group) for group in Failures(database).groups(workflows=workflows, since=since)]


@router.get("/failures/{cause_id}/tasks", summary="List the tasks of a cause", dependencies=_READ)
@apart
def list_failed_tasks(
    cause_id: CauseId, database: Db, workflows: Readable, limit: Limit = 50, cursor: Cursor = None
) -> FailedTasks:
    """Return the tasks that fail for a cause, the newest first."""
    return _page(database, cause_id, workflows, limit, cursor)


@router.get("/quarantine", summary="List the tasks in quarantine", dependencies=_READ)
@apart
def list_quarantine(database: Db, workflows: Readable, limit: Limit = 50, cursor: Cursor = None) -> FailedTasks:
    """Return the tasks that have failed too often to be restarted with others, the newest first."""
    return _page(database, None, workflows, limit, cursor, only_quarantined=True)


def _page(
    database: Database, cause_id: str | None, workflows: list[str], limit: int, cursor: str | None, **more: bool
) -> FailedTasks:
    place = read_cursor(cursor, names=2)
    after = (place[0], place[1][0], place[1][1]) if place else None
    rows = Failures(database).tasks(cause_id, workflows=workflows, after=after, limit=limit + 1, **more)
    last = rows[limit - 1] if len(rows) > limit else None
    same = ("run_id", "video_id", "node_id", "tries", "failed_at", "message", "quarantined_at")
    return FailedTasks(
        tasks=[FailedTask(workflow=row["dag_id"], **{name: row[name] for name in same}) for row in rows[:limit]],
        next_cursor=write_cursor(last["failed_at"], last["dag_id"], last["run_id"]) if last else None,
    )


@router.post(
    "/failures/{cause_id}/restart", status_code=202, summary="Restart the tasks of a cause", responses=problems(404)
)
async def restart_tasks_of_cause(
    request: Request, cause_id: CauseId, given: RestartCause, database: Db, airflow: Airflow, caller: Changer
) -> RestartRun:
    """
    Restart all tasks of a cause that are not in quarantine, step by step, as a run of the DAG `media_ai_restart`.

    A few come first, then twice as many each time; it stops when most of a step fail for the same cause again.
    """
    group = await in_thread(lambda: Failures(database).group(cause_id))
    for workflow in group.workflows:
        await request.app.state.gate.admit(request, Permission.CHANGE_TASKS, workflow)
    run_id = await in_thread(lambda: restart_cause(airflow, group, first=given.first, by=caller.name))
    return RestartRun(dag_id=DAG_ID, run_id=run_id)


@router.post(
    "/tasks/{dag_id}/{run_id}/release",
    status_code=204,
    summary="Release a task from quarantine",
    responses=problems(404),
)
@apart
def release_task(dag_id: DagId, run_id: RunId, database: Db, caller: Changer) -> None:
    """Let a task be restarted again that has failed too often."""
    Failures(database).release(RunKey(dag_id=dag_id, run_id=run_id), by=caller.name)
