"""
Uploads that go on where they were interrupted: files below the folder of uploads, a record of each beside them.

    uploads/.incoming/<id>.json   what it is and whose
    uploads/.incoming/<id>.part   what has arrived; its size is the offset, so that a killed process loses nothing
    uploads/<id>/<name>           the finished file, there complete or not at all
"""

import fcntl
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated
from urllib.parse import unquote, urlsplit

from pydantic import Field, StringConstraints

from media_ai.errors import ConflictError, ErrorKind, InputError, NotFoundError, StoreError
from media_ai.model.base import Model
from media_ai.model.run import safe_name
from media_ai.tasks.create import SUBTITLE_ENDINGS
from media_ai.tasks.events import VIDEO_ENDINGS
from media_ai.tasks.upload_writer import Writer, disk, read_record, unknown_upload

PICTURE_ENDINGS = (".jpg", ".jpeg", ".png", ".webp")
"""Of people, for a gallery."""
ENDINGS = (*VIDEO_ENDINGS, *SUBTITLE_ENDINGS, *PICTURE_ENDINGS)
UploadId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]

_INCOMING = ".incoming"
_LONGEST_NAME = 255


class Upload(Model):
    """What an upload is and whose."""

    id: UploadId
    name: str = Field(description="As the sender calls the file.")
    file_name: str = Field(description="As it is stored.")
    size: int = Field(ge=1, description="Bytes.")
    owner_id: str
    owner: str
    created_at: datetime


class UploadState(Model):
    """How far an upload is."""

    upload: Upload
    offset: int
    expires_at: datetime | None = Field(description="Of an unfinished one.")
    address: str | None = Field(description="Of a finished one: what a task takes as its video or subtitles.")


def checked_name(name: str, size: int, *, endings: tuple[str, ...], max_bytes: int) -> tuple[str, str]:
    """
    Return what the sender calls a file, cleaned, and the name to store it by.

    Raises:
        InputError: The file is empty, too large, or of a kind that no node reads.
    """
    name = re.sub(r"[\x00-\x1f\x7f]", "", re.split(r"[/\\]", name)[-1]).strip()[-_LONGEST_NAME:]
    ending = Path(name).suffix.lower()
    if ending not in endings:
        raise InputError(f"'{name[-60:]}' is no video, subtitle file or picture; give one of {' '.join(endings)}.")
    if not 1 <= size <= max_bytes:
        raise InputError(f"'{name[-60:]}' has {size:,} bytes; a file may have 1 to {max_bytes:,}.")
    return name, f"{safe_name(Path(name).stem)[:100]}{ending}"


