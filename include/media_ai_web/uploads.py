"""
Uploads by tus 1.0 (https://tus.io/protocols/resumable-upload): creation, creation with data, termination, checksum, expiration.

Bytes go from the socket to the disk, a megabyte at a time; a connection that falls silent is given up, so that its sender can
go on with another one.
"""

import base64
import binascii
import hashlib
from collections.abc import AsyncIterator
from email.utils import format_datetime
from functools import partial
from typing import Annotated, Protocol

import anyio
from fastapi import Depends, Header, HTTPException, Path, Request, Response
from starlette.requests import ClientDisconnect

from media_ai.catalog.task_records import TaskRecords
from media_ai.errors import ConflictError, InputError
from media_ai.tasks.upload_writer import Writer
from media_ai.tasks.uploads import Uploads, UploadState
from media_ai_web.permissions import Caller, Permission, needs
from media_ai_web.routing import in_thread, make_router, problems
from media_ai_web.services import Db, DirectUploadsOf, UploadsOf
from media_ai_web.upload_views import UploadView

_VERSION = "1.0.0"
_PIECE = 1 << 20
_SILENCE_S = 30.0
_CHECKSUMS = ("sha1", "sha256", "md5")
_BODY = "application/offset+octet-stream"

router = make_router("Uploads")
Uploader = Annotated[Caller, Depends(needs(Permission.CREATE_TASKS))]
Id = Annotated[str, Path(max_length=64)]
Resumable = Annotated[str | None, Header(description="1.0.0: the version of tus.")]
Offset = Annotated[int | None, Header(ge=0, lt=2**63, description="Where the body begins.")]
Checksum = Annotated[str | None, Header(max_length=200, description="Algorithm and digest of the body in base64.")]


class _Digest(Protocol):
    def update(self, data: bytes, /) -> None: ...
    def digest(self) -> bytes: ...


async def _protocol(caller: Uploader, tus_resumable: Resumable = None) -> None:
    if tus_resumable != _VERSION:
        raise HTTPException(412, f"Send Tus-Resumable: {_VERSION}.", headers={"Tus-Version": _VERSION})


_TUS = [Depends(_protocol)]


@router.options(
    "/uploads", status_code=204, summary="What uploads can do", dependencies=[Depends(needs(Permission.CREATE_TASKS))]
)
async def describe_uploads(uploads: UploadsOf) -> Response:
    """Answer with the version and the extensions of tus, and the largest file."""
    return _answer(
        204,
        {
            "Tus-Version": _VERSION,
            "Tus-Extension": "creation,creation-with-upload,termination,checksum,expiration",
            "Tus-Max-Size": str(uploads.max_bytes),
            "Tus-Checksum-Algorithm": ",".join(_CHECKSUMS),
        },
    )


@router.get("/uploads", summary="List your uploads")
def list_uploads(uploads: UploadsOf, direct: DirectUploadsOf, caller: Uploader) -> list[UploadView]:
    """Return the caller's uploads, the newest first; of those that go straight to object storage the finished ones."""
    found = [UploadView.of(state) for state in uploads.of(caller.id)]
    found += [UploadView.of_direct(upload) for upload in direct.finished_of(caller.id)]
    return sorted(found, key=lambda view: view.created_at, reverse=True)


@router.post(
    "/uploads",
    status_code=201,
    summary="Begin an upload",
    response_class=Response,
    dependencies=_TUS,
    responses=problems(400, 409, 412, 415, 460, 507),
)
async def create_upload(
    request: Request,
    uploads: UploadsOf,
    caller: Uploader,
    upload_length: Annotated[int | None, Header(ge=0, lt=2**63, description="Bytes of the file.")] = None,
    upload_metadata: Annotated[str, Header(max_length=8000, description="`filename` and its name in base64.")] = "",
    upload_checksum: Checksum = None,
) -> Response:
    """Begin an upload; its address is in Location. A body of application/offset+octet-stream is its first part."""
    if upload_length is None:
        raise HTTPException(400, "Give the file's size in Upload-Length; uploads of unknown size are not taken.")
    name = _metadata(upload_metadata).get("filename", "")
    create = partial(uploads.create, name=name, size=upload_length, owner_id=caller.id, owner=caller.name)
    state = await in_thread(create)
    if request.headers.get("content-type") == _BODY:
        state = await _append(request, uploads, state, upload_checksum)
    path = request.scope.get("root_path", "").rstrip("/")
    return _answer(201, {"Location": f"{path}/api/v1/uploads/{state.upload.id}", **_progress(state)})


@router.get("/uploads/{upload_id}", summary="Read an upload", responses=problems(404))
def read_upload(upload_id: Id, uploads: UploadsOf, caller: Uploader) -> UploadView:
    """Return how far an upload is, and the address of a finished one: a task takes it as its video or subtitles."""
    return UploadView.of(uploads.state(upload_id, owner_id=caller.id))


@router.head(
    "/uploads/{upload_id}",
    summary="Ask how far an upload is",
    response_class=Response,
    dependencies=_TUS,
    responses=problems(404, 412),
)
def ask_upload(upload_id: Id, uploads: UploadsOf, caller: Uploader) -> Response:
    """Answer with the offset to go on from, in Upload-Offset."""
    state = uploads.state(upload_id, owner_id=caller.id)
    return _answer(200, {"Upload-Length": str(state.upload.size), "Cache-Control": "no-store", **_progress(state)})


