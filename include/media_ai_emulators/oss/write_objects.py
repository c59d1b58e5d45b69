"""PutObject and the deletions."""

import base64
import mimetypes

from starlette.responses import Response

from media_ai_emulators.oss import conditions, xml
from media_ai_emulators.oss.errors import refusal
from media_ai_emulators.oss.names import check_key
from media_ai_emulators.oss.objects import Bucket, StoredObject
from media_ai_emulators.oss.request import OssRequest
from media_ai_emulators.oss.storage import Storage

_KEPT = ("cache-control", "content-disposition", "content-encoding", "content-language", "expires")
_MOST_DELETED = 1000


async def put_object(storage: Storage, request: OssRequest) -> Response:
    """Store the body as an object."""
    bucket = storage.buckets.get(request.bucket)
    check_key(request.key)
    check_overwrite(request.headers, bucket, request.key)
    with storage.writer() as writer:
        await writer.write_all(request.http.stream())
        if request.headers.get("content-md5", writer.digests.content_md5) != writer.digests.content_md5:
            raise refusal(400, "InvalidDigest")
        check_overwrite(request.headers, bucket, request.key)
        stored = storage.put(request.bucket, request.key, writer.finish(), headers=kept_headers(request))
    return Response(headers=receipt(stored))


async def delete_object(storage: Storage, request: OssRequest) -> Response:
    """Remove an object; one that is not there is removed as well."""
    storage.buckets.get(request.bucket).delete(request.key)
    return Response(status_code=204)


async def delete_objects(storage: Storage, request: OssRequest) -> Response:
    """Remove up to 1,000 objects."""
    bucket = storage.buckets.get(request.bucket)
    root = xml.parse(await request.http.body(), "Delete")
    keys = [node.text or "" for node in root.findall("Object/Key")]
    if not 1 <= len(keys) <= _MOST_DELETED:
        raise refusal(400, "MalformedXML")
    for key in keys:
        bucket.delete(key)
    if (root.findtext("Quiet") or "").lower() == "true":
        return Response()
    is_url_encoded = request.params.get("encoding-type") == "url"
    deleted = [xml.element("Deleted", xml.text("Key", key, is_url_encoded=is_url_encoded)) for key in keys]
    encoding = [xml.text("EncodingType", "url")] if is_url_encoded else []
    return xml.document(xml.element("DeleteResult", *encoding, *deleted))


def kept_headers(request: OssRequest) -> dict[str, str]:
    """Return the headers of an upload that come back with the object. Without a type it is guessed from the name, as OSS does."""
    kept = {name: value for name, value in request.headers.items() if name in _KEPT or name.startswith("x-oss-meta-")}
    return {"content-type": request.headers.get("content-type") or guessed_type(request.key), **kept}


def check_overwrite(headers: dict[str, str], bucket: Bucket, key: str) -> None:
    """
    Refuse to replace an object that the caller wants kept.

    Raises:
        Refusal: FileAlreadyExists for x-oss-forbid-overwrite, or a condition of If-Match or If-None-Match that does not hold.
    """
    stored = bucket.find(key)
    if stored is not None and headers.get("x-oss-forbid-overwrite", "").lower() == "true":
        raise refusal(409, "FileAlreadyExists")
    if "if-match" in headers and (stored is None or not conditions.names(headers["if-match"], stored)):
        raise refusal(412, "PreconditionFailed")
    if "if-none-match" in headers and stored is not None and conditions.names(headers["if-none-match"], stored):
        raise refusal(412, "PreconditionFailed")


def receipt(stored: StoredObject) -> dict[str, str]:
    """Return the headers that acknowledge an upload."""
    md5 = base64.b64encode(bytes.fromhex(stored.md5)).decode()
    return {"etag": f'"{stored.etag}"', "x-oss-hash-crc64ecma": str(stored.crc64), "content-md5": md5}


def guessed_type(key: str) -> str:
    """Return the content type that a key's extension suggests."""
    return mimetypes.guess_type(key)[0] or "application/octet-stream"
