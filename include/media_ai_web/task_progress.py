"""Wait for tasks: until the end, or told of every step."""

import time
from collections.abc import AsyncIterator
from functools import partial
from typing import Annotated

import anyio
from fastapi import Depends, Query, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from media_ai.catalog.results import RunKey
from media_ai.errors import MediaAIError
from media_ai.tasks.reading import TaskReader
from media_ai.tasks.views import TaskDetail, TaskState
from media_ai_web.permissions import Permission, needs
from media_ai_web.problems import problem_of
from media_ai_web.routing import in_thread, make_router, problems
from media_ai_web.services import Airflow, Db
from media_ai_web.task_views import DagId, RunId

router = make_router("Tasks")
_READ = [Depends(needs(Permission.READ_TASKS))]
_POLL_S = 0.5
_ASK_AIRFLOW_S = 10.0
_LONGEST_STREAM_S = 3600.0


@router.get("/tasks/{dag_id}/{run_id}/wait", summary="Wait for a task", dependencies=_READ, responses=problems(404))
async def wait_for_task(
    dag_id: DagId,
    run_id: RunId,
    database: Db,
    airflow: Airflow,
    timeout_s: Annotated[float, Query(ge=0, le=60, description="Longest wait.")] = 30,
) -> TaskState:
    """Answer when the task has ended, or when the time is over; `has_ended` says which. Ask again to wait longer."""
    reader, run = TaskReader(database, airflow), RunKey(dag_id=dag_id, run_id=run_id)
    deadline, asked = time.monotonic() + timeout_s, -_ASK_AIRFLOW_S
    while True:
        # The catalog hears of an end at once; Airflow itself is asked now and then in case nobody was told.
        is_time = time.monotonic() - asked >= _ASK_AIRFLOW_S
        asked = time.monotonic() if is_time else asked
        state = await in_thread(partial(reader.state, run, ask_airflow=is_time))
        left = deadline - time.monotonic()
        if state.has_ended or left <= 0:
            return state
        await anyio.sleep(min(_POLL_S, left))


async def _known(dag_id: DagId, run_id: RunId, database: Db, airflow: Airflow) -> None:
    """Answer 404 before a stream begins."""
    await in_thread(lambda: TaskReader(database, airflow).state(RunKey(dag_id=dag_id, run_id=run_id), ask_airflow=True))


@router.get(
    "/tasks/{dag_id}/{run_id}/events",
    summary="Follow a task",
    dependencies=[*_READ, Depends(_known)],
    response_class=EventSourceResponse,
    responses=problems(404),
)
async def follow_task(
    request: Request, dag_id: DagId, run_id: RunId, database: Db, airflow: Airflow
) -> AsyncIterator[ServerSentEvent]:
    """
    Send server-sent events: `progress` with the task whenever it changes, `end` with the task when it has ended.

    An `error` event has a problem. A stream ends after an hour at the latest; connect again to go on.
    """
    reader, run = TaskReader(database, airflow), RunKey(dag_id=dag_id, run_id=run_id)
    begun, last = time.monotonic(), ""
    while (elapsed_s := time.monotonic() - begun) < _LONGEST_STREAM_S and not await request.is_disconnected():
        try:
            task = await in_thread(partial(reader.detail, run))
        except MediaAIError as exc:
            yield ServerSentEvent(event="error", data=problem_of(exc))
            return
        if task.status.has_ended:
            yield ServerSentEvent(event="end", data=task)
            return
        if (now := _what_changed(task)) != last:
            last = now
            yield ServerSentEvent(event="progress", data=task, retry=2000)
        # Each look costs a call to Airflow: what goes on for long is looked at less often.
        await anyio.sleep(min(1 + elapsed_s / 60, 5))


def _what_changed(task: TaskDetail) -> str:
    """Return what makes an event worth sending: states, not seconds that pass."""
    return " ".join([task.state, *(f"{node.node_id}={node.state}/{node.tries}" for node in task.nodes)])
