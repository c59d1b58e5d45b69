"""CopyObject and UploadPartCopy: the bytes come from another object."""

import re
from urllib.parse import unquote

from starlette.responses import Response

from media_ai_emulators.clock import iso_millis
from media_ai_emulators.oss import conditions, xml
from media_ai_emulators.oss.blobs import copy
from media_ai_emulators.oss.errors import refusal
from media_ai_emulators.oss.multipart import part_number, upload_of
from media_ai_emulators.oss.names import check_key
from media_ai_emulators.oss.objects import Bucket, StoredObject
from media_ai_emulators.oss.request import OssRequest
from media_ai_emulators.oss.storage import Storage
from media_ai_emulators.oss.write_objects import check_overwrite, kept_headers

_RANGE = re.compile(r"bytes=(\d+)-(\d+)")


async def copy_object(storage: Storage, request: OssRequest) -> Response:
    """Store a copy of another object; its metadata come along unless x-oss-metadata-directive is REPLACE."""
    bucket = storage.buckets.get(request.bucket)
    origin, source = _source(storage, request)
    check_key(request.key)
    check_overwrite(request.headers, bucket, request.key)
    is_replaced = request.headers.get("x-oss-metadata-directive", "").upper() == "REPLACE"
    stored = storage.put(
        request.bucket,
        request.key,
        copy(origin.blob_of(source), storage.drafts),
        headers=kept_headers(request) if is_replaced else source.headers,
        etag=source.etag,
    )
    return _receipt("CopyObjectResult", stored.modified, stored.etag, stored.crc64)


async def upload_part_copy(storage: Storage, request: OssRequest) -> Response:
    """Keep a range of another object, or all of it, as a part."""
    upload = upload_of(storage, request)
    number = part_number(request)
    origin, source = _source(storage, request)
    asked = _RANGE.fullmatch(request.headers.get("x-oss-copy-source-range", ""))
    first, last = map(int, asked.groups()) if asked else (0, source.size - 1)
    if not first <= last < source.size:
        raise refusal(416, "InvalidRange", "The requested range cannot be satisfied.")
    with storage.writer() as writer:
        for piece in origin.read(source, first, last - first + 1):
            writer.write(piece)
        part = storage.uploads.put_part(upload, number, writer.finish())
    return _receipt("CopyPartResult", part.modified, part.md5, part.crc64)


def _source(storage: Storage, request: OssRequest) -> tuple[Bucket, StoredObject]:
    bucket, _, key = unquote(request.headers["x-oss-copy-source"]).lstrip("/").partition("/")
    origin = storage.buckets.get(bucket)
    source = origin.get(key)
    if not conditions.names(request.headers.get("x-oss-copy-source-if-match", "*"), source):
        raise refusal(412, "PreconditionFailed")
    return origin, source


def _receipt(name: str, modified: float, etag: str, crc64: int) -> Response:
    answer = xml.document(
        xml.element(name, xml.text("LastModified", iso_millis(modified)), xml.text("ETag", f'"{etag}"'))
    )
    answer.headers["etag"] = f'"{etag}"'
    answer.headers["x-oss-hash-crc64ecma"] = str(crc64)
    return answer
