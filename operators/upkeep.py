"""What the upkeep DAG does."""

import logging
from typing import Any

from media_ai.catalog.attempts import Attempts
from media_ai.catalog.costs import Costs
from media_ai.catalog.database import Database
from media_ai.catalog.deletions import Deletions
from media_ai.catalog.deliveries import Deliveries
from media_ai.catalog.idempotency import IdempotencyKeys
from media_ai.catalog.publications import PublicationLog
from media_ai.catalog.results import ENDED, ResultRepository
from media_ai.catalog.retention import Retention
from media_ai.catalog.sealed import renew_secrets as renew
from media_ai.catalog.service_events import ServiceEvents
from media_ai.catalog.task_records import TaskRecords
from media_ai.clients.airflow_api import AirflowApi
from media_ai.settings import load_settings
from media_ai.sources.arriving import Arrivals, looker
from media_ai.store.opening import open_store
from media_ai.tasks.collecting import collect
from media_ai.tasks.deleting import references
from media_ai.tasks.deleting_hands import open_deletion, uploads_here
from media_ai.tasks.direct_uploads import open_direct_uploads
from media_ai.tasks.events import EventHandler, starter
from media_ai.tasks.retaining import enforce
from media_ai.tasks.uploads import Uploads
from media_ai.workflows.library import WorkflowLibrary
from operators.credentials import credentials_of
from operators.deployment import renewed

log = logging.getLogger(__name__)

_HEARD_AFTER_S = 600


def act_on_events() -> int:
    """Act on events that a crash or a trouble left, and forget those of a month ago; return how many were acted on."""
    settings = load_settings()
    database = Database(settings.catalog_url)
    events, arrivals = ServiceEvents(database), Arrivals(database, looker(settings))
    settled = EventHandler(events, settings, credentials_of, starter(settings), arrivals).act_on_rest()
    forgotten = events.forget(older_than_days=30)
    log.info("%d events acted on, %d old ones forgotten", settled, forgotten)
    return settled


def tidy_uploads() -> dict[str, int]:
    """Remove unfinished uploads that nobody goes on with, and requests of the API that are older than a day; return how many."""
    settings = load_settings()
    uploads = Uploads(
        settings.uploads, max_bytes=round(settings.upload_max_gb * 1e9), expires_h=settings.upload_expires_h
    )
    removed = {
        "uploads": uploads.remove_expired() + open_direct_uploads(settings, credentials_of).remove_expired(),
        "requests": IdempotencyKeys(Database(settings.catalog_url)).forget(),
        "tries": Attempts(Database(settings.catalog_url)).forget_old(),
        "deliveries": Deliveries(Database(settings.catalog_url)).forget(older_than_days=90),
    }
    log.info(
        "Removed %(uploads)d unfinished uploads, %(requests)d old requests, %(tries)d old counts of tries", removed
    )
    return removed


def reconcile_costs() -> dict[str, int]:
    """Make the sums of what was spent again from the calls, and end the promises of killed processes; return how many."""
    done = Costs(Database(load_settings().catalog_url)).reconcile()
    log.info("%(sums)d sums were wrong, %(promises)d promises of killed processes ended", done)
    return done


def catch_up(task_instance: Any) -> int:
    """Record the ends of tasks that the catalog has not heard of, which has them told too; return how many."""
    from airflow.sdk import DagRunState
    from airflow.sdk.exceptions import AirflowRuntimeError

    database = Database(load_settings().catalog_url)
    results, records = ResultRepository(database), TaskRecords(database)
    ended = 0
    for run in records.open_for(_HEARD_AFTER_S):
        try:
            # An enumeration, whose str() is its name.
            state = DagRunState(task_instance.get_dagrun_state(run.dag_id, run.run_id)).value
        except AirflowRuntimeError as exc:
            log.info("Airflow does not know task '%s' (any more): %s", run.run_id, exc)
            continue
        if state in ENDED:
            results.record_state(run, state, insert_missing=False)
            ended += 1
    log.info("%d tasks had ended without the catalog hearing of it", ended)
    return ended


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


def enforce_retention() -> dict[str, int]:
    """Delete what the retention rules and the sources say, and go on with deletions that were left; return how many."""
    settings = load_settings()
    database = Database(settings.catalog_url)
    store = open_store(settings.store_address, credentials_of)
    api = AirflowApi(*settings.server)
    try:
        deletion = open_deletion(database, settings, credentials_of, store, api)
        return enforce(Retention(database), Deletions(database), deletion, uploads_here(settings, credentials_of))
    finally:
        api.close()


def collect_orphans() -> dict[str, int]:
    """Remove from the artifact store what belongs to no task; return how many, and the bytes."""
    settings = load_settings()
    store = open_store(settings.store_address, credentials_of)
    done = collect(references(Database(settings.catalog_url), store), store)
    log.info("Removed %(results)d results, %(blobs)d blobs of %(bytes)d bytes and %(steps)d notes of no task", done)
    return done


def renew_secrets() -> dict[str, int]:
    """Encrypt with the newest key what an older one has encrypted; return how many, and how many no key opens."""
    done = renew(Database(load_settings().catalog_url), renewed)
    log.info("%(renewed)d secrets are encrypted with the newest key now", done)
    if done["unreadable"]:
        log.warning("%(unreadable)d secrets of access keys and webhooks were encrypted with a key that is gone", done)
    return done


def audit_results() -> dict[str, int]:
    """Hold the results of the last day against expectations; return how many tasks were looked at, and how many are unfit."""
    # It loads Great Expectations and pandas, seconds of import that no other upkeep shall wait for.
    from media_ai.tasks.auditing import audit

    return audit(Database(load_settings().catalog_url))
