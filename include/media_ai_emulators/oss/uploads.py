"""Multipart uploads in progress, on disk until they are completed or aborted."""

import json
import os
import shutil
import time
import uuid
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from pathlib import Path

from media_ai_emulators.oss.blobs import Blob, join
from media_ai_emulators.oss.digests import multipart_etag
from media_ai_emulators.oss.errors import refusal

SMALLEST_PART = 100 * 1024
"""Bytes; only the last part may be smaller. Checked when the upload is completed."""
LAST_PART_NUMBER = 10_000


@dataclass(frozen=True, kw_only=True)
class Part:
    """One uploaded part; `md5` is its ETag, `modified` POSIX seconds."""

    number: int
    size: int
    md5: str
    crc64: int
    modified: float


@dataclass(frozen=True, kw_only=True)
class Upload:
    """An upload in progress."""

    upload_id: str
    bucket: str
    key: str
    created: float
    headers: dict[str, str] = field(default_factory=dict)


class Uploads:
    """All uploads below a folder, one folder each."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def start(self, bucket: str, key: str, headers: dict[str, str]) -> Upload:
        """Begin an upload."""
        upload = Upload(
            upload_id=uuid.uuid4().hex.upper(), bucket=bucket, key=key, created=time.time(), headers=headers
        )
        folder = self._folder / upload.upload_id
        folder.mkdir()
        (folder / "upload.json").write_text(json.dumps(asdict(upload)), encoding="utf-8")
        return upload

    def get(self, bucket: str, key: str, upload_id: str) -> Upload:
        """
        Return an upload.

        Raises:
            Refusal: NoSuchUpload.
        """
        path = self._folder / upload_id / "upload.json"
        if upload_id.isalnum() and path.exists():
            upload = Upload(**json.loads(path.read_text(encoding="utf-8")))
            if (upload.bucket, upload.key) == (bucket, key):
                return upload
        raise refusal(404, "NoSuchUpload")

    def of_bucket(self, bucket: str) -> list[Upload]:
        """Return the uploads of a bucket, in the order of their keys and ids."""
        found = [Upload(**json.loads(path.read_text(encoding="utf-8"))) for path in self._folder.glob("*/upload.json")]
        return sorted(
            (upload for upload in found if upload.bucket == bucket), key=lambda upload: (upload.key, upload.upload_id)
        )

    def put_part(self, upload: Upload, number: int, blob: Blob) -> Part:
        """Keep a part, in place of any of the same number."""
        part = Part(number=number, size=blob.size, md5=blob.md5, crc64=blob.crc64, modified=time.time())
        folder = self._folder / upload.upload_id
        os.replace(blob.paths[0], folder / f"{number}.data")
        (folder / f"part-{number}.json").write_text(json.dumps(asdict(part)), encoding="utf-8")
        return part

    def parts(self, upload: Upload) -> list[Part]:
        """Return the parts in the order of their numbers."""
        found = (self._folder / upload.upload_id).glob("part-*.json")
        parts = [Part(**json.loads(path.read_text(encoding="utf-8"))) for path in found]
        return sorted(parts, key=lambda part: part.number)

    def assemble(self, upload: Upload, named: list[tuple[int, str]], folder: Path) -> tuple[Blob, str]:
        """
        Return the object's bytes and ETag from the parts that the caller named, as (number, ETag).

        Raises:
            Refusal: InvalidPart, InvalidPartOrder or EntityTooSmall.
        """
        parts = {part.number: part for part in self.parts(upload)}
        numbers = [number for number, _ in named]
        if not numbers or any(number not in parts or parts[number].md5 != etag for number, etag in named):
            raise refusal(400, "InvalidPart")
        if any(later <= earlier for earlier, later in pairwise(numbers)):
            raise refusal(400, "InvalidPartOrder")
        if any(parts[number].size < SMALLEST_PART for number in numbers[:-1]):
            raise refusal(400, "EntityTooSmall")
        blobs = [self._blob(upload, parts[number]) for number in numbers]
        return join(blobs, folder), multipart_etag([parts[number].md5 for number in numbers])

    def forget(self, upload: Upload) -> None:
        """Remove an upload and its parts."""
        shutil.rmtree(self._folder / upload.upload_id, ignore_errors=True)

    def _blob(self, upload: Upload, part: Part) -> Blob:
        path = self._folder / upload.upload_id / f"{part.number}.data"
        return Blob(paths=(path,), size=part.size, md5=part.md5, crc64=part.crc64)
