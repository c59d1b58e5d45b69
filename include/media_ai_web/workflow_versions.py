"""Versions of workflows: publish, compare, roll back, unpublish."""

from typing import Annotated

from fastapi import Depends, Query

from media_ai.catalog.results import RunKey
from media_ai.clients.airflow_api import AirflowApi
from media_ai.errors import MediaAIError, SystemStateError
from media_ai.graph.schema import Workflow
from media_ai.tasks.control import TaskControl
from media_ai.tasks.renewal import Renewal
from media_ai.workflows.comparing import WorkflowDiff, compare
from media_ai.workflows.library import WorkflowLibrary
from media_ai.workflows.publishing import check_dag, unpublish, wait_until_runnable
from media_ai_web.caching import expected
from media_ai_web.permissions import Caller, Permission, needs
from media_ai_web.problems import problem_of
from media_ai_web.routing import apart, make_router, problems
from media_ai_web.services import Airflow, Db
from media_ai_web.task_views import Outcome
from media_ai_web.workflow_views import (
    Number,
    Publish,
    Published,
    Renew,
    Renewed,
    RollBack,
    SlugPath,
    Unpublished,
    VersionDetail,
    VersionView,
)
from media_ai_web.workflows import Editor, IfMatch

router = make_router("Versions")
_READ = [Depends(needs(Permission.READ_WORKFLOWS))]
_CHANGE = Permission.CHANGE_TASKS
_Version = Annotated[int, Query(ge=1, le=2**31 - 1)]


@router.get("/workflows/{slug}/versions", summary="List versions", dependencies=_READ, responses=problems(404))
def list_versions(slug: SlugPath, database: Db) -> list[VersionView]:
    """Return the versions, the newest first: who saved or published them, when, and the note."""
    found = WorkflowLibrary(database).versions(slug)
    return [VersionView.model_validate(item, from_attributes=True) for item in found]


@router.get(
    "/workflows/{slug}/versions/{number}", summary="Read a version", dependencies=_READ, responses=problems(404)
)
def read_version(slug: SlugPath, number: Number, database: Db) -> VersionDetail:
    """Return a version's graph, as it was saved."""
    library = WorkflowLibrary(database)
    graph = library.workflow(slug, number)
    info = next(item for item in library.versions(slug) if item.number == number)
    fields = {name: getattr(info, name) for name in VersionView.model_fields}
    return VersionDetail(**fields, graph=graph)


@router.get("/workflows/{slug}/diff", summary="Compare two versions", dependencies=_READ, responses=problems(404))
def compare_versions(
    slug: SlugPath,
    database: Db,
    before: Annotated[_Version, Query(description="Number of the older version.")],
    after: Annotated[_Version | None, Query(description="Of the newer; what people edit if absent.")] = None,
) -> WorkflowDiff:
    """Return the nodes, wires and parameters that were added, removed and changed."""
    library = WorkflowLibrary(database)
    return compare(library.workflow(slug, before), library.workflow(slug, after))


@router.post("/workflows/{slug}/publish", summary="Publish a workflow", responses=problems(404, 412))
@apart
def publish_workflow(
    slug: SlugPath, given: Publish, database: Db, airflow: Airflow, caller: Editor, if_match: IfMatch = None
) -> Published:
    """
    Have new tasks run what people edit; tasks in flight stay on their version.

    422 names every issue of a graph that cannot run. With If-Match, 412 says that somebody saved since it was read.
    """
    library = WorkflowLibrary(database)
    head = library.head(slug)
    # Without If-Match, what is checked is that nobody saves while the DAG is built.
    etag = expected(if_match) or head.etag
    return _publish(library, airflow, given, head.workflow(), by=caller.name, note=given.note, etag=etag)


@router.post("/workflows/{slug}/rollback", summary="Roll back to a version", responses=problems(404))
@apart
def roll_back(slug: SlugPath, given: RollBack, database: Db, airflow: Airflow, caller: Editor) -> Published:
    """Publish an older version again, as the newest; a draft stays a draft."""
    library = WorkflowLibrary(database)
    note = given.note or f"Rolled back to version {given.number}"
    old = library.workflow(slug, given.number)
    return _publish(library, airflow, given, old, by=caller.name, note=note, etag=None)


@router.post("/workflows/{slug}/unpublish", summary="Unpublish a workflow", responses=problems(404))
@apart
def unpublish_workflow(slug: SlugPath, database: Db, airflow: Airflow, caller: Editor) -> Unpublished:
    """Let a workflow take no new tasks; tasks in flight finish, then it leaves Airflow."""
    is_gone = unpublish(WorkflowLibrary(database), airflow, slug, by=caller.name)
    return Unpublished(slug=slug, publication="unpublished" if is_gone else "unpublishing")


@router.post("/workflows/{slug}/renew", status_code=202, summary="Bring old tasks up to date", responses=problems(404))
@apart
def renew_tasks(
    slug: SlugPath, given: Renew, database: Db, airflow: Airflow, caller: Annotated[Caller, Depends(needs(_CHANGE))]
) -> Renewed:
    """
    Have tasks that succeeded on an older version run what the published one does otherwise, and what follows it.

    The oldest come first, up to `limit` of them; `left` says how many remain for the next call. Nothing that has not changed
    is run or paid for again.
    """
    renewal = Renewal(database, slug, since=given.since, until=given.until)
    control = TaskControl(database, airflow, by=caller.name)
    outcomes = [_outcome(run, problem) for run, problem in renewal.renew(control, limit=given.limit)]
    return Renewed(results=outcomes, left=renewal.outdated(limit=1)[1])


def _outcome(run: RunKey, problem: MediaAIError | None) -> Outcome:
    shown = problem_of(problem) if problem else None
    return Outcome(workflow=run.dag_id, run_id=run.run_id, ok=problem is None, problem=shown)


def _publish(
    library: WorkflowLibrary,
    airflow: AirflowApi,
    given: Publish,
    workflow: Workflow,
    *,
    by: str,
    note: str,
    etag: str | None,
) -> Published:
    publication = library.publish(workflow, check=check_dag, note=note, by=by, expected=etag)
    is_runnable = False
    if given.wait:
        try:
            wait_until_runnable(airflow, publication)
            is_runnable = True
        except SystemStateError:
            # It is published all the same; Airflow is slow.
            is_runnable = False
    now = library.head(workflow.slug).etag
    return Published(slug=publication.slug, number=publication.number, is_runnable=is_runnable, etag=now)
