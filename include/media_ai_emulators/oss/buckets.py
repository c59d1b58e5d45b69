"""The buckets on disk."""

import re
import shutil
from pathlib import Path

from media_ai_emulators.oss.errors import refusal
from media_ai_emulators.oss.objects import Bucket

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
_RESERVED = ("api", "compatible-mode")  # the first path segments of DashScope


class Buckets:
    """All buckets below a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._buckets = {path.name: Bucket(path.name, path) for path in folder.iterdir() if path.is_dir()}

    def get(self, name: str) -> Bucket:
        """
        Return a bucket.

        Raises:
            Refusal: NoSuchBucket.
        """
        if name not in self._buckets:
            raise refusal(404, "NoSuchBucket")
        return self._buckets[name]

    def has(self, name: str) -> bool:
        """Tell whether there is a bucket of a name."""
        return name in self._buckets

    def create(self, name: str) -> Bucket:
        """
        Return a bucket, made if it is not there.

        Raises:
            Refusal: InvalidBucketName.
        """
        if not _NAME.fullmatch(name) or name in _RESERVED:
            raise refusal(400, "InvalidBucketName")
        return self._buckets.setdefault(name, Bucket(name, self._folder / name))

    def delete(self, name: str) -> None:
        """
        Remove an empty bucket.

        Raises:
            Refusal: NoSuchBucket or BucketNotEmpty.
        """
        bucket = self.get(name)
        if len(bucket):
            raise refusal(409, "BucketNotEmpty")
        shutil.rmtree(bucket.folder)
        del self._buckets[name]

    def all(self) -> list[Bucket]:
        """Return the buckets in the order of their names."""
        return [self._buckets[name] for name in sorted(self._buckets)]
