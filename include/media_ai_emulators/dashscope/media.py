"""The files that requests name: in the request itself, uploaded to DashScope, in this emulator's OSS, or elsewhere."""

from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from starlette.requests import Request

from media_ai_emulators.dashscope.pictures import data_of, size_of
from media_ai_emulators.oss.authentication import Authenticator
from media_ai_emulators.oss.objects import StoredObject
from media_ai_emulators.oss.request import OssRequest
from media_ai_emulators.oss.storage import Storage
from media_ai_emulators.refusal import Refusal
from media_ai_emulators.state import TEMPORARY_BUCKET

_OWN_NAMES = ("127.0.0.1", "localhost", "[::1]")
_HEAD = 1 << 16
RESOLVE_HEADER = "x-dashscope-ossresourceresolve"


@dataclass(frozen=True, kw_only=True)
class MediaFile:
    """A file that was found. `size` is None for one elsewhere, `pixels` (width, height) for what is no picture."""

    name: str
    head: bytes = b""
    size: int | None = None
    pixels: tuple[int, int] | None = None
    note: str = ""


class Unreachable(Exception):  # becomes an error of the operation that needed the file
    """A file cannot be read; the text says why."""


class MediaFiles:
    """Looks up files. Nothing is ever fetched from elsewhere: other hosts are taken on trust, but for *.invalid."""

    def __init__(self, storage: Storage, authenticator: Authenticator) -> None:
        self._storage = storage
        self._authenticator = authenticator

    def find(self, address: str, request: Request) -> MediaFile:
        """
        Return the file of a data:, oss:// or http(s) address.

        Raises:
            Unreachable: It is not there, its signature is not good, or the request does not ask to resolve oss://.
        """
        if address.startswith("data:"):
            return self._inline(address)
        if address.startswith("oss://"):
            if request.headers.get(RESOLVE_HEADER, "").lower() != "enable":
                raise Unreachable("oss:// needs the header X-DashScope-OssResourceResolve: enable.")
            return self._stored(TEMPORARY_BUCKET, unquote(address.removeprefix("oss://")))
        return self.find_remote(address, request.headers.get("host", ""))

    def find_remote(self, address: str, own_host: str) -> MediaFile:
        """
        Return the file of an http(s) address.

        Raises:
            Unreachable: It is an object of this emulator that the address does not open, or the host ends in .invalid.
        """
        parts = urlsplit(address)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.hostname.endswith(".invalid"):
            raise Unreachable("The file cannot be downloaded.")
        if not _is_own(parts.netloc, own_host):
            return MediaFile(name=PurePosixPath(unquote(parts.path)).name)
        asked = OssRequest.of(_get_request(parts.path, parts.query, parts.netloc))
        try:
            self._authenticator.check(asked)
        except Refusal as refusal:
            raise Unreachable(f"The file cannot be downloaded ({refusal.status} {refusal.code}).") from None
        return self._stored(asked.bucket, asked.key)

    def _inline(self, address: str) -> MediaFile:
        data = data_of(address)
        if data is None:
            raise Unreachable("The data: address is malformed.")
        return MediaFile(name="inline", head=data, size=len(data), pixels=size_of(data))

    def _stored(self, bucket: str, key: str) -> MediaFile:
        stored = self._storage.find(bucket, key)
        if stored is None:
            raise Unreachable("The file cannot be downloaded (404 NoSuchKey).")
        head = self._head(bucket, stored)
        note = stored.headers.get("x-oss-meta-emulator-text", "")
        return MediaFile(name=PurePosixPath(key).name, head=head, size=stored.size, pixels=size_of(head), note=note)

    def _head(self, bucket: str, stored: StoredObject) -> bytes:
        return b"".join(self._storage.buckets.get(bucket).read(stored, 0, min(stored.size, _HEAD)))


def _is_own(netloc: str, own_host: str) -> bool:
    name, _, port = netloc.rpartition(":")
    return netloc == own_host or (name in _OWN_NAMES and port == own_host.rpartition(":")[2])


def _get_request(path: str, query: str, host: str) -> Request:
    return Request(
        {
            "type": "http",
            "method": "GET",
            "path": unquote(path),
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": [(b"host", host.encode())],
        }
    )
