"""
Collect what is in the store and belongs to no task: mark what tasks point to, sweep what is older than a week.

A week is longer than any node works, and leaves results that were made without the system some time. Results go first: from
then on nobody finds them to reuse.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TypeVar

from media_ai.catalog.references import References
from media_ai.store.artifacts import ArtifactStore

T = TypeVar("T")

GRACE = timedelta(days=7)
_STEPS = timedelta(days=90)
"""Notes of work that has failed let a later restart find what was paid for."""
_BATCH = 2000


def collect(
    refs: References, store: ArtifactStore, *, now: datetime | None = None, most: int = 200_000
) -> dict[str, int]:
    """
    Remove results, blobs and notes of no task; return how many, and the bytes.

    Args:
        refs: Knows what tasks point to.
        store: Where they are.
        now: The time; for tests.
        most: Blobs that are removed at most; the others are collected the next time.
    """
    moment = now or datetime.now(UTC)
    removal = store.removal()
    done = {"results": 0, "blobs": 0, "bytes": 0, "steps": removal.remove_steps(older_than=moment - _STEPS)}
    for results in _in_parts(removal.results(older_than=moment - GRACE)):
        used = refs.results_in_use(key for _, key in results)
        for node_type, key in results:
            if key not in used:
                done["results"] += removal.result(node_type, key)
    for blobs in _in_parts(removal.blobs(older_than=moment - GRACE)):
        used = refs.in_use(digest for digest, _ in blobs)
        for digest, size in blobs:
            if digest not in used and done["blobs"] < most and removal.blob(digest, older_than=moment - GRACE):
                done["blobs"] += 1
                done["bytes"] += size
        refs.forget({digest for digest, _ in blobs} - used)
    return done


def _in_parts(items: Iterable[T]) -> Iterator[list[T]]:
    iterator = iter(items)
    while part := list(islice(iterator, _BATCH)):
        yield part
