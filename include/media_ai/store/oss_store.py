"""Objects in a bucket of Alibaba Cloud OSS, below a prefix."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from media_ai.clients.oss import OssClient
from media_ai.clients.oss_objects import OssObject
from media_ai.clients.oss_reader import open_object
from media_ai.errors import ErrorKind, NotFoundError, ServiceError
from media_ai.store.object_store import ObjectInfo, require_key

_WORTH_ASKING = 1 << 20
"""Bytes from which on it is cheaper to ask whether an object exists than to send it in vain."""


class OssStore:
    """
    An object store in OSS. OSS shows an object when all of it is there, and refuses the second of two conditional writes.

    Failures of the service are ServiceErrors with their kind: what cannot be reached is never taken for missing.
    """

    def __init__(self, client: OssClient, prefix: str = "") -> None:
        self._client = client
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""

    def put(self, key: str, data: bytes | Path, *, replace: bool = False) -> bool:
        name = self._name(key)
        size = len(data) if isinstance(data, bytes) else data.stat().st_size
        if not replace and size >= _WORTH_ASKING and self._client.find(name) is not None:
            return False
        if isinstance(data, Path):
            return self._client.put_file(name, data, replace=replace)
        return self._client.put(name, data, replace=replace)

    def read(self, key: str) -> bytes:
        with _named(key):
            return self._client.read(self._name(key))

    def open(self, key: str) -> BinaryIO:
        with _named(key):
            return open_object(self._client, self._name(key))

    def stat(self, key: str) -> ObjectInfo | None:
        found = self._client.find(self._name(key))
        return None if found is None else self._info(found)

    def list(self, prefix: str) -> Iterator[ObjectInfo]:
        return map(self._info, self._client.list(self._prefix + prefix))

    def delete(self, key: str) -> None:
        self._client.delete(self._name(key))

    def uri(self, key: str) -> str:
        return f"oss://{self._client.bucket}/{self._name(key)}"

    def _name(self, key: str) -> str:
        require_key(key)
        return self._prefix + key

    def _info(self, found: OssObject) -> ObjectInfo:
        return ObjectInfo(key=found.key.removeprefix(self._prefix), size=found.size, modified=found.modified)


@contextmanager
def _named(key: str) -> Iterator[None]:
    try:
        yield
    except ServiceError as exc:
        if exc.kind is ErrorKind.NOT_FOUND and exc.code != "NoSuchBucket":
            raise NotFoundError(f"The store has no object '{key}'.") from exc
        raise
