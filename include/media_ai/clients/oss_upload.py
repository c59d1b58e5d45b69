"""Large files to OSS in parts. What a killed process has sent is not sent again: a checkpoint beside it says what arrived."""

import os
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import oss2

from media_ai.clients.oss_access import read_to_end
from media_ai.clients.oss_body import FilePart
from media_ai.clients.oss_checkpoint import Checkpoint, Part
from media_ai.clients.oss_checksum import crc_of_parts, digest_file, md5_header, require_same
from media_ai.clients.oss_objects import overwrite_header, upload_headers
from media_ai.errors import ErrorKind, InputError, ServiceError

if TYPE_CHECKING:
    from media_ai.clients.oss import OssClient

PART_SIZE = 16 << 20
"""Bytes. OSS takes 100 KB to 5 GB per part."""
MOST_PARTS = 10_000
AT_ONCE = 3
"""Parts in flight; each holds one read of 256 KB."""


@dataclass(frozen=True, kw_only=True)
class _File:
    """What is uploaded where; `sha256` goes into the object's metadata, `crc` is that of the whole where it can be had fast."""

    path: Path
    key: str
    size: int
    part_size: int
    sha256: str
    crc: int | None

    @classmethod
    def of(cls, path: Path, key: str, part_size: int) -> Self:
        """Return a file with its digests, in at most 10,000 parts."""
        size = path.stat().st_size
        sha256, crc = digest_file(path)
        at_least = -(-size // MOST_PARTS)
        return cls(path=path, key=key, size=size, part_size=max(part_size, at_least), sha256=sha256, crc=crc)

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
        InputError: The file changed while it was sent.
    """
    if not replace and client.find(key) is not None:
        return False
    file = _File.of(path, key, part_size)
    checkpoint = Checkpoint.of(checkpoints or _default_folder(), f"{client!r}/{key}", file.sha256, file.part_size)
    try:
        return _upload(client, file, checkpoint, replace=replace, content_type=content_type)
    except InputError:
        _abort(client, key, checkpoint.upload_id)
        checkpoint.forget()
        raise
    except ServiceError as exc:
        if exc.code not in {"NoSuchUpload", "InvalidPart"}:
            raise
    # Completed by another process, or its parts were cleaned up by a rule of the bucket.
    checkpoint.forget()
    found = client.find(key)
    if found is not None and found.sha256 == file.sha256 and (file.crc is None or found.crc64 in {file.crc, None}):
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
    def send(io: Any, _: int) -> Part:
        with FilePart(file.path, start, length) as body:
            headers = md5_header(body.peek()) if file.crc is None else {}
            sent = read_to_end(io.upload_part(file.key, checkpoint.upload_id, number, body, headers=headers))
        require_same(body.crc, sent.crc)
        return Part(number=number, etag=sent.etag, size=length, crc=body.crc)

    checkpoint.add(client.call("oss:PutObject", file.key, send))


def _complete(client: "OssClient", file: _File, checkpoint: Checkpoint, *, replace: bool) -> bool:
    parts = [checkpoint.parts[number] for number in sorted(checkpoint.parts)]
    crc = crc_of_parts(parts)
    if file.crc is not None and crc not in {None, file.crc}:
        raise InputError(f"The file {file.path} changed while it was sent. Send it when it is finished.")
    named = [oss2.models.PartInfo(part.number, part.etag) for part in parts]
    headers = overwrite_header(replace=replace)

    def end(io: Any, _: int) -> None:
        made = io.complete_multipart_upload(file.key, checkpoint.upload_id, named, headers=headers)
        require_same(crc, read_to_end(made).crc)

    is_ours = client.write(file.key, file.sha256, end)
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
