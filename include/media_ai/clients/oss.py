"""Objects in Alibaba Cloud OSS: one typed client over oss2, signed V4, retried by the error table."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from pydantic import SecretStr

from media_ai.clients.access_keys import KeysSource
from media_ai.clients.credentials import OssCredentials
from media_ai.clients.oss_access import open_buckets, read_to_end
from media_ai.clients.oss_body import FilePart
from media_ai.clients.oss_checksum import crc64, digest_file, md5_header, require_same
from media_ai.clients.oss_errors import translated
from media_ai.clients.oss_objects import OssObject, upload_headers
from media_ai.clients.oss_upload import upload
from media_ai.clients.retrying import Retry
from media_ai.errors import ErrorKind, ServiceError

T = TypeVar("T")

LONGEST_LINK_S = 7 * 24 * 3600
"""OSS signs V4 links for seven days at most."""
SMALL = 64 << 20
"""Bytes; larger files go up in parts (oss_upload.py)."""


class OssClient:
    """
    One bucket. Not to be shared with a forked process; safe between threads.

    Every method raises ServiceError, whose kind says whether OSS refused, failed, or has no such object.
    """

    def __init__(
        self,
        credentials: OssCredentials,
        bucket: str = "",
        *,
        retry: Retry | None = None,
        keys: KeysSource | None = None,
    ) -> None:
        self.bucket = bucket or credentials.bucket
        self._retry = retry or Retry()
        self._io, self._links = open_buckets(credentials, self.bucket, keys)
        self.link_host = urlsplit(credentials.link_endpoint).netloc

    def __repr__(self) -> str:
        return f"OssClient('oss://{self.bucket}')"

    def call(self, action: str, key: str, work: Callable[[Any, int], T]) -> T:
        """Do one call through oss2 with retries; `work` gets oss2's bucket and the number of the try, from 1."""

        def once(number: int) -> T:
            with translated(action, self.bucket, key):
                return work(self._io, number)

        return self._retry.call(f"oss://{self.bucket}/{key}", once)

    def put(self, key: str, data: bytes, *, replace: bool = True, content_type: str = "") -> bool:
        """Store bytes in one request; without `replace` change nothing and return False if the key exists."""
        sha256 = hashlib.sha256(data).hexdigest()
        headers = upload_headers(sha256, replace=replace, content_type=content_type) | md5_header(data)
        crc = crc64(data)
        return self.write(
            key, sha256, lambda io, _: require_same(crc, read_to_end(io.put_object(key, data, headers)).crc)
        )

    def put_file(self, key: str, path: Path, *, replace: bool = True, content_type: str = "") -> bool:
        """As `put`, for a file of any size: above 64 MB in parts, and what was begun is resumed."""
        size = path.stat().st_size
        if size > SMALL:
            return upload(self, key, path, replace=replace, content_type=content_type)
        sha256, crc = digest_file(path)
        headers = upload_headers(sha256, replace=replace, content_type=content_type)
        headers |= md5_header(path.read_bytes()) if crc is None else {}

        def send(io: Any, _: int) -> None:
            with FilePart(path, 0, size) as body:
                require_same(crc, read_to_end(io.put_object(key, body if size else b"", headers)).crc)

        return self.write(key, sha256, send)

    def write(self, key: str, sha256: str, work: Callable[[Any, int], object]) -> bool:
        """Do a conditional write; return False if another's object is in the way."""
        tries = 0

        def counted(io: Any, number: int) -> None:
            nonlocal tries
            tries = number
            work(io, number)

        try:
            self.call("oss:PutObject", key, counted)
        except ServiceError as exc:
            if exc.code != "FileAlreadyExists":
                raise
            # The answer to an earlier try may have been lost after the work was done.
            return tries > 1 and self.head(key).sha256 == sha256
        return True

    def read(self, key: str, *, start: int = 0, length: int | None = None, etag: str = "") -> bytes:
        """
        Return an object's bytes, or a range of them, complete and with the right checksum.

        Args:
            etag: Fail with kind CONFLICT if the object is another one by now.
        """
        is_whole = start == 0 and length is None
        headers = {"If-Match": f'"{etag}"'} if etag else {}
        if not is_whole:
            # Without this OSS answers a range that does not fit with the whole object.
            headers["x-oss-range-behavior"] = "standard"
        last = None if length is None else start + length - 1

        def fetch(io: Any, _: int) -> bytes:
            found = io.get_object(key, byte_range=None if is_whole else (start, last), headers=headers)
            data: bytes = found.read()
            _require_complete(found, data, is_whole=is_whole)
            return data

        return self.call("oss:GetObject", key, fetch)

    def head(self, key: str) -> OssObject:
        """Return what OSS knows of an object."""
        return OssObject.of_head(key, self.call("oss:GetObject", key, lambda io, _: io.head_object(key)))

    def find(self, key: str) -> OssObject | None:
        """As `head`, or None if there is no such object; a bucket that does not exist is an error."""
        try:
            return self.head(key)
        except ServiceError as exc:
            if exc.kind is ErrorKind.NOT_FOUND and exc.code != "NoSuchBucket":
                return None
            raise

    def list(self, prefix: str = "", *, start_after: str = "", page: int = 1000) -> Iterator[OssObject]:
        """Yield the objects whose keys begin with `prefix`, in the order of their bytes, `page` (1-1000) per request."""
        options = {"prefix": prefix, "start_after": start_after, "max_keys": page}
        token = ""
        while True:
            page_of = partial(_list_page, {**options, "continuation_token": token})
            found = self.call("oss:ListObjects", prefix, page_of)
            yield from (OssObject.of_listing(item) for item in found.object_list)
            if not found.is_truncated:
                return
            token = found.next_continuation_token

    def delete(self, key: str) -> None:
        """Remove an object; nothing happens if there is none."""
        self.call("oss:DeleteObject", key, lambda io, _: io.delete_object(key))

    def sign(
        self,
        key: str,
        *,
        ttl_s: int,
        method: str = "GET",
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> SecretStr:
        """
        Return a link on the public endpoint that whoever has it may use for `ttl_s` seconds, 1 to 604,800.

        It is a secret: sign when it is sent, never store or log it. With temporary keys it dies with them.

        Args:
            key: Which object.
            ttl_s: How long.
            method: What for.
            params: Of the query, such as which part of an upload.
            headers: That the request must have, as they are here.
        """
        if not 1 <= ttl_s <= LONGEST_LINK_S:
            raise ValueError(f"A link lives 1 to {LONGEST_LINK_S} seconds, not {ttl_s}.")
        with translated("oss:GetObject", self.bucket, key):
            signed = {
                "params": dict(params or {}),
                "headers": dict(headers or {}),
                "additional_headers": set(headers or ()),
            }
            return SecretStr(self._links.sign_url(method, key, ttl_s, slash_safe=True, **signed))


def _list_page(options: dict[str, Any], io: Any, _: int) -> Any:
    return io.list_objects_v2(**options)


def _require_complete(found: Any, data: bytes, *, is_whole: bool) -> None:
    if found.content_length is not None and len(data) != found.content_length:
        raise ConnectionError
    if is_whole:
        require_same(crc64(data), found.server_crc)
