"""Uploads that browsers send straight to object storage: this application hands out links for parts, and checks the end."""

from datetime import datetime
from typing import Annotated, Self

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field

from media_ai.catalog.task_records import TaskRecords
from media_ai.errors import ConflictError
from media_ai.tasks.direct_uploads import DirectUpload, DirectUploads
from media_ai_web.routing import apart, make_router, problems
from media_ai_web.services import Db, DirectUploadsOf
from media_ai_web.uploads import Uploader

router = make_router("Uploads")
Id = Annotated[str, Path(max_length=64)]
Number = Annotated[int, Field(ge=1, le=10_000)]


class DirectOffer(BaseModel):
    """Whether files can be sent straight to object storage."""

    is_offered: bool
    endings: list[str] = Field(description="Of the files that can; others go through the server.")


class DirectUploadBody(BaseModel):
    """A file to send."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=1000)
    size: int = Field(ge=0, lt=2**63, description="Bytes.")


class DirectUploadView(BaseModel):
    """An upload that goes straight to object storage."""

    id: str
    name: str
    size: int = Field(description="Bytes.")
    part_bytes: int = Field(description="Of each part but the last; they are numbered from 1.")
    arrived: list[int] = Field(description="Numbers of the parts that are there.")
    is_finished: bool
    address: str | None = Field(description="Of a finished one: what a task takes as its video.")
    created_at: datetime
    expires_at: datetime | None = Field(description="When an unfinished one is removed, if no link is asked for.")

    @classmethod
    def of(cls, upload: DirectUpload, uploads: DirectUploads, arrived: list[int]) -> Self:
        """Return an upload as its owner sees it."""
        names = ("id", "name", "size", "part_bytes", "is_finished", "created_at")
        return cls(
            **{name: getattr(upload, name) for name in names},
            arrived=arrived,
            address=upload.address if upload.is_finished else None,
            expires_at=uploads.expires_at(upload),
        )


class PartsBody(BaseModel):
    """Parts to send next."""

    model_config = ConfigDict(extra="forbid")

    numbers: list[Number] = Field(min_length=1, max_length=20)


class PartLink(BaseModel):
    """Where to PUT a part, as its bytes and with no header of its own. It is a secret, and good for 15 minutes."""

    number: int
    url: str


@router.get("/direct-uploads", summary="Ask whether files can go straight to object storage")
@apart
def offer_direct_uploads(uploads: DirectUploadsOf, caller: Uploader) -> DirectOffer:
    """Say whether, and which files; where not, and for all other files, there are the uploads by tus."""
    from media_ai.tasks.events import VIDEO_ENDINGS

    return DirectOffer(is_offered=uploads.is_offered, endings=list(VIDEO_ENDINGS))


@router.post("/direct-uploads", status_code=201, summary="Begin a direct upload", responses=problems(404))
@apart
def begin_direct_upload(given: DirectUploadBody, uploads: DirectUploadsOf, caller: Uploader) -> DirectUploadView:
    """Begin an upload of a video; 404 where nothing goes straight to object storage."""
    made = uploads.create(name=given.name, size=given.size, owner_id=caller.id)
    return DirectUploadView.of(made, uploads, [])


@router.get("/direct-uploads/{upload_id}", summary="Read a direct upload", responses=problems(404))
@apart
def read_direct_upload(upload_id: Id, uploads: DirectUploadsOf, caller: Uploader) -> DirectUploadView:
    """Return which parts have arrived, to go on from there; and the address of a finished one."""
    upload = uploads.get(upload_id, owner_id=caller.id)
    arrived = uploads.arrived(upload)
    return DirectUploadView.of(uploads.get(upload_id, owner_id=caller.id), uploads, arrived)


@router.post("/direct-uploads/{upload_id}/links", summary="Get links for parts", responses=problems(404, 409))
@apart
def sign_parts(upload_id: Id, given: PartsBody, uploads: DirectUploadsOf, caller: Uploader) -> list[PartLink]:
    """Return a link for each part, which takes exactly its bytes; 409 if the upload is finished."""
    links = uploads.links(uploads.get(upload_id, owner_id=caller.id), given.numbers)
    return [PartLink(number=number, url=link.get_secret_value()) for number, link in links.items()]


@router.post("/direct-uploads/{upload_id}/complete", summary="End a direct upload", responses=problems(404, 409))
@apart
def complete_direct_upload(upload_id: Id, uploads: DirectUploadsOf, caller: Uploader) -> DirectUploadView:
    """Make the file of its parts, check size and checksum, and return its address; 409 if parts are missing."""
    done = uploads.finish(uploads.get(upload_id, owner_id=caller.id))
    return DirectUploadView.of(done, uploads, uploads.arrived(done))


@router.delete(
    "/direct-uploads/{upload_id}", status_code=204, summary="Delete a direct upload", responses=problems(404, 409)
)
@apart
def delete_direct_upload(upload_id: Id, database: Db, uploads: DirectUploadsOf, caller: Uploader) -> None:
    """End an upload, or delete its file. 409 when a task reads the file."""
    upload = uploads.get(upload_id, owner_id=caller.id)
    if upload.is_finished and TaskRecords(database).is_used(upload.address):
        raise ConflictError(f"A task reads '{upload.name}'; it stays.")
    uploads.delete(upload)
