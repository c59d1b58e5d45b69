"""Quote what a look or a backfill of a source would start: a few of its videos are looked into."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from statistics import fmean
from typing import Any

from media_ai.catalog.database import Database
from media_ai.catalog.publications import PublicationLog
from media_ai.clients.credentials import CredentialsOf
from media_ai.errors import InputError, MediaAIError
from media_ai.graph.foresight import Expected
from media_ai.model.run import RunInput
from media_ai.settings import Settings
from media_ai.sources.control import preview
from media_ai.sources.library import SavedSource
from media_ai.sources.schema import Window
from media_ai.store.media_files import MediaFiles
from media_ai.tasks.create import published_plan
from media_ai.tasks.quote_views import Quote
from media_ai.tasks.quotes import Quotes, Videos
from media_ai.tasks.quoting import look_into

log = logging.getLogger(__name__)

_SAMPLE = 5
_LARGEST_COPY = 200 << 20
"""Bytes of a video in OSS that is fetched to be looked into."""


def quote_source(
    saved: SavedSource,
    database: Database,
    settings: Settings,
    credentials_of: CredentialsOf,
    window: Window | None = None,
) -> Quote:
    """
    Return what the tasks that a look would start now will probably use, take and cost together.

    Raises:
        InputError: None of the videos that were looked into can be read.
        NotFoundError: The workflow is not published.
    """
    source = saved.source
    plan = published_plan(source.workflow, PublicationLog(database))
    new = preview(saved, database, settings, credentials_of, window).new
    videos = Videos(each=Expected(video_s=0), count=0, probed=0)
    if new:
        each, probed = _mean(new, settings.media_files(credentials_of))
        videos = Videos(each=each, count=len(new), probed=probed, at_once=source.limits.max_active)
    return Quotes(database).make(plan, videos, source.overrides)


def _mean(rows: Sequence[dict[str, Any]], files: MediaFiles) -> tuple[Expected, int]:
    """Return the mean video, by those that were looked into, and how many they are."""
    looked: list[tuple[int, Expected]] = []
    for row in _spread(rows):
        try:
            looked.append((row["size"], look_into(files, RunInput.model_validate(row["input"]))))
        except MediaAIError as exc:
            log.warning("%s is left out of the quote: %s", row["address"], exc.message)
    if not looked:
        raise InputError(
            "None of the videos that were looked into for the quote can be read. Look at the source's files."
        )
    # The length of the others follows from their size.
    seconds_of_byte = sum(item.video_s for _, item in looked) / sum(size for size, _ in looked)
    middle = sorted((item for _, item in looked), key=lambda item: item.width * item.height)[len(looked) // 2]
    with_subtitles = sum(bool(row["input"].get("subtitles")) for row in rows)
    mean = replace(
        middle,
        video_s=fmean(row["size"] for row in rows) * seconds_of_byte,
        has_sound=any(item.has_sound for _, item in looked),
        has_subtitles=2 * with_subtitles > len(rows),
    )
    return mean, len(looked)


def _spread(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return a few videos of all sizes; large ones in OSS only if there are no others, for they are fetched."""
    near = [row for row in rows if not row["address"].startswith("oss://") or row["size"] <= _LARGEST_COPY]
    by_size = sorted(near or sorted(rows, key=lambda row: row["size"])[:1], key=lambda row: row["size"])
    count = min(len(by_size), _SAMPLE)
    return [by_size[(2 * at + 1) * len(by_size) // (2 * count)] for at in range(count)]
