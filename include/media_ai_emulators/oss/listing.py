"""ListObjects, versions 1 and 2: prefix, delimiter, continuation."""

import base64
import binascii
from dataclasses import dataclass

from starlette.responses import Response

from media_ai_emulators.clock import iso_millis
from media_ai_emulators.oss import xml
from media_ai_emulators.oss.errors import refusal
from media_ai_emulators.oss.objects import Bucket
from media_ai_emulators.oss.request import OssRequest
from media_ai_emulators.oss.storage import Storage

_MOST = 1000
_LAST_CHARACTER = "\U0010ffff"


@dataclass(frozen=True, kw_only=True)
class Page:
    """Keys and common prefixes in one order; `last` is where the next page goes on, or "" if this is the last."""

    keys: list[str]
    prefixes: list[str]
    last: str


def page_of(bucket: Bucket, *, prefix: str, delimiter: str, after: str, limit: int) -> Page:
    """Return a page of the keys after `after`; a common prefix counts as one entry, and is skipped as a whole."""
    keys: list[str] = []
    prefixes: list[str] = []
    last = ""
    if delimiter and after.startswith(prefix) and after.endswith(delimiter):
        after += _LAST_CHARACTER
    while True:
        key = next(bucket.keys_from(prefix, after), None)
        if key is None:
            return Page(keys=keys, prefixes=prefixes, last="")
        if len(keys) + len(prefixes) == limit:
            return Page(keys=keys, prefixes=prefixes, last=last)
        rest, found, _ = key[len(prefix) :].partition(delimiter) if delimiter else ("", "", "")
        if found:
            last = f"{prefix}{rest}{delimiter}"
            prefixes.append(last)
            after = last + _LAST_CHARACTER
        else:
            last = after = key
            keys.append(key)


async def list_objects_v2(storage: Storage, request: OssRequest) -> Response:
    """List by continuation token."""
    bucket = storage.buckets.get(request.bucket)
    token = request.params.get("continuation-token", "")
    after = _opened(token) if token else request.params.get("start-after", "")
    page = _page(bucket, request, after)
    following = [xml.text("NextContinuationToken", _sealed(page.last))] if page.last else []
    return xml.document(
        xml.element(
            "ListBucketResult",
            *_head(bucket, request, page),
            _key(request, "StartAfter", request.params.get("start-after", "")),
            xml.text("ContinuationToken", token),
            *following,
            xml.text("KeyCount", len(page.keys) + len(page.prefixes)),
            *_entries(bucket, request, page, has_owner=request.params.get("fetch-owner") == "true"),
        )
    )


async def list_objects(storage: Storage, request: OssRequest) -> Response:
    """List by marker."""
    bucket = storage.buckets.get(request.bucket)
    marker = request.params.get("marker", "")
    page = _page(bucket, request, marker)
    following = [_key(request, "NextMarker", page.last)] if page.last else []
    return xml.document(
        xml.element(
            "ListBucketResult",
            *_head(bucket, request, page),
            _key(request, "Marker", marker),
            *following,
            *_entries(bucket, request, page, has_owner=True),
        )
    )


def _page(bucket: Bucket, request: OssRequest, after: str) -> Page:
    limit = request.number("max-keys", 100)
    if not 1 <= limit <= _MOST:
        raise refusal(400, "InvalidArgument", "Argument maxKeys must be an integer between 1 and 1000.")
    prefix, delimiter = request.params.get("prefix", ""), request.params.get("delimiter", "")
    return page_of(bucket, prefix=prefix, delimiter=delimiter, after=after, limit=limit)


def _head(bucket: Bucket, request: OssRequest, page: Page) -> list[str]:
    is_url_encoded = request.params.get("encoding-type") == "url"
    return [
        xml.text("Name", bucket.name),
        *([xml.text("EncodingType", "url")] if is_url_encoded else []),
        _key(request, "Prefix", request.params.get("prefix", "")),
        _key(request, "Delimiter", request.params.get("delimiter", "")),
        xml.text("MaxKeys", request.number("max-keys", 100)),
        xml.text("IsTruncated", str(bool(page.last)).lower()),
    ]


def _entries(bucket: Bucket, request: OssRequest, page: Page, *, has_owner: bool) -> list[str]:
    owner = xml.element("Owner", xml.text("ID", "emulator"), xml.text("DisplayName", "emulator")) if has_owner else ""
    entries = []
    for key in page.keys:
        stored = bucket.get(key)
        entries.append(
            xml.element(
                "Contents",
                _key(request, "Key", key),
                xml.text("LastModified", iso_millis(stored.modified)),
                xml.text("ETag", f'"{stored.etag}"'),
                xml.text("Type", "Multipart" if stored.is_multipart else "Normal"),
                xml.text("Size", stored.size),
                xml.text("StorageClass", "Standard"),
                owner,
            )
        )
    return entries + [xml.element("CommonPrefixes", _key(request, "Prefix", prefix)) for prefix in page.prefixes]


def _key(request: OssRequest, name: str, key: str) -> str:
    return xml.text(name, key, is_url_encoded=request.params.get("encoding-type") == "url")


def _sealed(key: str) -> str:
    return base64.urlsafe_b64encode(key.encode()).decode()


def _opened(token: str) -> str:
    try:
        return base64.urlsafe_b64decode(token).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise refusal(400, "InvalidArgument", "The continuation token is invalid.") from None
