"""The objects of a bucket on disk, and an index of their keys in memory."""

import bisect
import json
import os
import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from media_ai_emulators.oss.blobs import Blob, read_pieces
from media_ai_emulators.oss.errors import refusal

if TYPE_CHECKING:
    from media_ai_emulators.oss.cors import Rule


@dataclass(frozen=True, kw_only=True)
class StoredObject:
    """
    An object. `headers` are those kept for GET: content-type, cache-control, x-oss-meta-*. `modified` is POSIX seconds.

    `files` are the names of its bytes in the bucket's folder, in order; one for each part that was uploaded.
    """

    key: str
    size: int
    etag: str
    crc64: int
    md5: str
    modified: float
    files: tuple[str, ...]
    is_multipart: bool = False
    headers: dict[str, str] = field(default_factory=dict)


class Bucket:
    """A folder with some files per object: its bytes, and a JSON record that makes them an object."""

    def __init__(self, name: str, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.name = name
        self.folder = folder
        self.created = folder.stat().st_ctime
        self.cors: tuple[Rule, ...] = ()
        self._objects: dict[str, StoredObject] = {}
        for path in sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime_ns):
            record = json.loads(path.read_text(encoding="utf-8"))
            # Earlier versions kept one file, named "data".
            record["files"] = tuple(record.get("files") or [record.pop("data")])
            stored = StoredObject(**record)
            self._objects[stored.key] = stored
        self._keys = sorted(self._objects)

    def __len__(self) -> int:
        return len(self._keys)

    def find(self, key: str) -> StoredObject | None:
        """Return an object, or None."""
        return self._objects.get(key)

    def get(self, key: str) -> StoredObject:
        """
        Return an object.

        Raises:
            Refusal: NoSuchKey.
        """
        stored = self._objects.get(key)
        if stored is None:
            raise refusal(404, "NoSuchKey")
        return stored

    def read(self, stored: StoredObject, start: int, length: int) -> Iterator[bytes]:
        """Yield a range of an object's bytes; it may be replaced meanwhile."""
        return read_pieces(self._paths(stored), start, length)

    def blob_of(self, stored: StoredObject) -> Blob:
        """Return an object's bytes as a blob to copy from."""
        return Blob(paths=self._paths(stored), size=stored.size, md5=stored.md5, crc64=stored.crc64)

    def put(self, key: str, blob: Blob, *, etag: str, headers: dict[str, str], modified: float) -> StoredObject:
        """Make a blob an object, in place of any of the same key. A crash leaves the old one or the new one."""
        name = uuid.uuid4().hex
        stored = StoredObject(
            key=key,
            size=blob.size,
            etag=etag,
            crc64=blob.crc64,
            md5=blob.md5,
            modified=modified,
            files=tuple(f"{name}.{number}.data" for number in range(len(blob.paths))),
            is_multipart=not blob.md5,
            headers=headers,
        )
        for path, target in zip(blob.paths, self._paths(stored), strict=True):
            os.replace(path, target)
        draft = self.folder / f"{name}.draft"
        draft.write_text(json.dumps(asdict(stored), ensure_ascii=True), encoding="utf-8")
        os.replace(draft, self.folder / f"{name}.json")
        old = self._objects.get(key)
        self._objects[key] = stored
        if old is None:
            bisect.insort(self._keys, key)
        else:
            self._remove_files(old)
        return stored

    def delete(self, key: str) -> None:
        """Remove an object, if it is there; OSS answers the same either way."""
        old = self._objects.pop(key, None)
        if old is not None:
            self._keys.pop(bisect.bisect_left(self._keys, key))
            self._remove_files(old)

    def keys_from(self, prefix: str, after: str) -> Iterator[str]:
        """Yield the keys that begin with `prefix` and are greater than `after`, in order."""
        index = bisect.bisect_right(self._keys, after) if after >= prefix else bisect.bisect_left(self._keys, prefix)
        while index < len(self._keys) and self._keys[index].startswith(prefix):
            yield self._keys[index]
            index += 1

    def _paths(self, stored: StoredObject) -> tuple[Path, ...]:
        return tuple(self.folder / name for name in stored.files)

    def _remove_files(self, stored: StoredObject) -> None:
        # The record goes first: bytes without a record are nothing.
        (self.folder / f"{stored.files[0].partition('.')[0]}.json").unlink(missing_ok=True)
        for path in self._paths(stored):
            path.unlink(missing_ok=True)
