"""Multipart uploads: initiate, upload and list parts, complete, abort, list uploads."""

import asyncio

from starlette.responses import Response

from media_ai_emulators.clock import iso_millis
from media_ai_emulators.oss import xml
from media_ai_emulators.oss.errors import refusal
from media_ai_emulators.oss.names import check_key
from media_ai_emulators.oss.request import OssRequest
from media_ai_emulators.oss.storage import Storage
from media_ai_emulators.oss.uploads import LAST_PART_NUMBER, Upload
from media_ai_emulators.oss.write_objects import check_overwrite, kept_headers


async def initiate(storage: Storage, request: OssRequest) -> Response:
    """Begin an upload."""
    bucket = storage.buckets.get(request.bucket)
    check_key(request.key)
    check_overwrite(request.headers, bucket, request.key)
    upload = storage.uploads.start(request.bucket, request.key, kept_headers(request))
    return xml.document(
        xml.element(
            "InitiateMultipartUploadResult",
            *_encoding(request),
            xml.text("Bucket", request.bucket),
            _key(request, "Key", request.key),
            xml.text("UploadId", upload.upload_id),
        )
    )


async def upload_part(storage: Storage, request: OssRequest) -> Response:
    """Keep a part. The upload is looked up before and after: it may be aborted while the body arrives."""
    upload_of(storage, request)
    number = part_number(request)
    with storage.writer() as writer:
        await writer.write_all(request.http.stream())
        if request.headers.get("content-md5", writer.digests.content_md5) != writer.digests.content_md5:
            raise refusal(400, "InvalidDigest")
        part = storage.uploads.put_part(upload_of(storage, request), number, writer.finish())
    return Response(headers={"etag": f'"{part.md5}"', "x-oss-hash-crc64ecma": str(part.crc64)})


async def complete(storage: Storage, request: OssRequest) -> Response:
    """Make the object of the parts."""
    upload = upload_of(storage, request)
    root = xml.parse(await request.http.body(), "CompleteMultipartUpload")
    check_overwrite(request.headers, storage.buckets.get(request.bucket), request.key)
    named = [
        (int(node.findtext("PartNumber") or 0), (node.findtext("ETag") or "").strip('"').upper())
        for node in root.findall("Part")
    ]
    blob, etag = await asyncio.to_thread(storage.uploads.assemble, upload, named, storage.drafts)
    stored = storage.put(request.bucket, request.key, blob, headers=upload.headers, etag=etag)
    storage.uploads.forget(upload)
    answer = xml.document(
        xml.element(
            "CompleteMultipartUploadResult",
            *_encoding(request),
            xml.text("Bucket", request.bucket),
            _key(request, "Key", request.key),
            xml.text("ETag", f'"{etag}"'),
        )
    )
    answer.headers["etag"] = f'"{etag}"'
    answer.headers["x-oss-hash-crc64ecma"] = str(stored.crc64)
    return answer


async def abort(storage: Storage, request: OssRequest) -> Response:
    """Forget an upload and its parts."""
    storage.uploads.forget(upload_of(storage, request))
    return Response(status_code=204)


async def list_parts(storage: Storage, request: OssRequest) -> Response:
    """List the parts of an upload from part-number-marker on."""
    upload = upload_of(storage, request)
    limit = min(request.number("max-parts", 1000) or 1000, 1000)
    after = request.number("part-number-marker", 0)
    parts = [part for part in storage.uploads.parts(upload) if part.number > after]
    shown = parts[:limit]
    nodes = [
        xml.element(
            "Part",
            xml.text("PartNumber", part.number),
            xml.text("LastModified", iso_millis(part.modified)),
            xml.text("ETag", f'"{part.md5}"'),
            xml.text("HashCrc64ecma", part.crc64),
            xml.text("Size", part.size),
        )
        for part in shown
    ]
    return xml.document(
        xml.element(
            "ListPartsResult",
            *_encoding(request),
            xml.text("Bucket", request.bucket),
            _key(request, "Key", request.key),
            xml.text("UploadId", upload.upload_id),
            xml.text("NextPartNumberMarker", shown[-1].number if shown else 0),
            xml.text("MaxParts", limit),
            xml.text("IsTruncated", str(len(parts) > limit).lower()),
            *nodes,
        )
    )


async def list_uploads(storage: Storage, request: OssRequest) -> Response:
    """List the uploads in progress from (key-marker, upload-id-marker) on."""
    storage.buckets.get(request.bucket)
    limit = min(request.number("max-uploads", 1000) or 1000, 1000)
    prefix = request.params.get("prefix", "")
    found = [
        upload
        for upload in storage.uploads.of_bucket(request.bucket)
        if upload.key.startswith(prefix) and _is_after(upload, request)
    ]
    shown = found[:limit]
    last = shown[-1] if shown else None
    nodes = [
        xml.element(
            "Upload",
            _key(request, "Key", upload.key),
            xml.text("UploadId", upload.upload_id),
            xml.text("Initiated", iso_millis(upload.created)),
        )
        for upload in shown
    ]
    return xml.document(
        xml.element(
            "ListMultipartUploadsResult",
            *_encoding(request),
            xml.text("Bucket", request.bucket),
            _key(request, "NextKeyMarker", last.key if last else ""),
            xml.text("NextUploadIdMarker", last.upload_id if last else ""),
            xml.text("MaxUploads", limit),
            xml.text("IsTruncated", str(len(found) > limit).lower()),
            *nodes,
        )
    )


def upload_of(storage: Storage, request: OssRequest) -> Upload:
    """
    Return the upload that a request names.

    Raises:
        Refusal: NoSuchBucket or NoSuchUpload.
    """
    storage.buckets.get(request.bucket)
    return storage.uploads.get(request.bucket, request.key, request.params.get("uploadId", ""))


def part_number(request: OssRequest) -> int:
    """
    Return the number of the part that a request brings.

    Raises:
        Refusal: InvalidArgument.
    """
    number = request.number("partNumber", 0)
    if not 1 <= number <= LAST_PART_NUMBER:
        raise refusal(400, "InvalidArgument", "Part number must be an integer between 1 and 10000.")
    return number


def _is_after(upload: Upload, request: OssRequest) -> bool:
    key, upload_id = request.params.get("key-marker", ""), request.params.get("upload-id-marker", "")
    if not key:
        return True
    return (upload.key, upload.upload_id) > (key, upload_id) if upload_id else upload.key > key


def _encoding(request: OssRequest) -> list[str]:
    return [xml.text("EncodingType", "url")] if request.params.get("encoding-type") == "url" else []


def _key(request: OssRequest, name: str, key: str) -> str:
    return xml.text(name, key, is_url_encoded=request.params.get("encoding-type") == "url")
