"""Copies inside OSS: the bytes do not come to this machine."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import oss2

from media_ai.clients.oss_access import read_to_end
from media_ai.errors import ErrorKind, ServiceError

if TYPE_CHECKING:
    from media_ai.clients.oss import OssClient

LARGEST_AT_ONCE = 1 << 30
"""Bytes that OSS copies in one request. Source: https://www.alibabacloud.com/help/en/oss/developer-reference/copyobject"""
_KEPT = frozenset(
    {"content-type", "cache-control", "content-disposition", "content-encoding", "content-language", "expires"}
)


@dataclass(frozen=True, kw_only=True)
class _Copy:
    """What is copied where; `found` is OSS's answer to HEAD."""

    source: "OssClient"
    source_key: str
    target: "OssClient"
    key: str
    found: Any

    @property
    def condition(self) -> dict[str, str]:
        """The header that makes OSS refuse a source that was replaced meanwhile."""
        return {"x-oss-copy-source-if-match": f'"{self.found.etag}"'}


def copy(
    source: "OssClient", source_key: str, target: "OssClient", key: str, *, at_once: int = LARGEST_AT_ONCE
) -> None:
    """
    Copy an object and its metadata within a region; a reader of `key` sees the old object or the whole new one.

    Args:
        at_once: Bytes per request; what is larger goes in parts of that size.

    Raises:
        ServiceError: NOT_FOUND without a source; CONFLICT if it is replaced meanwhile; OSS refused or failed.
    """
    found = source.call("oss:GetObject", source_key, lambda io, _: io.head_object(source_key))
    given = _Copy(source=source, source_key=source_key, target=target, key=key, found=found)
    if found.content_length > at_once:
        _copy_in_parts(given, at_once)
        return
    target.call(
        "oss:PutObject",
        key,
        lambda io, _: read_to_end(io.copy_object(source.bucket, source_key, key, headers=given.condition)),
    )


def _copy_in_parts(given: _Copy, part_size: int) -> None:
    kept = {name: value for name, value in given.found.headers.items() if _is_kept(name.lower())}
    key, target = given.key, given.target
    begun = target.call("oss:PutObject", key, lambda io, _: io.init_multipart_upload(key, headers=kept))
    try:
        parts = [
            _copy_part(given, begun.upload_id, number, start, min(start + part_size, given.found.content_length) - 1)
            for number, start in enumerate(range(0, given.found.content_length, part_size), 1)
        ]
        target.call(
            "oss:PutObject", key, lambda io, _: read_to_end(io.complete_multipart_upload(key, begun.upload_id, parts))
        )
    except ServiceError as exc:
        # Where the answer of a completed upload is lost, the next try finds no upload.
        if exc.code != "NoSuchUpload":
            target.call("oss:AbortMultipartUpload", key, lambda io, _: io.abort_multipart_upload(key, begun.upload_id))
            raise
    _require_same(given)


def _copy_part(given: _Copy, upload_id: str, number: int, first: int, last: int) -> Any:
    def send(io: Any, _: int) -> Any:
        source = (given.source.bucket, given.source_key, (first, last))
        return read_to_end(io.upload_part_copy(*source, given.key, upload_id, number, headers=given.condition))

    sent = given.target.call("oss:PutObject", given.key, send)
    return oss2.models.PartInfo(number, sent.etag, size=last - first + 1)


def _require_same(given: _Copy) -> None:
    made = given.target.head(given.key)
    if (made.size, made.crc64) != (given.found.content_length, given.found.server_crc):
        raise ServiceError(
            f"The copy 'oss://{given.target.bucket}/{given.key}' is not the same as its source; it is made again.",
            service="oss",
            code="InconsistentError",
            kind=ErrorKind.TRANSIENT,
        )


def _is_kept(name: str) -> bool:
    return name in _KEPT or name.startswith("x-oss-meta-")
