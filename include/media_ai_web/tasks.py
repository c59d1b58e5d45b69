"""Tasks: list them, read one, start one, repeat one with other parameters."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Query, Request, Response
from pydantic import AwareDatetime

from media_ai.catalog.preferences import PreferenceRecords
from media_ai.catalog.results import MARKED_FAILED, ResultRepository, RunKey
from media_ai.catalog.task_lists import TaskFilter, TaskLists
from media_ai.catalog.task_records import TaskRecords
from media_ai.clients.airflow_api import AirflowApi
from media_ai.settings import Settings
from media_ai.tasks.create import Started
from media_ai.tasks.reading import TaskReader
from media_ai.tasks.starting import NewTask, TaskStarter, repeated
from media_ai.tasks.views import TaskDetail
from media_ai.tasks.words import UNFINISHED, Status
from media_ai_web.paging import Cursor, Limit, read_cursor, write_cursor
from media_ai_web.permissions import Caller, Permission, needs
from media_ai_web.routing import apart, in_thread, make_router, problems
from media_ai_web.services import Airflow, Conf, Db, DirectUploadsOf, UploadsOf, credentials_of
from media_ai_web.task_views import DagId, IdempotencyKey, NewTaskBody, RepeatBody, RunId, StartedView, TaskPage

router = make_router("Tasks")
_READ = [Depends(needs(Permission.READ_TASKS))]
Starter = Annotated[Caller, Depends(needs(Permission.CREATE_TASKS))]


async def _filter(
    workflow: Annotated[str | None, Query(max_length=250)] = None,
    status: Status | None = None,
    q: Annotated[
        str, Query(max_length=200, description="Part of the name, the title, the video id or the run id.")
    ] = "",
    owner: Annotated[str | None, Query(max_length=250)] = None,
    since: Annotated[AwareDatetime | None, Query(description="Created then or later.")] = None,
    until: Annotated[AwareDatetime | None, Query(description="Created before.")] = None,
) -> TaskFilter:
    states = {
        Status.IN_PROGRESS: UNFINISHED,
        Status.COMPLETED: ("success",),
        Status.FAILED: ("failed",),
        Status.TERMINATED: ("failed",),
    }
    return TaskFilter(
        workflow=workflow,
        states=states[status] if status else None,
        cause=MARKED_FAILED if status is Status.TERMINATED else None,
        not_cause=MARKED_FAILED if status is Status.FAILED else None,
        text=q or None,
        owner=owner,
        since=since,
        until=until,
    )


@router.get("/tasks", summary="List tasks", dependencies=_READ)
async def list_tasks(
    request: Request,
    database: Db,
    airflow: Airflow,
    wanted: Annotated[TaskFilter, Depends(_filter)],
    limit: Limit = 50,
    cursor: Cursor = None,
) -> TaskPage:
    """Return tasks, however they were started, the newest first; those In Progress with how far they are."""
    place = read_cursor(cursor, names=2)
    after: tuple[datetime, str, str] | None = (place[0], place[1][0], place[1][1]) if place else None
    # Runs that wait in Airflow are noted before the workflows are listed that there are tasks of.
    reader = TaskReader(database, airflow)
    if after is None:
        await in_thread(reader.note_waiting)
    known = await in_thread(TaskRecords(database).workflow_ids)
    readable = await request.app.state.gate.readable(request, known)
    visible = wanted if readable >= set(known) else wanted.within(readable)
    found = await in_thread(lambda: reader.page(visible, after=after, limit=limit + 1))
    last = found[limit - 1] if len(found) > limit else None
    next_cursor = write_cursor(last.created_at, last.workflow, last.run_id) if last else None
    return TaskPage(tasks=found[:limit], next_cursor=next_cursor)


@router.get("/tasks/{dag_id}/{run_id}", summary="Read a task", dependencies=_READ, responses=problems(404))
@apart
def read_task(dag_id: DagId, run_id: RunId, database: Db, airflow: Airflow) -> TaskDetail:
    """Return how a task stands, node by node, and how long it still takes where that is known."""
    return TaskReader(database, airflow).detail(RunKey(dag_id=dag_id, run_id=run_id))


@router.post(
    "/workflows/{slug}/tasks", status_code=201, summary="Start a task", tags=["Tasks"], responses=problems(404, 409)
)
@apart
def create_task(
    slug: DagId,
    given: NewTaskBody,
    database: Db,
    airflow: Airflow,
    conf: Conf,
    uploads: UploadsOf,
    direct: DirectUploadsOf,
    caller: Starter,
    response: Response,
    idempotency_key: IdempotencyKey = None,
) -> StartedView:
    """
    Start a task of a published workflow.

    The video is the address of a finished upload, a path below the folders that workers may read, or oss://. With an
    Idempotency-Key the same request starts one task, however often it is sent; another request with that key gets 409.
    """
    language = PreferenceRecords(database).effective(caller.id).language
    fields = given.input.model_dump(mode="json", exclude_none=True)
    if not given.input.title and (title := uploads.title_of(given.input.video) or direct.title_of(given.input.video)):
        fields["title"] = title
    new = NewTask(
        workflow=slug,
        given=fields,
        overrides=given.overrides,
        name=given.name,
        language=language,
        budget=given.budget,
        is_quoted=given.is_quoted,
        notify=tuple(given.notify),
    )
    return _start(new, database, airflow, conf, caller, response, idempotency_key)


@router.post(
    "/tasks/{dag_id}/{run_id}/repeat",
    status_code=201,
    summary="Run a task again with other parameters",
    responses=problems(404, 409),
)
@apart
def repeat_task(
    dag_id: DagId,
    run_id: RunId,
    given: RepeatBody,
    database: Db,
    airflow: Airflow,
    conf: Conf,
    caller: Starter,
    response: Response,
    idempotency_key: IdempotencyKey = None,
) -> StartedView:
    """Start a new task over the same video, on the published version; results that the changes do not touch are reused."""
    run = RunKey(dag_id=dag_id, run_id=run_id)
    old = TaskLists(database).one(run)
    new = repeated(
        airflow, run, changes=given.overrides, keeps=not given.is_complete, name=given.name, title_of=old["name"]
    )
    # In the language of the task that it repeats: what the changes do not touch is not written anew.
    language = ResultRepository(database).language_of(run) or PreferenceRecords(database).effective(caller.id).language
    new = replace(new, language=language)
    return _start(new, database, airflow, conf, caller, response, idempotency_key)


def _start(
    new: NewTask, database: Db, airflow: AirflowApi, conf: Settings, caller: Caller, response: Response, key: str | None
) -> StartedView:
    starter = TaskStarter(database, conf.media_files(credentials_of()), airflow, owner=caller.name)
    started: Started
    if key is None:
        started = starter.start(new)
    else:
        started, is_kept = starter.start_once(new, key=key, owner_id=caller.id)
        response.headers["Idempotency-Replayed"] = str(is_kept).lower()
    return StartedView(workflow=started.dag_id, run_id=started.run_id)
