"""What OSS says of an object, and the headers that say something to it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

_SHA256 = "x-oss-meta-sha256"


@dataclass(frozen=True, kw_only=True)
class OssObject:
    """
    An object without its bytes.

    Attributes:
        etag: Changes with the content; of a multipart upload it is no digest.
        sha256: The digest, if this client stored the object; listings do not tell it.
        crc64: CRC-64/XZ of the whole, where OSS tells it.
    """

    key: str
    size: int
    etag: str
    modified: datetime
    sha256: str = ""
    crc64: int | None = None

    @classmethod
    def of_head(cls, key: str, found: Any) -> Self:
        """Return what oss2's answer to HEAD or GET says."""
        return cls(
            key=key,
            size=found.content_length,
            etag=found.etag,
            modified=datetime.fromtimestamp(found.last_modified, UTC),
            sha256=found.headers.get(_SHA256, ""),
            crc64=found.server_crc,
        )

    @classmethod
    def of_listing(cls, item: Any) -> Self:
        """Return what oss2's listing says."""
        return cls(
            key=item.key, size=item.size, etag=item.etag, modified=datetime.fromtimestamp(item.last_modified, UTC)
        )


def upload_headers(sha256: str, *, replace: bool, content_type: str) -> dict[str, str]:
    """Return the headers of an upload: its digest, its type, and whether it may replace."""
    headers = {_SHA256: sha256}
    if content_type:
        headers["Content-Type"] = content_type
    return headers if replace else {**headers, **overwrite_header(replace=False)}


def overwrite_header(*, replace: bool) -> dict[str, str]:
    """Return the header that makes OSS refuse to replace an object."""
    return {} if replace else {"x-oss-forbid-overwrite": "true"}
