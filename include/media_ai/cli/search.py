"""`media-ai search`: find text in everything that was published, by words and by meaning."""

from typing import Annotated

import typer

from media_ai.catalog.budgets import NOBODY
from media_ai.catalog.rate_limits import CatalogLimits
from media_ai.catalog.search import Hit, search_everything
from media_ai.catalog.spending import CatalogSpending
from media_ai.cli import context
from media_ai.cli.printing import say, seconds, table
from media_ai.clients.access import Access


def search(
    text: Annotated[str, typer.Argument(help="Words, in any language.", show_default=False)],
    limit: Annotated[int, typer.Option(min=1, max=500)] = 20,
) -> None:
    """Search speech, on-screen text, analyses, chapters and people; each hit with its second in the video."""
    database = context.database()
    access = Access(
        credentials_of=context.settings().credentials_of,
        limits=CatalogLimits(database),
        spending=CatalogSpending(database, NOBODY),
    )
    found = search_everything(database, text, limit=limit, access=access)
    for notice in found.notices:
        say(notice)
    if not found.hits:
        say("Nothing found.")
        return
    has_meaning = any(hit.found_by != "text" for hit in found.hits)
    columns = ["video", "at", "where", *(["by"] if has_meaning else []), "text"]
    table(columns, [_row(hit, has_meaning=has_meaning) for hit in found.hits])


def _row(hit: Hit, *, has_meaning: bool) -> tuple[str, ...]:
    by = (hit.found_by,) if has_meaning else ()
    return (hit.video_id, seconds(hit.start_s), hit.kind, *by, hit.text or "(picture)")
