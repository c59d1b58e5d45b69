"""Enforce the retention rules, a batch at a time, and go on with deletions that were left."""

import logging
from collections.abc import Callable, Iterable

from media_ai.catalog.deletions import Deletions
from media_ai.catalog.results import RunKey
from media_ai.catalog.retention import Retention
from media_ai.errors import MediaAIError
from media_ai.tasks.deleting import TaskDeletion, UploadedFiles

log = logging.getLogger(__name__)

_BATCH = 50


def enforce(
    retention: Retention, deletions: Deletions, deletion: TaskDeletion, uploads: UploadedFiles, *, batch: int = _BATCH
) -> dict[str, int]:
    """
    Remove what is due, at most a batch of each kind; return how many.

    What fails is tried again the next time, and does not keep the others.
    """

    def delete(reason: str) -> Callable[[RunKey], object]:
        return lambda run: deletion.delete(run, by="upkeep", reason=reason)

    def remove_uploads(run: RunKey) -> None:
        for address in deletions.given(run):
            if uploads.owns(address) and deletions.readers(address) == [run]:
                uploads.remove(address)
        retention.note(run, "upload_removed_at")

    waiting = [item.run for item in deletions.recent(is_open=True, limit=batch)]
    return {
        "went_on": _each(waiting, lambda run: _go_on(deletions, deletion, run)),
        "by_source": _each(retention.due_by_sources(limit=batch), delete("its video was deleted from the source")),
        "results": _each(retention.due_results(limit=batch), delete("retention")),
        # The bytes themselves are collected as those of no task.
        "artifacts": _each(
            retention.due_artifacts(limit=batch), lambda run: retention.note(run, "artifacts_removed_at")
        ),
        "uploads": _each(retention.due_uploads(limit=batch), remove_uploads),
    }


def _go_on(deletions: Deletions, deletion: TaskDeletion, run: RunKey) -> None:
    found = deletions.open_of(run)
    if found is not None:
        deletion.go_on(found)


def _each(runs: Iterable[RunKey], work: Callable[[RunKey], object]) -> int:
    done = 0
    for run in runs:
        try:
            work(run)
        except MediaAIError as exc:
            log.warning("Task '%s' of '%s' stays for now: %s", run.run_id, run.dag_id, exc.message)
        else:
            done += 1
    return done
