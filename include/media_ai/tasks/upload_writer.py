"""Writing to an upload: appended, undone where a checksum fails, kept across a crash of the machine."""

import errno
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TypeVar

from media_ai.errors import ErrorKind, InputError, NotFoundError, StoreError
from media_ai.model.base import Model

M = TypeVar("M", bound=Model)


class Writer:
    """Appends to an upload."""

    def __init__(self, part: BinaryIO, size: int) -> None:
        self._part = part
        self._size = size

    @property
    def offset(self) -> int:
        """Bytes that are there."""
        return self._part.tell()

    @property
    def is_complete(self) -> bool:
        """Whether all bytes are there."""
        return self.offset == self._size

    def append(self, data: bytes) -> None:
        """
        Write what has arrived.

        Raises:
            InputError: It is more than the upload was declared with; nothing of this piece is written.
        """
        if self.offset + len(data) > self._size:
            raise InputError(f"More has arrived than the {self._size:,} bytes that the upload was declared with.")
        with disk():
            self._part.write(data)

    def undo(self, offset: int) -> None:
        """Forget what was written after an offset."""
        with disk():
            self._part.flush()
            self._part.truncate(offset)
            self._part.seek(0, os.SEEK_END)

    def keep(self) -> None:
        """Have what was written survive a crash of the machine."""
        with disk():
            self._part.flush()
            os.fsync(self._part.fileno())


@contextmanager
def disk() -> Iterator[None]:
    """Turn the operating system's errors into ours."""
    try:
        yield
    except FileNotFoundError:
        raise unknown_upload() from None
    except OSError as exc:
        if exc.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StoreError(
                "The disk is full. What has arrived stays; ask your administrator.", kind=ErrorKind.QUOTA
            ) from exc
        raise StoreError(
            f"The folder of uploads cannot be written: {exc.strerror}. Ask your administrator to check the disk."
        ) from exc


def unknown_upload() -> NotFoundError:
    """Return the error for an id that leads nowhere."""
    return NotFoundError("There is no such upload; it was finished and deleted, or it expired. Begin a new one.")


def read_record(upload_id: str, place: Callable[[str], Path], kind: type[M]) -> M:
    """
    Return what is recorded of an upload.

    Raises:
        NotFoundError: It has no such id, is not there any more, or its record was cut off by a full disk.
    """
    if not re.fullmatch(r"[0-9a-f]{32}", upload_id):
        raise unknown_upload()
    try:
        return kind.model_validate_json(place(upload_id).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        raise unknown_upload() from None
