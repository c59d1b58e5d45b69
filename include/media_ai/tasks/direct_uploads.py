"""
Uploads that browsers send straight to OSS, so that the bytes pass no server of ours.

    oss://bucket/prefix/<id>/<name>   the object, there complete or not at all
    uploads/.direct/<id>.json         what it is and whose
"""

import mimetypes
import secrets
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field, SecretStr

from media_ai.clients.credentials import CredentialsOf, OssCredentials
from media_ai.clients.oss_address import split_address
from media_ai.errors import (
    ConfigurationError,
    ConflictError,
    ErrorKind,
    InputError,
    MediaAIError,
    NotFoundError,
    ServiceError,
)
from media_ai.model.base import Model
from media_ai.settings import Settings
from media_ai.tasks.events import VIDEO_ENDINGS
from media_ai.tasks.upload_writer import disk, read_record, unknown_upload
from media_ai.tasks.uploads import UploadId, checked_name

if TYPE_CHECKING:
    from media_ai.clients.oss import OssClient

LINK_S = 900
"""Life of the link for a part: enough for it on a slow line, and to little use for anybody else."""
_PART = 16 << 20
_MOST_PARTS = 10_000


class DirectUpload(Model):
    """What an upload is and whose."""

    id: UploadId
    name: str = Field(description="As the sender calls the file.")
    address: str
    size: int = Field(ge=1, description="Bytes.")
    upload_id: str = Field(description="OSS's own; empty when it has ended.")
    owner_id: str
    created_at: datetime

    @property
    def is_finished(self) -> bool:
        """Whether the object is there."""
        return not self.upload_id

    @property
    def part_bytes(self) -> int:
        """Bytes of each part but the last."""
        return max(_PART, -(-self.size // _MOST_PARTS))

    @property
    def parts(self) -> int:
        """How many parts there are; they are numbered from 1."""
        return -(-self.size // self.part_bytes)

    def part_size(self, number: int) -> int:
        """Return the bytes of a part."""
        return min(self.part_bytes, self.size - (number - 1) * self.part_bytes)


class DirectUploads:
    """
    Lets people send videos to a folder in OSS.

    Args:
        folder: Of uploads; the records are below it.
        prefix: The folder in OSS: oss://bucket/uploads/. Empty: there is none, and nothing can be begun.
        max_bytes: Largest file.
        expires_h: Hours after its last link that an unfinished upload can be gone on with.
        credentials_of: Finds the credentials for OSS.
    """

    def __init__(
        self, folder: Path, prefix: str, *, max_bytes: int, expires_h: float, credentials_of: CredentialsOf
    ) -> None:
        self._records = folder / ".direct"
        self._prefix = prefix
        self._max_bytes = max_bytes
        self._lives = timedelta(hours=expires_h)
        self._credentials_of = credentials_of

    @property
    def is_offered(self) -> bool:
        """Whether uploads can be begun: the folder is named, and there are credentials for OSS."""
        try:
            return bool(self._prefix and self._credentials_of(OssCredentials))
        except ConfigurationError:
            return False

    def create(self, *, name: str, size: int, owner_id: str) -> DirectUpload:
        """
        Begin an upload.

        Raises:
            NotFoundError: This deployment has no folder for them.
            InputError: The file is empty, too large, or no video.
            ServiceError: OSS refused or failed.
        """
        if not self._prefix:
            raise NotFoundError("Files are sent to the server here: MEDIA_AI_UPLOAD_PREFIX names no folder in OSS.")
        name, file_name = checked_name(name, size, endings=VIDEO_ENDINGS, max_bytes=self._max_bytes)
        upload_id = secrets.token_hex(16)
        address = f"{self._prefix}{upload_id}/{file_name}"
        client, key = self._client(address)
        from media_ai.clients import oss_direct

        kind = mimetypes.guess_type(file_name)[0] or "application/octet-stream"
        begun = oss_direct.begin(client, key, content_type=kind)
        upload = DirectUpload(
            id=upload_id, name=name, address=address, size=size, upload_id=begun, owner_id=owner_id,
            created_at=datetime.now(UTC),
        )  # fmt: skip
        with disk():
            self._records.mkdir(parents=True, exist_ok=True)
        self._save(upload)
        return upload

    def get(self, upload_id: str, *, owner_id: str) -> DirectUpload:
        """
        Return an upload.

        Raises:
            NotFoundError: There is none of this id, or it has expired.
            InputError: It is somebody else's; of the kind PERMISSION.
        """
        upload = self._load(upload_id)
        if upload.owner_id != owner_id:
            raise InputError("This upload is somebody else's.", kind=ErrorKind.PERMISSION)
        return upload

    def finished_of(self, owner_id: str) -> list[DirectUpload]:
        """Return somebody's finished uploads."""
        return [upload for upload in self._all() if upload.owner_id == owner_id and upload.is_finished]

    def arrived(self, upload: DirectUpload) -> list[int]:
        """
        Return the numbers of the parts that are there whole.

        Raises:
            NotFoundError: OSS has dropped the upload.
        """
        if upload.is_finished:
            return list(range(1, upload.parts + 1))
        from media_ai.clients import oss_direct

        client, key = self._client(upload.address)
        try:
            found = oss_direct.sent_parts(client, key, upload.upload_id)
        except ServiceError as exc:
            if exc.code != "NoSuchUpload":
                raise
            # Its end may have been reached, and the answer lost.
            return list(range(1, upload.parts + 1)) if self.finish(upload).is_finished else []
        return [
            part.number for part in found if part.number <= upload.parts and part.size == upload.part_size(part.number)
        ]

    def links(self, upload: DirectUpload, numbers: Iterable[int]) -> dict[int, SecretStr]:
        """
        Return a link for each of some parts, good for 15 minutes.

        Raises:
            InputError: It has no part of such a number.
            ConflictError: It is finished.
        """
        from media_ai.clients import oss_direct

        if upload.is_finished:
            raise ConflictError("This upload is finished; nothing more can be sent.")
        client, key = self._client(upload.address)
        links = {}
        for number in numbers:
            if not 1 <= number <= upload.parts:
                raise InputError(f"'{upload.name[-60:]}' has the parts 1 to {upload.parts}; there is no part {number}.")
            size = upload.part_size(number)
            links[number] = oss_direct.sign_part(client, key, upload.upload_id, number, size=size, ttl_s=LINK_S)
        with disk():
            self._record(upload.id).touch()
        return links

    def finish(self, upload: DirectUpload) -> DirectUpload:
        """
        Make the object of the parts, and check it; again is once.

        Raises:
            ConflictError: Parts have not arrived.
            NotFoundError: OSS has dropped the upload.
        """
        from media_ai.clients import oss_direct

        if upload.is_finished:
            return upload
        client, key = self._client(upload.address)
        try:
            sent = {part.number: part for part in oss_direct.sent_parts(client, key, upload.upload_id)}
            wanted = range(1, upload.parts + 1)
            missing = [n for n in wanted if n not in sent or sent[n].size != upload.part_size(n)]
            if missing:
                raise ConflictError(f"{len(missing)} of {upload.parts} parts have not arrived, such as {missing[0]}.")
            oss_direct.complete(client, key, upload.upload_id, [sent[number] for number in wanted])
        except ServiceError as exc:
            if exc.code != "NoSuchUpload":
                raise
        found = client.find(key)
        if found is None or found.size != upload.size:
            self._record(upload.id).unlink(missing_ok=True)
            raise unknown_upload()
        finished = upload.model_copy(update={"upload_id": ""})
        self._save(finished)
        return finished

    def delete(self, upload: DirectUpload) -> None:
        """End an upload, or remove its object."""
        from media_ai.clients import oss_direct

        client, key = self._client(upload.address)
        if upload.is_finished:
            client.delete(key)
        else:
            oss_direct.abort(client, key, upload.upload_id)
        with disk():
            self._record(upload.id).unlink(missing_ok=True)

    def delete_at(self, address: str) -> bool:
        """Remove an uploaded object by its address, whoever sent it; return whether it is gone."""
        client, key = self._client(address)
        with suppress(NotFoundError):
            self.delete(self._load(address.removeprefix(self._prefix).partition("/")[0]))
        return client.find(key) is None

    def title_of(self, address: str) -> str | None:
        """Return what the sender called an uploaded file, without its ending; None for any other file."""
        if not self._prefix or not address.startswith(self._prefix):
            return None
        with suppress(NotFoundError):
            return Path(self._load(address.removeprefix(self._prefix).partition("/")[0]).name).stem[:500]
        return None

    def remove_expired(self) -> int:
        """Remove unfinished uploads that nobody goes on with; return how many. One that OSS fails for stays for the next time."""
        expired = 0
        for upload in self._all():
            with suppress(MediaAIError), disk():
                at = datetime.fromtimestamp(self._record(upload.id).stat().st_mtime, UTC)
                if not upload.is_finished and datetime.now(UTC) > at + self._lives:
                    self.delete(upload)
                    expired += 1
        return expired

    def expires_at(self, upload: DirectUpload) -> datetime | None:
        """Return when an unfinished upload is removed, if no link is asked for."""
        if upload.is_finished:
            return None
        with disk():
            return datetime.fromtimestamp(self._record(upload.id).stat().st_mtime, UTC) + self._lives

    def _client(self, address: str) -> "tuple[OssClient, str]":
        from media_ai.clients.oss import OssClient

        bucket, key = split_address(address)
        return OssClient(self._credentials_of(OssCredentials), bucket), key

    def _all(self) -> list[DirectUpload]:
        found = []
        for path in self._records.glob("*.json"):
            with suppress(NotFoundError):
                found.append(self._load(path.stem))
        return found

    def _load(self, upload_id: str) -> DirectUpload:
        return read_record(upload_id, self._record, DirectUpload)

    def _save(self, upload: DirectUpload) -> None:
        record = self._record(upload.id)
        fresh = record.with_suffix(f".{secrets.token_hex(4)}")
        with disk():
            fresh.write_text(upload.model_dump_json(), encoding="utf-8")
            fresh.replace(record)

    def _record(self, upload_id: str) -> Path:
        return self._records / f"{upload_id}.json"


def open_direct_uploads(settings: Settings, credentials_of: CredentialsOf) -> DirectUploads:
    """Return what keeps them in this deployment."""
    return DirectUploads(
        settings.uploads,
        settings.upload_prefix,
        max_bytes=round(settings.upload_max_gb * 1e9),
        expires_h=settings.upload_expires_h,
        credentials_of=credentials_of,
    )
