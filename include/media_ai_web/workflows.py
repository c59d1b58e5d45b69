"""Workflows: list, make, read, save, rename, copy, delete, exchange."""

from typing import Annotated, Any

from fastapi import Body, Depends, Header, HTTPException, Query, Request, Response

from media_ai.errors import InputError, NotFoundError
from media_ai.graph.address import Issue
from media_ai.graph.schema import Workflow
from media_ai.workflows.checking import check_data, check_workflow, in_current_form
from media_ai.workflows.files import read_template, write_workflow
from media_ai.workflows.library import WorkflowLibrary
from media_ai.workflows.naming import free_slug
from media_ai.workflows.overview import list_workflows, summary_of
from media_ai_web.caching import expected, quoted
from media_ai_web.paging import Cursor, Limit, read_cursor, write_cursor
from media_ai_web.permissions import Caller, Permission, needs
from media_ai_web.routing import in_thread, make_router, problems
from media_ai_web.services import Db
from media_ai_web.workflow_views import (
    STATES,
    Copy,
    GraphBody,
    NewWorkflow,
    Publication,
    Rename,
    SlugPath,
    WorkflowDetail,
    WorkflowPage,
    WorkflowView,
)

router = make_router("Workflows")
_READ = [Depends(needs(Permission.READ_WORKFLOWS))]
Editor = Annotated[Caller, Depends(needs(Permission.EDIT_WORKFLOWS))]
IfMatch = Annotated[str | None, Header(max_length=200, description="ETag of what the change was made to.")]
_SAVED = problems(404, 409, 412)


