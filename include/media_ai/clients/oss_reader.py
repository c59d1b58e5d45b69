"""An object as a file that can be read and sought without copying it here, and a copy that resumes."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from media_ai.clients.oss_checksum import digest_file
from media_ai.clients.oss_objects import OssObject
from media_ai.errors import ErrorKind, ServiceError

if TYPE_CHECKING:
    from media_ai.clients.oss import OssClient

CHUNK = 8 << 20
"""Bytes per request."""


class OssReader(io.RawIOBase):
    """A readable, seekable stream over ranged requests; an object that is replaced meanwhile is an error, never a mixture."""

    def __init__(self, client: "OssClient", found: OssObject) -> None:
        self._client = client
        self._found = found
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._found.size}[whence]
        if base + offset < 0:
            raise ValueError(f"Position {base + offset} is before the beginning.")
        self._position = base + offset
        return self._position

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        length = min(len(buffer), self._found.size - self._position)
        if length <= 0:
            return 0
        data = self._client.read(self._found.key, start=self._position, length=length, etag=self._found.etag)
        buffer[: len(data)] = data
        self._position += len(data)
        return len(data)

    def readall(self) -> bytes:
        # Python's own asks for 8 KB at a time: a request each.
        return b"".join(iter(lambda: self.read(CHUNK), b""))


class ObjectFile(io.BufferedReader):
    """An object as a file; `size` is in bytes."""

    def __init__(self, client: "OssClient", found: OssObject, buffer: int) -> None:
        super().__init__(OssReader(client, found), buffer)
        self.size = found.size


def open_object(client: "OssClient", key: str, *, buffer: int = 1 << 20) -> ObjectFile:
    """
    Return an object as a file: what PyAV, zipfile or a copy loop can read. `buffer` is bytes per request.

    Raises:
        ServiceError: NOT_FOUND if there is none; OSS refused or failed.
    """
    return ObjectFile(client, client.head(key), buffer)


def download(
    client: "OssClient", found: OssObject, path: Path, *, on_progress: Callable[[int], None] = lambda done: None
) -> None:
    """
    Append what is missing of an object to the file at `path`: one that was begun is continued.

    Args:
        on_progress: Gets the bytes that are there after each request; what it raises ends the download, which can be resumed.

    Raises:
        ServiceError: CONFLICT if the object was replaced; OSS refused or failed.
    """
    with path.open("ab") as stream:
        done = stream.tell()
        if done > found.size:
            stream.truncate(0)
            done = 0
        while done < found.size:
            length = min(CHUNK, found.size - done)
            stream.write(client.read(found.key, start=done, length=length, etag=found.etag))
            stream.flush()
            done += length
            on_progress(done)


def require_checksum(found: OssObject, path: Path) -> None:
    """
    Compare a file with what OSS says of the object: CRC-64, or the SHA-256 that this client stored with it.

    Raises:
        ServiceError: It differs; TRANSIENT, because the download has to be made again.
    """
    sha256, crc = digest_file(path)
    is_same = crc == found.crc64 if None not in (crc, found.crc64) else found.sha256 in {"", sha256}
    if not is_same:
        raise ServiceError(
            f"What arrived of '{found.key}' has another checksum than the object; it is fetched again.",
            service="oss",
            code="InconsistentError",
            kind=ErrorKind.TRANSIENT,
        )
