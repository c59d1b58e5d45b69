"""
Taking things out of the artifact store.

Who stores bytes that are there already writes them again unless they are fresh: what is older than that by more than the same
time is not being stored by anybody at the moment.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from media_ai.store.object_store import ObjectInfo, ObjectStore

FRESH = timedelta(seconds=60)


class Removal:
    """Removes blobs, results and steps by their names; what is not there is no error."""

    def __init__(self, objects: ObjectStore) -> None:
        self._objects = objects

    def blob(self, sha256: str, *, older_than: datetime) -> int | None:
        """Remove a blob that was written before a time; return its bytes, 0 if it was not there, None if it is too young."""
        info = self._objects.stat(blob_key(sha256))
        if info is None:
            return 0
        if info.modified >= older_than:
            return None
        self._objects.delete(blob_key(sha256))
        return info.size

    def has_blob(self, sha256: str) -> bool:
        """Tell whether a blob is there."""
        return self._objects.stat(blob_key(sha256)) is not None

    def result(self, node_type: str, key: str) -> bool:
        """Remove finished work, so that nobody reuses it; return whether it was there."""
        path = result_key_path(node_type, key)
        was_there = self._objects.stat(path) is not None
        self._objects.delete(path)
        return was_there

    def steps(self, node_type: str, key: str) -> int:
        """Remove what work has noted and kept on its way; return how many objects."""
        found = [info.key for info in self._objects.list(f"steps/{node_type}/{key[:2]}/{key}/")]
        for name in found:
            self._objects.delete(name)
        return len(found)

    def blobs(self, *, older_than: datetime) -> Iterator[tuple[str, int]]:
        """Yield the digests and sizes of blobs that were written before a time."""
        return ((info.key.rpartition("/")[2], info.size) for info in self._old("blobs/", older_than))

    def results(self, *, older_than: datetime) -> Iterator[tuple[str, str]]:
        """Yield node type and key of finished work that was stored before a time."""
        for info in self._old("results/", older_than):
            _, node_type, _, name = info.key.split("/")
            yield node_type, name.removesuffix(".json")

    def remove_steps(self, *, older_than: datetime) -> int:
        """Remove notes of work that was never finished, written before a time; return how many."""
        found = [info.key for info in self._old("steps/", older_than)]
        for name in found:
            self._objects.delete(name)
        return len(found)

    def _old(self, prefix: str, older_than: datetime) -> Iterator[ObjectInfo]:
        return (info for info in self._objects.list(prefix) if info.modified < older_than)


def blob_key(sha256: str) -> str:
    """Return the key of a blob."""
    return f"blobs/{sha256[:2]}/{sha256}"


def result_key_path(node_type: str, key: str) -> str:
    """Return the key of the manifest of finished work."""
    return f"results/{node_type}/{key[:2]}/{key}.json"
