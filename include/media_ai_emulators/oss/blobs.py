"""Bytes on disk: written once while their digests are taken, then renamed into place."""

import os
import shutil
import uuid
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from media_ai_emulators.oss.digests import Digests, combine_crc64

_PIECE = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Blob:
    """Finished files in their order, which nobody owns yet. `md5` is upper-case hex, or "" for what is made of parts."""

    paths: tuple[Path, ...]
    size: int
    md5: str
    crc64: int


class BlobWriter:
    """Writes a file below `folder`; used with `with`, it leaves nothing behind unless `finish` was called."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / f"{uuid.uuid4().hex}.part"
        self._file = self._path.open("wb")
        self._is_finished = False
        self.digests = Digests()

    def __enter__(self) -> "BlobWriter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        if not self._is_finished:
            self._path.unlink(missing_ok=True)

    def write(self, chunk: bytes) -> None:
        """Append bytes."""
        self._file.write(chunk)
        self.digests.update(chunk)

    async def write_all(self, chunks: AsyncIterator[bytes]) -> None:
        """Append a stream; memory stays at about a megabyte whatever its length."""
        held: list[bytes] = []
        size = 0
        async for chunk in chunks:
            held.append(chunk)
            size += len(chunk)
            if size >= _PIECE:
                self.write(b"".join(held))
                held, size = [], 0
        self.write(b"".join(held))

    def finish(self) -> Blob:
        """Close the file and hand it over."""
        self._file.close()
        self._is_finished = True
        found = self.digests
        return Blob(paths=(self._path,), size=found.size, md5=found.md5, crc64=found.crc64)


def join(parts: list[Blob], folder: Path) -> Blob:
    """Return a new blob made of others, which stay: no byte is copied, and the CRC is combined."""
    folder.mkdir(parents=True, exist_ok=True)
    paths: list[Path] = []
    crc64 = 0
    for part in parts:
        for path in part.paths:
            paths.append(folder / f"{uuid.uuid4().hex}.part")
            os.link(path, paths[-1])
        crc64 = combine_crc64(crc64, part.crc64, part.size)
    return Blob(paths=tuple(paths), size=sum(part.size for part in parts), md5="", crc64=crc64)


def copy(blob: Blob, folder: Path) -> Blob:
    """Return a copy of a blob; the kernel copies the bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{uuid.uuid4().hex}.part"
    with path.open("wb") as target:
        for piece in blob.paths:
            with piece.open("rb") as source:
                _copy(source.fileno(), target.fileno(), piece.stat().st_size)
    return Blob(paths=(path,), size=blob.size, md5=blob.md5, crc64=blob.crc64)


def read_pieces(paths: Sequence[Path], start: int, length: int) -> Iterator[bytes]:
    """
    Yield `length` bytes from `start` of files that follow each other, a megabyte at a time at most.

    They may be removed meanwhile: what was there at the first byte is read on.
    """
    with ExitStack() as stack:
        files: list[BinaryIO] = []
        wanted = length
        for path in paths:
            size = path.stat().st_size
            if start < size and wanted > 0:
                files.append(stack.enter_context(path.open("rb")))
                files[-1].seek(start)
                wanted -= size - start
            start = max(start - size, 0)
        for file in files:
            while length > 0 and (piece := file.read(min(_PIECE, length))):
                length -= len(piece)
                yield piece


def _copy(source: int, target: int, size: int) -> None:
    while size > 0:
        try:
            copied = os.copy_file_range(source, target, size)
        except OSError:
            # Some file systems cannot; both offsets stand where the last success left them.
            with os.fdopen(os.dup(source), "rb") as reading, os.fdopen(os.dup(target), "wb") as writing:
                shutil.copyfileobj(reading, writing)
            return
        if copied == 0:
            return
        size -= copied
