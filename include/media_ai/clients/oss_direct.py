"""Uploads that somebody else sends straight to OSS: in parts, by links of which each is good for one part."""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import oss2
from pydantic import SecretStr

from media_ai.clients.oss_access import read_to_end
from media_ai.clients.oss_checksum import crc_of_parts, require_same
from media_ai.errors import ErrorKind, ServiceError

if TYPE_CHECKING:
    from media_ai.clients.oss import OssClient


@dataclass(frozen=True, kw_only=True)
class SentPart:
    """A part that has arrived; `number` counts from 1, `crc` is its CRC-64 where OSS tells it."""

    number: int
    size: int
    etag: str
    crc: int | None


def begin(client: "OssClient", key: str, *, content_type: str) -> str:
    """Begin an upload; return OSS's id of it. An object of this key is not replaced."""
    headers = {"Content-Type": content_type, "x-oss-forbid-overwrite": "true"}
    begun = client.call("oss:PutObject", key, lambda io, _: io.init_multipart_upload(key, headers=headers))
    return str(begun.upload_id)


def sign_part(client: "OssClient", key: str, upload_id: str, number: int, *, size: int, ttl_s: int) -> SecretStr:
    """Return a link that takes exactly `size` bytes as one part of one upload; it is a secret."""
    params = {"partNumber": str(number), "uploadId": upload_id}
    return client.sign(key, ttl_s=ttl_s, method="PUT", params=params, headers={"content-length": str(size)})


def sent_parts(client: "OssClient", key: str, upload_id: str) -> list[SentPart]:
    """Return the parts that have arrived, in their order; ServiceError of kind NOT_FOUND if the upload has ended."""
    found: list[SentPart] = []
    marker = ""
    while True:
        page = client.call("oss:ListParts", key, partial(_list_page, key, upload_id, marker))
        found += [
            SentPart(number=part.part_number, size=part.size, etag=part.etag, crc=part.part_crc) for part in page.parts
        ]
        if not page.is_truncated:
            return found
        marker = page.next_marker


def complete(client: "OssClient", key: str, upload_id: str, parts: list[SentPart]) -> None:
    """Make the object of the parts; ServiceError if its checksum is not theirs."""
    named = [oss2.models.PartInfo(part.number, part.etag) for part in parts]
    crc = crc_of_parts(parts)

    def end(io: Any, _: int) -> None:
        require_same(crc, read_to_end(io.complete_multipart_upload(key, upload_id, named)).crc)

    client.call("oss:PutObject", key, end)


def abort(client: "OssClient", key: str, upload_id: str) -> None:
    """Give the space of an upload back; one that has ended is fine."""
    try:
        client.call("oss:AbortMultipartUpload", key, lambda io, _: io.abort_multipart_upload(key, upload_id))
    except ServiceError as exc:
        if exc.kind is not ErrorKind.NOT_FOUND:
            raise


def _list_page(key: str, upload_id: str, marker: str, io: Any, _: int) -> Any:
    return io.list_parts(key, upload_id, marker=marker)