@router.get("/workflows", summary="List workflows", dependencies=_READ)
async def get_workflows(
    request: Request,
    database: Db,
    q: Annotated[str, Query(max_length=200, description="Part of the slug, the name or the description.")] = "",
    publication: Publication | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> WorkflowPage:
    """Return the workflows that the caller may read, those that were saved last first."""
    state = next((kept for kept, shown in STATES.items() if shown == publication), None) or publication
    place = read_cursor(cursor, names=1)
    slugs = await in_thread(WorkflowLibrary(database).names)
    readable = await request.app.state.gate.readable(request, slugs)
    found = await in_thread(
        lambda: list_workflows(
            database,
            slugs=readable,
            text=q,
            publication=state,
            after=(place[0], place[1][0]) if place else None,
            limit=limit + 1,
        )
    )
    last = found[limit - 1] if len(found) > limit else None
    return WorkflowPage(
        workflows=[WorkflowView.of(item) for item in found[:limit]],
        next_cursor=write_cursor(last.saved_at, last.slug) if last else None,
    )


@router.post("/workflows", status_code=201, summary="Create a workflow", responses=problems(404, 409))
def create_workflow(given: NewWorkflow, database: Db, caller: Editor, response: Response) -> WorkflowDetail:
    """Make a workflow as a draft: from a preset, from a graph, or empty. 409 if the slug is taken."""
    library = WorkflowLibrary(database)
    origin = read_template(given.preset) if given.preset else None
    nodes, edges = (origin.nodes, origin.edges) if origin else (given.nodes or (), given.edges)
    description = given.description if given.description is not None else (origin.description if origin else "")
    slug = given.slug or free_slug(given.name, library.names())
    workflow = Workflow(slug=slug, name=given.name, description=description, nodes=nodes, edges=edges)
    library.create(workflow, by=caller.name)
    response.headers["Location"] = f"workflows/{slug}"
    return _detail(database, slug, response)


@router.post("/workflows/validate", summary="Check a graph", dependencies=_READ)
def validate_workflow(graph: Annotated[dict[str, Any], Body()]) -> list[Issue]:
    """Return everything that is wrong with a graph, finished or not; nothing is saved. An empty list: it can run."""
    return check_data(graph)


@router.post("/workflows/import", status_code=201, summary="Import a workflow", responses=_SAVED)
def import_workflow(
    graph: GraphBody,
    database: Db,
    caller: Editor,
    response: Response,
    replace: Annotated[bool, Query(description="Save as the draft of the workflow of that slug.")] = False,
    if_match: IfMatch = None,
) -> WorkflowDetail:
    """Put a workflow into the catalog as a draft, from the JSON of an export. 409 if the slug is taken."""
    library = WorkflowLibrary(database)
    if replace:
        library.head(graph.slug)
        library.save(graph.workflow(), by=caller.name, expected=expected(if_match))
    else:
        library.create(graph.workflow(), by=caller.name)
    response.headers["Location"] = f"workflows/{graph.slug}"
    return _detail(database, graph.slug, response)


@router.get("/workflows/{slug}", summary="Read a workflow", dependencies=_READ, responses=problems(404))
def read_workflow(slug: SlugPath, database: Db, response: Response) -> WorkflowDetail:
    """Return what people edit: the draft, or the newest version. The ETag is what a save is checked against."""
    return _detail(database, slug, response)


@router.put("/workflows/{slug}/draft", summary="Save the draft", responses=problems(404, 412, 428))
def save_draft(
    slug: SlugPath, graph: GraphBody, database: Db, caller: Editor, response: Response, if_match: IfMatch = None
) -> WorkflowDetail:
    """
    Save a graph, which may have errors.

    If-Match must have the ETag that the workflow was read with. 412 says that somebody else saved or published since, who, and
    with which ETag; nothing is saved then. `If-Match: *` saves whatever is there.
    """
    if if_match is None:
        raise HTTPException(
            428, "Give the ETag that you read the workflow with in If-Match: somebody may have saved since."
        )
    if graph.slug != slug:
        raise InputError(f"The graph's slug is '{graph.slug}', the address says '{slug}'. A slug never changes.")
    library = WorkflowLibrary(database)
    library.head(slug)
    library.save(graph.workflow(), by=caller.name, expected=expected(if_match))
    return _detail(database, slug, response)


@router.patch("/workflows/{slug}", summary="Rename a workflow", responses=problems(404, 412))
def rename_workflow(
    slug: SlugPath, given: Rename, database: Db, caller: Editor, response: Response, if_match: IfMatch = None
) -> WorkflowDetail:
    """Give it another name or description, as a change of the draft; Airflow shows it when it is published."""
    library = WorkflowLibrary(database)
    head = library.head(slug)
    workflow = head.workflow().model_copy(update=given.model_dump(exclude_none=True))
    # Without If-Match, what is checked is that nobody saves between reading and writing here.
    library.save(workflow, by=caller.name, note=head.note, expected=expected(if_match) or head.etag)
    return _detail(database, slug, response)


@router.post(
    "/workflows/{slug}/duplicate", status_code=201, summary="Duplicate a workflow", responses=problems(404, 409)
)
def duplicate_workflow(slug: SlugPath, given: Copy, database: Db, caller: Editor, response: Response) -> WorkflowDetail:
    """Copy what people edit under a new slug, as a draft."""
    library = WorkflowLibrary(database)
    original = library.workflow(slug)
    name = given.name or f"{original.name[:113]} (copy)"
    copy = given.slug or free_slug(name, library.names())
    library.create(original.model_copy(update={"slug": copy, "name": name}), by=caller.name)
    response.headers["Location"] = f"../{copy}"
    return _detail(database, copy, response)


@router.delete(
    "/workflows/{slug}",
    status_code=204,
    summary="Delete a workflow",
    dependencies=[Depends(needs(Permission.DELETE_WORKFLOWS))],
    responses=problems(404, 409),
)
def delete_workflow(slug: SlugPath, database: Db) -> None:
    """Delete a workflow with its versions. 409 while it is published; tasks and their results stay."""
    WorkflowLibrary(database).delete(slug)


@router.get(
    "/workflows/{slug}/export",
    summary="Export a workflow",
    dependencies=_READ,
    response_model=Workflow,
    responses=problems(404),
)
def export_workflow(
    slug: SlugPath, database: Db, version: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None
) -> Response:
    """Return a version, or what people edit, as a file that can be imported and kept in git."""
    text = write_workflow(WorkflowLibrary(database).workflow(slug, version))
    headers = {"Content-Disposition": f'attachment; filename="{slug}.json"'}
    return Response(text, media_type="application/json", headers=headers)


def _detail(database: Db, slug: str, response: Response) -> WorkflowDetail:
    head, summary = WorkflowLibrary(database).head(slug), summary_of(database, slug)
    if summary is None:
        raise NotFoundError(f"There is no workflow '{slug}'.")
    workflow = head.workflow()
    response.headers["ETag"] = quoted(head.etag)
    return WorkflowDetail(
        **WorkflowView.of(summary).model_dump(),
        etag=head.etag,
        graph=in_current_form(workflow),
        issues=check_workflow(workflow),
    )
