"""Ranges of files as the bodies of requests."""

from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from media_ai.clients.oss_checksum import crc64
from media_ai.errors import InputError


class FilePart:
    """A range of a file as a request's body; `crc` is that of what was read so far."""

    def __init__(self, path: Path, start: int, length: int) -> None:
        self._path = path
        self._start = start
        self._left = length
        self.len = length
        self.crc = crc64(b"")
        self._stream: BinaryIO | None = None

    def __enter__(self) -> Self:
        stream = self._path.open("rb", buffering=0)
        stream.seek(self._start)
        self._stream = stream
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._stream is not None:
            self._stream.close()

    def peek(self) -> bytes:
        """Return all of it; the next read begins where it did."""
        with self._path.open("rb") as stream:
            stream.seek(self._start)
            return stream.read(self.len)

    def read(self, amount: int = -1) -> bytes:
        """
        Return the next bytes.

        Raises:
            InputError: The file became shorter; OSS would wait for the rest.
        """
        wanted = self._left if amount < 0 else min(amount, self._left)
        if wanted == 0 or self._stream is None:
            return b""
        data = self._stream.read(wanted)
        if not data:
            raise InputError(f"The file {self._path} became shorter while it was sent. Send it when it is finished.")
        self._left -= len(data)
        if self.crc is not None:
            self.crc = crc64(data, self.crc)
        return data
