"""Routes that read what tasks produced."""

from fastapi import Depends, Response

from media_ai.catalog.results import RunKey
from media_ai.tasks.exports import TaskExports
from media_ai.tasks.result import TaskResult, read_result
from media_ai_web.permissions import Permission, needs
from media_ai_web.routing import make_router, problems
from media_ai_web.services import services

router = make_router("Results")
_READ = [Depends(needs(Permission.READ_TASKS))]
_FOUND = problems(404)


@router.get("/tasks/{dag_id}/{run_id}/result", summary="Read a task's result", dependencies=_READ, responses=_FOUND)
def task_result(dag_id: str, run_id: str) -> TaskResult:
    """Return everything that the task produced so far; `state` tells whether it has ended."""
    results, store = services()
    return read_result(results, store, RunKey(dag_id=dag_id, run_id=run_id))


@router.get("/tasks/{dag_id}/{run_id}/exports", summary="List a task's files", dependencies=_READ, responses=_FOUND)
def task_exports(dag_id: str, run_id: str) -> list[str]:
    """Return the names of the files that the task can be read as: subtitles, tables, pictures."""
    results, store = services()
    return list(TaskExports(results, store, RunKey(dag_id=dag_id, run_id=run_id)).names())


@router.get(
    "/tasks/{dag_id}/{run_id}/exports/{name}",
    summary="Download a file of a task",
    dependencies=_READ,
    response_class=Response,
    responses=_FOUND,
)
def task_export(dag_id: str, run_id: str, name: str) -> Response:
    """Return one of the files."""
    results, store = services()
    file = TaskExports(results, store, RunKey(dag_id=dag_id, run_id=run_id)).file(name)
    # Text from videos is data: no browser may take it for a page.
    headers = {"X-Content-Type-Options": "nosniff", "Content-Disposition": f'inline; filename="{file.name}"'}
    return Response(file.data, media_type=file.content_type, headers=headers)
