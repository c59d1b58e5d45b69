"""What people do with sources: look without starting anything, look now, backfill."""

from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from media_ai.catalog.database import Database
from media_ai.catalog.source_items import SourceItems
from media_ai.clients.airflow_api import AirflowApi
from media_ai.clients.credentials import CredentialsOf
from media_ai.errors import ConflictError, InputError
from media_ai.settings import Settings
from media_ai.sources.library import SavedSource
from media_ai.sources.listing import list_source
from media_ai.sources.looking import Look, look
from media_ai.sources.metadata import Metadata
from media_ai.sources.reading import text_reader
from media_ai.sources.schema import Window

Again = Literal["none", "failed", "all"]
"""Which looks of a backfill are done again that were done before: none; those that failed; all, which restarts failed tasks."""
_REPROCESS = {"none": "none", "failed": "failed", "all": "completed"}


def preview(
    saved: SavedSource,
    database: Database,
    settings: Settings,
    credentials_of: CredentialsOf,
    window: Window | None = None,
) -> Look:
    """Return what a look would find now; nothing is recorded or started. Without a window what a scheduled look takes."""
    source = saved.source
    listing = list_source(source, credentials_of)
    metadata = Metadata(source, listing, text_reader(settings.media_files(credentials_of)))
    known = SourceItems(database, source.slug).known()
    window = window or Window(start=saved.since, end=datetime.now(UTC))
    return look(source, listing, known, metadata, window, interval_start=None)


def look_now(api: AirflowApi, saved: SavedSource, *, by: str) -> str:
    """Have a source look now; return the run's id."""
    run_id = f"manual__{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}"
    return str(api.trigger(saved.source.dag_id, run_id=run_id, conf={}, note=f"Looked by {by}.")["dag_run_id"])


def backfill(
    api: AirflowApi,
    saved: SavedSource,
    *,
    start: datetime,
    end: datetime,
    again: Again = "all",
    backwards: bool = False,
    looks_at_once: int = 4,
) -> dict[str, Any]:
    """
    Have a source take what changed in a time, interval by interval of its schedule.

    Args:
        api: The caller's way to Airflow.
        saved: The source.
        start: Where the first interval begins.
        end: The last interval begins before it. Intervals that are not over yet are left out.
        again: Which intervals are looked at again.
        backwards: The newest first.
        looks_at_once: Intervals that are looked at at the same time; how many tasks run is the source's own limit.

    Returns:
        Airflow's record of the backfill.

    Raises:
        InputError: No interval of the schedule lies in the time.
        ConflictError: A backfill of the source is under way.
    """
    if start >= end:
        raise InputError(f"A backfill from {start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M} covers no time.")
    dag = api.dag(saved.source.dag_id)
    if dag is None:
        raise ConflictError(
            f"Airflow has not picked up the source '{saved.source.slug}' yet. Try again in a few seconds."
        )
    if dag["is_paused"]:
        raise ConflictError(
            f"The source '{saved.source.slug}' is paused in Airflow: a backfill would wait. Unpause it there."
        )
    return api.backfill(
        saved.source.dag_id,
        start=start,
        # Airflow's own end is inclusive: the interval that begins then would be taken too.
        end=end - timedelta(microseconds=1),
        reprocess=_REPROCESS[again],
        backwards=backwards,
        max_active_runs=looks_at_once,
    )
