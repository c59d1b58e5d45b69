"""Search over everything that was found in videos."""

from typing import Annotated, Literal

from fastapi import Depends, Query, Request
from pydantic import BaseModel, Field

from media_ai.catalog.budgets import NOBODY
from media_ai.catalog.rate_limits import CatalogLimits
from media_ai.catalog.search import search_everything
from media_ai.catalog.spending import CatalogSpending
from media_ai.catalog.task_records import TaskRecords
from media_ai.clients.access import Access
from media_ai_web.permissions import Permission, needs
from media_ai_web.routing import in_thread, make_router
from media_ai_web.services import Db, credentials_of

router = make_router("Search")


class HitView(BaseModel):
    """A place in a video."""

    video_id: str
    title: str
    workflow: str
    run_id: str
    kind: str = Field(description="speech, screen, summary, chapter, person, analysis, ...")
    start_s: float
    end_s: float
    text: str = Field(description="Empty where a picture was found by what it shows.")
    found_by: Literal["text", "meaning", "both"]


class Hits(BaseModel):
    """What matches, best first."""

    hits: list[HitView]
    notices: list[str] = Field(description="Why meaning was not searched, where there are vectors.")


@router.get("/search", summary="Search in all videos", dependencies=[Depends(needs(Permission.READ_TASKS))])
async def search_videos(
    request: Request,
    database: Db,
    q: Annotated[
        str,
        Query(
            min_length=1,
            max_length=500,
            description="Words in any language; all must match, or where there are vectors the meaning must be near.",
        ),
    ],
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> Hits:
    """Return the places in videos where something was said, shown or found, each once, by its newest task."""
    known = await in_thread(TaskRecords(database).workflow_ids)
    readable = await request.app.state.gate.readable(request, known)
    # Where everything may be read no hit is dropped, so that no more are asked for than are wanted.
    depth = limit if readable >= set(known) else 500
    access = Access(
        credentials_of=credentials_of(), limits=CatalogLimits(database), spending=CatalogSpending(database, NOBODY)
    )
    found = await in_thread(lambda: search_everything(database, q, access=access, limit=depth))
    names = ("video_id", "title", "run_id", "kind", "start_s", "end_s", "text", "found_by")
    hits = [
        HitView(workflow=hit.dag_id, **{name: getattr(hit, name) for name in names})
        for hit in found.hits
        if hit.dag_id in readable
    ]
    return Hits(hits=hits[:limit], notices=list(found.notices))
