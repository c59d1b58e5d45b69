"""Stop and restart tasks, one or many."""

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends

from media_ai.catalog.results import RunKey
from media_ai.clients.airflow_api import AirflowApi
from media_ai.errors import MediaAIError
from media_ai.tasks.control import Restart, TaskControl
from media_ai.tasks.reading import TaskReader
from media_ai.tasks.views import TaskState
from media_ai_web.permissions import Caller, Permission, needs
from media_ai_web.problems import problem_of
from media_ai_web.routing import apart, make_router, problems
from media_ai_web.services import Airflow, Db
from media_ai_web.task_views import (
    DagId,
    Outcome,
    Outcomes,
    RestartBody,
    RestartMany,
    RunId,
    StopBody,
    StopMany,
    TaskRef,
)

router = make_router("Tasks")
Changer = Annotated[Caller, Depends(needs(Permission.CHANGE_TASKS))]


@router.post("/tasks/{dag_id}/{run_id}/stop", summary="Stop a task", responses=problems(404, 409))
@apart
def stop_task(
    dag_id: DagId, run_id: RunId, given: StopBody, database: Db, airflow: Airflow, caller: Changer
) -> TaskState:
    """Stop a task that is In Progress; it becomes Terminated, and its note says who did it. 409 if it has ended."""
    run = RunKey(dag_id=dag_id, run_id=run_id)
    _control(database, airflow, caller).stop(run, reason=given.reason)
    return TaskReader(database, airflow).state(run)


@router.post("/tasks/{dag_id}/{run_id}/restart", summary="Restart a task", responses=problems(404, 409))
@apart
def restart_task(
    dag_id: DagId, run_id: RunId, given: RestartBody, database: Db, airflow: Airflow, caller: Changer
) -> TaskState:
    """Run a task again that has ended, all of it or in part; 409 while it is In Progress."""
    run = RunKey(dag_id=dag_id, run_id=run_id)
    _control(database, airflow, caller).restart(run, _restart(given))
    return TaskReader(database, airflow).state(run)


@router.post("/tasks/stop", summary="Stop several tasks")
@apart
def stop_tasks(given: StopMany, database: Db, airflow: Airflow, caller: Changer) -> Outcomes:
    """Stop each of these tasks that can be stopped; the answer says for each what came of it."""
    control = _control(database, airflow, caller)
    return _each(given.tasks, lambda run: control.stop(run, reason=given.reason))


@router.post("/tasks/restart", summary="Restart several tasks")
@apart
def restart_tasks(given: RestartMany, database: Db, airflow: Airflow, caller: Changer) -> Outcomes:
    """Restart each of these tasks that can be restarted; the answer says for each what came of it."""
    control, restart = _control(database, airflow, caller), _restart(given)
    return _each(given.tasks, lambda run: control.restart(run, restart))


def _control(database: Db, airflow: AirflowApi, caller: Caller) -> TaskControl:
    return TaskControl(database, airflow, by=caller.name)


def _restart(given: RestartBody) -> Restart:
    return Restart(scope=given.scope, node=given.node, on_latest_version=given.version == "latest")


def _each(tasks: list[TaskRef], work: Callable[[RunKey], None]) -> Outcomes:
    results = []
    for task in tasks:
        try:
            work(RunKey(dag_id=task.workflow, run_id=task.run_id))
            results.append(Outcome(**task.model_dump(), ok=True))
        except MediaAIError as exc:
            results.append(Outcome(**task.model_dump(), ok=False, problem=problem_of(exc)))
    return Outcomes(results=results)
