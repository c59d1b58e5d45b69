"""`media-ai search`: find text in everything that was published."""

from typing import Annotated

import typer

from media_ai.catalog.search import search as find
from media_ai.cli import context
from media_ai.cli.printing import say, seconds, table


def search(
    text: Annotated[str, typer.Argument(help="Words, in any language.", show_default=False)],
    limit: Annotated[int, typer.Option(min=1, max=500)] = 20,
) -> None:
    """Search speech, on-screen text, analyses, chapters and people; each hit with its second in the video."""
    hits = find(context.database(), text, limit=limit)
    if not hits:
        say("Nothing found.")
        return
    table(
        ["video", "at", "where", "text"],
        [(hit.video_id, seconds(hit.start_s), hit.kind, hit.text) for hit in hits],
    )