class Uploads:
    """
    Keeps uploads. One process at a time writes to an upload.

    Args:
        folder: Where they are.
        max_bytes: Largest file.
        expires_h: Hours after its last byte that an unfinished upload can be gone on with.
    """

    def __init__(self, folder: Path, *, max_bytes: int, expires_h: float) -> None:
        self._folder = folder
        self._incoming = folder / _INCOMING
        self._max_bytes = max_bytes
        self._lives = timedelta(hours=expires_h)

    @property
    def max_bytes(self) -> int:
        """Largest file that is taken."""
        return self._max_bytes

    def create(self, *, name: str, size: int, owner_id: str, owner: str) -> UploadState:
        """
        Begin an upload.

        Raises:
            InputError: The file is empty, too large, or of a kind that no node reads.
            StoreError: The disk has no room for it.
        """
        name, file_name = checked_name(name, size, endings=ENDINGS, max_bytes=self._max_bytes)
        upload = Upload(
            id=secrets.token_hex(16), name=name, file_name=file_name, size=size,
            owner_id=owner_id, owner=owner, created_at=datetime.now(UTC),
        )  # fmt: skip
        with disk():
            self._incoming.mkdir(parents=True, exist_ok=True)
            free = shutil.disk_usage(self._incoming).free
            if size > free:
                raise StoreError(
                    f"There is no room for {size:,} bytes: {free:,} are free. Ask your administrator.",
                    kind=ErrorKind.QUOTA,
                )
            self._part(upload.id).touch()
            self._record(upload.id).write_text(upload.model_dump_json(), encoding="utf-8")
        return self.state(upload.id, owner_id=owner_id)

    def state(self, upload_id: str, *, owner_id: str) -> UploadState:
        """
        Return how far an upload is.

        Raises:
            NotFoundError: There is none of this id, or it has expired.
            InputError: It is somebody else's; of the kind PERMISSION.
        """
        upload = self._load(upload_id)
        if upload.owner_id != owner_id:
            raise InputError("This upload is somebody else's.", kind=ErrorKind.PERMISSION)
        state = self._state(upload)
        if state.address is None and state.offset == upload.size:
            # The process was killed between the last byte and the end. Unless somebody is at it now, finish.
            with suppress(ConflictError), self.writing(state):
                return self.finish(upload)
        return state

    def of(self, owner_id: str) -> list[UploadState]:
        """Return somebody's uploads, the newest first."""
        found = []
        for path in self._incoming.glob("*.json"):
            with suppress(NotFoundError):
                upload = self._load(path.stem)
                found += [self._state(upload)] if upload.owner_id == owner_id else []
        return sorted(found, key=lambda state: state.upload.created_at, reverse=True)

    @contextmanager
    def writing(self, state: UploadState) -> Iterator[Writer]:
        """
        Have an upload for oneself, to write to.

        Raises:
            ConflictError: Somebody writes to it now.
        """
        with disk(), self._lock(state.upload.id).open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise ConflictError(
                    "Another request writes to this upload. Wait until it ends, or try again."
                ) from None
            if self._target(state.upload).exists():
                raise ConflictError("This upload was finished by another request meanwhile.")
            with self._part(state.upload.id).open("r+b") as part:
                part.seek(0, os.SEEK_END)
                yield Writer(part, state.upload.size)

    def finish(self, upload: Upload) -> UploadState:
        """Put a complete upload in its place; again is once."""
        target = self._target(upload)
        with disk():
            if not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                self._part(upload.id).replace(target)
            self._lock(upload.id).unlink(missing_ok=True)
        return self._state(upload)

    def delete(self, state: UploadState) -> None:
        """Remove an upload and its file."""
        with disk():
            self._target(state.upload).unlink(missing_ok=True)
            with suppress(OSError):
                self._target(state.upload).parent.rmdir()
            for path in self._files(state.upload.id):
                path.unlink(missing_ok=True)

    def delete_at(self, address: str) -> bool:
        """Remove an uploaded file by its address, whoever sent it; return whether it is gone."""
        path = Path(unquote(urlsplit(address).path) if address.startswith("file://") else address)
        if self.title_of(address) is None:
            return not path.exists()
        self.delete(self._state(self._load(path.parent.name)))
        return not path.exists()

    def title_of(self, address: str) -> str | None:
        """Return what the sender called an uploaded file, without its ending; None for any other file."""
        path = Path(unquote(urlsplit(address).path) if address.startswith("file://") else address)
        try:
            folder, _ = path.relative_to(self._folder.resolve()).parts
            return Path(self._load(folder).name).stem[:500]
        except (ValueError, NotFoundError):
            return None

    def remove_expired(self) -> int:
        """Remove unfinished uploads that nobody goes on with; return how many."""
        expired = 0
        for part in self._incoming.glob("*.part"):
            with suppress(NotFoundError), disk():
                if datetime.now(UTC) > self._expiry(part):
                    expired += 1
                    for path in self._files(part.stem):
                        path.unlink(missing_ok=True)
        return expired

    def _state(self, upload: Upload) -> UploadState:
        target, part = self._target(upload), self._part(upload.id)
        with suppress(FileNotFoundError):
            if not target.exists():
                found = part.stat()
                expires_at = datetime.fromtimestamp(found.st_mtime, UTC) + self._lives
                return UploadState(upload=upload, offset=found.st_size, expires_at=expires_at, address=None)
        # What was there a moment ago may have been finished since.
        if not target.exists():
            raise unknown_upload()
        return UploadState(upload=upload, offset=upload.size, expires_at=None, address=target.resolve().as_uri())

    def _load(self, upload_id: str) -> Upload:
        return read_record(upload_id, self._record, Upload)

    def _expiry(self, part: Path) -> datetime:
        return datetime.fromtimestamp(part.stat().st_mtime, UTC) + self._lives

    def _target(self, upload: Upload) -> Path:
        return self._folder / upload.id / upload.file_name

    def _record(self, upload_id: str) -> Path:
        return self._incoming / f"{upload_id}.json"

    def _part(self, upload_id: str) -> Path:
        return self._incoming / f"{upload_id}.part"

    def _lock(self, upload_id: str) -> Path:
        return self._incoming / f"{upload_id}.lock"

    def _files(self, upload_id: str) -> tuple[Path, ...]:
        return self._record(upload_id), self._part(upload_id), self._lock(upload_id)
