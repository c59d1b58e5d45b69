"""The few operations on objects that the artifact store needs, whatever holds the bytes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Protocol

from media_ai.errors import StoreError


@dataclass(frozen=True, kw_only=True)
class ObjectInfo:
    """What a store says of an object without reading it."""

    key: str
    size: int
    modified: datetime


class ObjectStore(Protocol):
    """
    Objects by key. Keys are relative, use "/" and hold no "..".

    Writes are atomic: a reader sees the whole object or none. Add an implementation to the contract suite in
    `tests/contracts/test_object_store.py`.
    """

    def put(self, key: str, data: bytes | Path, *, replace: bool = False) -> bool:
        """Store bytes or a file's content; if the key exists and `replace` is not set, change nothing and return False."""
        ...

    def read(self, key: str) -> bytes:
        """Return the whole object; raise NotFoundError if there is none."""
        ...

    def open(self, key: str) -> BinaryIO:
        """Return a readable stream of the object; raise NotFoundError if there is none."""
        ...

    def stat(self, key: str) -> ObjectInfo | None:
        """Return size and time, or None if there is no such object."""
        ...

    def list(self, prefix: str) -> Iterator[ObjectInfo]:
        """Yield the objects whose keys begin with `prefix`, in the order of their keys."""
        ...

    def delete(self, key: str) -> None:
        """Remove the object; nothing happens if there is none."""
        ...

    def uri(self, key: str) -> str:
        """Return the address of the object for people and other programs."""
        ...


def require_key(key: str) -> None:
    """
    Refuse what is not a key.

    Raises:
        StoreError: It is empty, absolute, or leads outside.
    """
    parts = PurePosixPath(key).parts
    if not parts or key.startswith("/") or ".." in parts or "\0" in key:
        raise StoreError(f"'{key}' is not a key: it must be relative and hold no '..'.")
