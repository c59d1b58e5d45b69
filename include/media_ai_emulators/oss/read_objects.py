"""GetObject, HeadObject and GetObjectMeta."""

from email.utils import formatdate

from starlette.responses import Response, StreamingResponse

from media_ai_emulators.oss import conditions
from media_ai_emulators.oss.objects import StoredObject
from media_ai_emulators.oss.request import OssRequest
from media_ai_emulators.oss.storage import Storage

_OVERRIDES = ("content-type", "content-language", "cache-control", "content-disposition", "content-encoding", "expires")


async def get_object(storage: Storage, request: OssRequest) -> Response:
    """Send an object, or the range asked for."""
    bucket = storage.buckets.get(request.bucket)
    stored = bucket.get(request.key)
    conditions.check(request, stored)
    asked = conditions.byte_range(request, stored.size)
    first, last = asked or (0, stored.size - 1)
    headers = {**object_headers(stored), **_overrides(request), "content-length": str(last - first + 1)}
    if asked:
        headers["content-range"] = f"bytes {first}-{last}/{stored.size}"
    return StreamingResponse(
        bucket.read(stored, first, last - first + 1),
        status_code=206 if asked else 200,
        headers=_latin(headers),
    )


async def head_object(storage: Storage, request: OssRequest) -> Response:
    """Send an object's headers only."""
    stored = storage.buckets.get(request.bucket).get(request.key)
    conditions.check(request, stored)
    return _HeadResponse(stored.size, object_headers(stored))


async def head_object_meta(storage: Storage, request: OssRequest) -> Response:
    """Send the size, ETag and time only."""
    stored = storage.buckets.get(request.bucket).get(request.key)
    kept = {name: value for name, value in object_headers(stored).items() if name in {"etag", "last-modified"}}
    return _HeadResponse(stored.size, kept)


def object_headers(stored: StoredObject) -> dict[str, str]:
    """Return the headers that describe an object. The MD5 is known only of what was uploaded in one piece."""
    return {
        "content-type": "application/octet-stream",
        **stored.headers,
        "etag": f'"{stored.etag}"',
        "last-modified": formatdate(stored.modified, usegmt=True),
        "accept-ranges": "bytes",
        "x-oss-object-type": "Multipart" if stored.is_multipart else "Normal",
        "x-oss-storage-class": "Standard",
        "x-oss-hash-crc64ecma": str(stored.crc64),
    }


class _HeadResponse(Response):
    """No body, but the length of one."""

    def __init__(self, size: int, headers: dict[str, str]) -> None:
        super().__init__(headers=_latin({**headers, "content-length": str(size)}))


def _overrides(request: OssRequest) -> dict[str, str]:
    given = {name: request.params.get(f"response-{name}", "") for name in _OVERRIDES}
    return {name: value for name, value in given.items() if value}


def _latin(headers: dict[str, str]) -> dict[str, str]:
    # Starlette encodes headers as Latin-1; OSS sends back the UTF-8 bytes that it was given.
    return {name: value.encode("utf-8", "surrogateescape").decode("latin-1") for name, value in headers.items()}
