"""Quote tasks before they are started: the video is looked into, nothing is worked on."""

from collections.abc import Mapping
from typing import Any

from media_ai.catalog.database import Database
from media_ai.catalog.publications import PublicationLog
from media_ai.graph.foresight import Expected
from media_ai.model.media import MediaInfo
from media_ai.model.run import RunInput
from media_ai.runner import check_overrides
from media_ai.store.media_files import MediaFiles
from media_ai.tasks.create import parse_input, published_plan
from media_ai.tasks.quote_views import Quote
from media_ai.tasks.quotes import Quotes, Videos


def quote_task(
    database: Database, files: MediaFiles, workflow: str, given: Mapping[str, Any], overrides: Mapping[str, Any]
) -> Quote:
    """
    Return what a task will probably use, take and cost.

    Args:
        database: The catalog.
        files: Opens the video, with the eyes of the workers.
        workflow: Slug of a published workflow.
        given: The fields of RunInput.
        overrides: Node id -> params, for this task only.

    Raises:
        InputError: The input, the file or an override cannot be used.
        NotFoundError: The workflow is not published.
    """
    plan = published_plan(workflow, PublicationLog(database))
    run_input = parse_input(given)
    check_overrides(plan, overrides)
    return Quotes(database).make(plan, Videos(each=look_into(files, run_input)), overrides)


def look_into(files: MediaFiles, run_input: RunInput) -> Expected:
    """
    Return what is known of a video before it is worked on.

    Raises:
        InputError: It is not there, or is no video.
    """
    from media_ai.media.probe import probe

    path = files.local_path(run_input.video, what="video")
    return expected_of(probe(path, name=path.name), has_subtitles=run_input.subtitles is not None)


def expected_of(info: MediaInfo, *, has_subtitles: bool) -> Expected:
    """Return what a video gives to a quote."""
    return Expected(
        video_s=float(info.duration),
        width=info.video.width,
        height=info.video.height,
        has_sound=bool(info.audio),
        has_subtitles=has_subtitles,
    )
