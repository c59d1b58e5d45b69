"""Sources: places where videos arrive, what was found there, backfills."""

from typing import Annotated, Any

from fastapi import Depends, HTTPException, Request, Response

from media_ai.catalog.publications import PublicationLog
from media_ai.catalog.source_items import SourceItems
from media_ai.errors import InputError
from media_ai.sources import control
from media_ai.sources.library import SavedSource, SourceLibrary, check_source
from media_ai.sources.schema import Source
from media_ai_web.caching import expected, quoted
from media_ai_web.paging import Cursor, Limit, read_cursor, write_cursor
from media_ai_web.permissions import Caller, Permission, needs
from media_ai_web.routing import apart, in_thread, make_router, problems
from media_ai_web.services import Airflow, Conf, Db, credentials_of
from media_ai_web.source_views import (
    BackfillBody,
    BackfillView,
    FilePage,
    FileState,
    FileView,
    Looking,
    LookView,
    PreviewBody,
    SourceBody,
    SourceSlug,
    SourceView,
)
from media_ai_web.translating import Language, translated
from media_ai_web.workflows import IfMatch

router = make_router("Sources")
_READ = [Depends(needs(Permission.READ_WORKFLOWS)), Depends(needs(Permission.READ_TASKS))]
Editor = Annotated[Caller, Depends(needs(Permission.EDIT_WORKFLOWS))]
Starter = Annotated[Caller, Depends(needs(Permission.CREATE_TASKS))]


@router.get("/sources", summary="List sources", dependencies=_READ)
@apart
def list_sources(database: Db) -> list[SourceView]:
    """Return all sources with what became of the files that they found."""
    return [_view(database, saved) for saved in SourceLibrary(database).all()]


@router.get("/source-form", summary="Read the form of a source", dependencies=_READ)
async def read_source_form(language: Language) -> dict[str, Any]:
    """Return the JSON Schema of a source, its words in the language that Accept-Language names first of those that there are."""
    form: dict[str, Any] = translated(Source.model_json_schema(), language)
    return form


@router.get("/sources/{source}", summary="Read a source", dependencies=_READ, responses=problems(404))
@apart
def read_source(source: SourceSlug, database: Db, response: Response) -> SourceView:
    """Return a source; the ETag is what a save is checked against."""
    return _answer(database, SourceLibrary(database).get(source), response)


@router.put("/sources/{source}", summary="Save a source", responses=problems(404, 409, 412, 428))
async def save_source(
    request: Request,
    source: SourceSlug,
    given: SourceBody,
    database: Db,
    conf: Conf,
    caller: Editor,
    response: Response,
    if_match: IfMatch = None,
) -> SourceView:
    """
    Make a source, or change it; its DAG follows within seconds.

    A new one has no If-Match; a change has the ETag that the source was read with, or *. Whoever saves must be allowed to start
    tasks of the workflow.
    """
    if given.slug != source:
        raise InputError(f"The source's slug is '{given.slug}', the address says '{source}'. A slug never changes.")
    await request.app.state.gate.admit(request, Permission.CREATE_TASKS, given.workflow)

    def save() -> SavedSource:
        library = SourceLibrary(database)
        if if_match is None and source in library.numbers():
            raise HTTPException(428, "There is a source of this slug: give the ETag that you read it with in If-Match.")
        check_source(given, conf, PublicationLog(database))
        wanted = "" if if_match is None else expected(if_match)
        return library.save(given, by=caller.name, expected=wanted)

    saved = await in_thread(save)
    return await in_thread(lambda: _answer(database, saved, response))


@router.delete("/sources/{source}", status_code=204, summary="Delete a source", responses=problems(404))
@apart
def delete_source(source: SourceSlug, database: Db, caller: Editor) -> None:
    """Remove a source and its DAG; its tasks, and the record of what it has found, stay."""
    SourceLibrary(database).delete(source)


@router.post(
    "/sources/{source}/preview", summary="See what a look would find", dependencies=_READ, responses=problems(404)
)
@apart
def preview_source(source: SourceSlug, database: Db, conf: Conf, given: PreviewBody) -> LookView:
    """Look without recording or starting anything; without a window it is what a scheduled look takes."""
    window = given.window.window() if given.window else None
    return LookView.of(control.preview(SourceLibrary(database).get(source), database, conf, credentials_of(), window))


@router.post("/sources/{source}/look", status_code=202, summary="Look now", responses=problems(404))
@apart
def look_now(source: SourceSlug, database: Db, airflow: Airflow, caller: Starter) -> Looking:
    """Have a source look now and start what is new."""
    saved = SourceLibrary(database).get(source)
    return Looking(dag_id=saved.source.dag_id, run_id=control.look_now(airflow, saved, by=caller.name))


@router.get("/sources/{source}/backfills", summary="List backfills", dependencies=_READ, responses=problems(404))
@apart
def list_backfills(source: SourceSlug, database: Db, airflow: Airflow) -> list[BackfillView]:
    """Return the backfills of a source, the newest first."""
    saved = SourceLibrary(database).get(source)
    return [BackfillView.of(record) for record in airflow.backfills(saved.source.dag_id)]


@router.post("/sources/{source}/backfills", status_code=201, summary="Backfill a source", responses=problems(404, 409))
@apart
def backfill_source(
    source: SourceSlug, given: BackfillBody, database: Db, airflow: Airflow, caller: Starter
) -> BackfillView:
    """Take what changed in a time, interval by interval of the schedule; what succeeded is never started again."""
    saved = SourceLibrary(database).get(source)
    made = control.backfill(airflow, saved, **given.model_dump())
    return BackfillView.of(made)


@router.get("/sources/{source}/files", summary="List files", dependencies=_READ, responses=problems(404))
@apart
def list_files(
    source: SourceSlug, database: Db, state: FileState | None = None, limit: Limit = 50, cursor: Cursor = None
) -> FilePage:
    """Return what a source has found, what was seen last first, and what became of it."""
    SourceLibrary(database).get(source)
    place = read_cursor(cursor, names=2)
    after = (place[0], place[1][0], place[1][1]) if place else None
    rows = SourceItems(database, source).page(state=state, after=after, limit=limit + 1)
    last = rows[limit - 1] if len(rows) > limit else None
    return FilePage(
        files=[FileView.of(row) for row in rows[:limit]],
        next_cursor=write_cursor(last["seen_at"], last["address"], last["etag"]) if last else None,
    )


def _answer(database: Db, saved: SavedSource, response: Response) -> SourceView:
    response.headers["ETag"] = quoted(saved.etag)
    return _view(database, saved)


def _view(database: Db, saved: SavedSource) -> SourceView:
    return SourceView.of(saved, SourceItems(database, saved.source.slug).counts())