@router.patch(
    "/uploads/{upload_id}",
    status_code=204,
    summary="Go on with an upload",
    dependencies=_TUS,
    responses=problems(400, 404, 409, 412, 413, 415, 423, 460, 507),
    openapi_extra={"requestBody": {"content": {_BODY: {"schema": {"type": "string", "format": "binary"}}}}},
)
async def append_to_upload(
    request: Request,
    upload_id: Id,
    uploads: UploadsOf,
    caller: Uploader,
    upload_offset: Offset = None,
    upload_checksum: Checksum = None,
) -> Response:
    """Append the body; 409 if Upload-Offset is not where the upload ends, 423 while another request writes to it."""
    if request.headers.get("content-type") != _BODY:
        raise HTTPException(415, f"Send the bytes as {_BODY}.")
    if upload_offset is None:
        raise HTTPException(400, "Give the place where the body begins in Upload-Offset.")
    state = await in_thread(lambda: uploads.state(upload_id, owner_id=caller.id))
    if upload_offset != state.offset:
        raise ConflictError(f"The upload ends at {state.offset:,}, not at {upload_offset:,}. Go on from there.")
    if state.address is None:
        state = await _append(request, uploads, state, upload_checksum)
    return _answer(204, _progress(state))


@router.delete(
    "/uploads/{upload_id}",
    status_code=204,
    summary="Delete an upload",
    dependencies=_TUS,
    responses=problems(404, 409, 412),
)
def delete_upload(upload_id: Id, database: Db, uploads: UploadsOf, caller: Uploader) -> Response:
    """End an upload, or delete its file. 409 when a task reads the file."""
    state = uploads.state(upload_id, owner_id=caller.id)
    if state.address and TaskRecords(database).is_used(state.address):
        raise ConflictError(f"A task reads '{state.upload.name}'; it stays.")
    uploads.delete(state)
    return _answer(204, {})


async def _append(request: Request, uploads: Uploads, state: UploadState, checksum: str | None) -> UploadState:
    """Write the request's body to the disk as it comes; what has come before a connection is cut stays."""
    wanted = _wanted_checksum(checksum)
    writing = uploads.writing(state)
    try:
        writer = await in_thread(writing.__enter__)
    except ConflictError as exc:
        raise HTTPException(423, exc.message) from None
    try:
        return await _write(request, uploads, state, writer, wanted)
    finally:
        with anyio.CancelScope(shield=True):
            await in_thread(lambda: writing.__exit__(None, None, None))


async def _write(
    request: Request, uploads: Uploads, state: UploadState, writer: Writer, wanted: tuple[_Digest, bytes] | None
) -> UploadState:
    begin = writer.offset
    if begin != state.offset:
        raise ConflictError(f"The upload ends at {begin:,} by now. Go on from there.")
    try:
        async for piece in _pieces(request):
            if wanted:
                wanted[0].update(piece)
            await in_thread(partial(writer.append, piece))
    except InputError as exc:
        raise HTTPException(413, exc.message) from None
    except (ClientDisconnect, TimeoutError):
        if wanted:
            # Half a part has no checksum.
            await in_thread(lambda: writer.undo(begin))
        raise HTTPException(400, "The connection was cut. Ask how far the upload is, and go on from there.") from None
    if wanted and wanted[0].digest() != wanted[1]:
        await in_thread(lambda: writer.undo(begin))
        raise HTTPException(460, "The checksum of the part is another one; nothing of it was kept. Send it again.")
    await in_thread(writer.keep)
    if writer.is_complete:
        return await in_thread(lambda: uploads.finish(state.upload))
    return state.model_copy(update={"offset": writer.offset})


async def _pieces(request: Request) -> AsyncIterator[bytes]:
    """Yield the body in pieces of about a megabyte; also what came before the connection was cut."""
    buffer = bytearray()
    stream = request.stream()
    try:
        while True:
            with anyio.fail_after(_SILENCE_S):
                buffer += await anext(stream)
            if len(buffer) >= _PIECE:
                yield bytes(buffer)
                buffer.clear()
    except StopAsyncIteration:
        yield bytes(buffer)
    except (ClientDisconnect, TimeoutError):
        yield bytes(buffer)
        raise


def _metadata(header: str) -> dict[str, str]:
    """Return the pairs of Upload-Metadata; values are base64, UTF-8 inside."""
    found = {}
    for pair in filter(None, (part.strip() for part in header.split(","))):
        name, _, value = pair.partition(" ")
        try:
            found[name] = base64.b64decode(value, validate=True).decode("utf-8", "replace")
        except (binascii.Error, ValueError):
            raise HTTPException(400, f"'{name[:40]}' of Upload-Metadata is not base64.") from None
    return found


def _wanted_checksum(header: str | None) -> tuple[_Digest, bytes] | None:
    if header is None:
        return None
    algorithm, _, value = header.partition(" ")
    if algorithm not in _CHECKSUMS:
        raise HTTPException(400, f"Checksums are of {', '.join(_CHECKSUMS)}.")
    try:
        return hashlib.new(algorithm, usedforsecurity=False), base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise HTTPException(400, "The checksum is not base64.") from None


def _progress(state: UploadState) -> dict[str, str]:
    headers = {"Upload-Offset": str(state.offset)}
    if state.expires_at:
        headers["Upload-Expires"] = format_datetime(state.expires_at, usegmt=True)
    return headers


def _answer(status: int, headers: dict[str, str]) -> Response:
    return Response(status_code=status, headers={"Tus-Resumable": _VERSION, **headers})
