"""Large files to OSS in parts. What a killed process has sent is not sent again: a checkpoint beside it says what arrived."""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import oss2

from media_ai.clients.oss_access import HAS_FAST_CRC, md5_header
from media_ai.clients.oss_checkpoint import Checkpoint, Part
from media_ai.clients.oss_objects import overwrite_header, upload_headers
from media_ai.errors import ErrorKind, ServiceError

if TYPE_CHECKING:
    from media_ai.clients.oss import OssClient

PART_SIZE = 16 << 20
"""Bytes. OSS takes 100 KB to 5 GB per part."""
MOST_PARTS = 10_000
AT_ONCE = 3
"""Parts in flight; each holds one read of 64 KB."""


@dataclass(frozen=True, kw_only=True)
class _File:
    """What is uploaded where; `sha256` goes into the object's metadata."""

    path: Path
    key: str
    size: int
    part_size: int
    sha256: str

    def ranges(self) -> Iterator[tuple[int, int, int]]:
        """Yield (number from 1, first byte, length) of each part."""
        for number, start in enumerate(range(0, self.size, self.part_size), 1):
            yield number, start, min(self.part_size, self.size - start)


def upload(
    client: "OssClient",
    key: str,
    path: Path,
    *,
    replace: bool = True,
    content_type: str = "",
    part_size: int = PART_SIZE,
    checkpoints: Path | None = None,
) -> bool:
    """
    Store a file in parts, three at a time; without `replace` change nothing and return False if the key exists.

    Args:
        part_size: Bytes; larger than asked for where 10,000 parts would not do.
        checkpoints: Folder of the checkpoints; by default one of this user's below the temporary folder.

    Raises:
        ServiceError: OSS refused or failed; the next call goes on from there.
    """
    if not replace and client.find(key) is not None:
        return False
    size = path.stat().st_size
    with path.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    file = _File(path=path, key=key, size=size, part_size=max(part_size, -(-size // MOST_PARTS)), sha256=sha256)
    checkpoint = Checkpoint.of(checkpoints or _default_folder(), f"{client!r}/{key}", sha256, file.part_size)
    try:
        return _upload(client, file, checkpoint, replace=replace, content_type=content_type)
    except ServiceError as exc:
        if exc.code not in {"NoSuchUpload", "InvalidPart"}:
            raise
    # Completed by another process, or its parts were cleaned up by a rule of the bucket.
    checkpoint.forget()
    found = client.find(key)
    if found is not None and found.sha256 == sha256:
        return True
    return _upload(client, file, checkpoint, replace=replace, content_type=content_type)


def _upload(client: "OssClient", file: _File, checkpoint: Checkpoint, *, replace: bool, content_type: str) -> bool:
    if not checkpoint.upload_id:
        headers = upload_headers(file.sha256, replace=replace, content_type=content_type)
        begun = client.call(
            "oss:PutObject", file.key, lambda io, _: io.init_multipart_upload(file.key, headers=headers)
        )
        checkpoint.begin(begun.upload_id)
    missing = [given for given in file.ranges() if given[0] not in checkpoint.parts]
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="oss-upload") as pool:
        waiting = [pool.submit(_send, client, file, checkpoint, *given) for given in missing]
        try:
            for future in waiting:
                future.result()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    is_ours = _complete(client, file, checkpoint, replace=replace)
    checkpoint.forget()
    return is_ours


def _send(client: "OssClient", file: _File, checkpoint: Checkpoint, number: int, start: int, length: int) -> None:
    def send(io: Any, _: int) -> Any:
        with file.path.open("rb") as stream:
            headers = {} if HAS_FAST_CRC else md5_header(os.pread(stream.fileno(), length, start))
            stream.seek(start)
            body = oss2.SizedFileAdapter(stream, length)
            return io.upload_part(file.key, checkpoint.upload_id, number, body, headers=headers)

    sent = client.call("oss:PutObject", file.key, send)
    checkpoint.add(Part(number=number, etag=sent.etag, size=length, crc=sent.crc))


def _complete(client: "OssClient", file: _File, checkpoint: Checkpoint, *, replace: bool) -> bool:
    parts = [
        oss2.models.PartInfo(part.number, part.etag, size=part.size, part_crc=part.crc)
        for part in checkpoint.parts.values()
    ]
    headers = overwrite_header(replace=replace)
    is_ours = client.write(
        file.key,
        file.sha256,
        lambda io, _: io.complete_multipart_upload(file.key, checkpoint.upload_id, parts, headers=headers),
    )
    if not is_ours:
        _abort(client, file.key, checkpoint.upload_id)
    return is_ours


def _abort(client: "OssClient", key: str, upload_id: str) -> None:
    """Give the space of an upload back; one that is gone is fine, and one that may not be aborted is the bucket's to clean."""
    try:
        client.call("oss:AbortMultipartUpload", key, lambda io, _: io.abort_multipart_upload(key, upload_id))
    except ServiceError as exc:
        if exc.kind not in {ErrorKind.NOT_FOUND, ErrorKind.PERMISSION}:
            raise


def _default_folder() -> Path:
    return Path(tempfile.gettempdir()) / f"media-ai-oss-uploads-{os.getuid()}"
