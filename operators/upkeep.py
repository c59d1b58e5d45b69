"""What the upkeep DAG does."""

import logging
from typing import Any

from media_ai.catalog.database import Database
from media_ai.catalog.publications import PublicationLog
from media_ai.settings import load_settings
from media_ai.workflows.library import WorkflowLibrary

log = logging.getLogger(__name__)


def remove_finished_tombstones(task_instance: Any) -> list[str]:
    """Take workflows off the scheduler that take no new tasks and have none in flight; return their slugs."""
    database = Database(load_settings().catalog_url)
    library = WorkflowLibrary(database)
    removed = []
    # Until the DAG processor has read a tombstone, new tasks can still begin.
    for publication in PublicationLog(database).tombstones(older_than_s=60):
        unfinished = task_instance.get_dr_count(publication.slug, states=["queued", "running"])
        if unfinished:
            log.info("'%s' is unpublished and still has %d unfinished tasks", publication.slug, unfinished)
            continue
        library.remove(publication.slug, by="upkeep")
        removed.append(publication.slug)
        log.info("'%s' was unpublished and its last task has ended: removed from Airflow", publication.slug)
    return removed
