"""The storage behind the OSS service; the other services read and fill it directly."""

from pathlib import Path

from media_ai_emulators.clock import Clock
from media_ai_emulators.oss.blobs import Blob, BlobWriter
from media_ai_emulators.oss.buckets import Buckets
from media_ai_emulators.oss.objects import StoredObject
from media_ai_emulators.oss.uploads import Uploads


class Storage:
    """Buckets, objects and uploads below one folder."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.clock = clock
        self.buckets = Buckets(folder / "buckets")
        self.uploads = Uploads(folder / "uploads")
        self._drafts = folder / "drafts"
        self._remove_drafts()

    @property
    def drafts(self) -> Path:
        """The folder of files that belong to no object yet."""
        return self._drafts

    def writer(self) -> BlobWriter:
        """Return a writer for new bytes."""
        return BlobWriter(self._drafts)

    def put(self, bucket: str, key: str, blob: Blob, *, headers: dict[str, str], etag: str = "") -> StoredObject:
        """Make a blob an object; without an ETag it is the blob's MD5."""
        return self.buckets.get(bucket).put(
            key, blob, etag=etag or blob.md5, headers=headers, modified=self.clock.now()
        )

    def put_bytes(self, bucket: str, key: str, data: bytes, content_type: str) -> StoredObject:
        """Store a small object that a service makes itself."""
        with self.writer() as writer:
            writer.write(data)
            return self.put(bucket, key, writer.finish(), headers={"content-type": content_type})

    def find(self, bucket: str, key: str) -> StoredObject | None:
        """Return an object, or None if it or its bucket is not there."""
        known = {found.name: found for found in self.buckets.all()}
        return known[bucket].find(key) if bucket in known else None

    def _remove_drafts(self) -> None:
        # Uploads that a stopped emulator did not finish; nobody can refer to them.
        for path in self._drafts.glob("*.part"):
            path.unlink()
