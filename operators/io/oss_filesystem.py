"""
Alibaba Cloud OSS as an fsspec filesystem: `ObjectStoragePath("oss://alibaba_oss_default@bucket/key")`.

Paths inside are "bucket/key". Keys are as they are in OSS: '?', '#' and '%' are letters. What is missing is a
FileNotFoundError, what the identity may not do a PermissionError; all else that fails is a ServiceError with its kind.
"""

import errno
import os
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from fsspec.compression import compr
from fsspec.core import get_compression
from fsspec.utils import isfilelike

from media_ai.clients.credentials import OssCredentials
from operators.io.oss_tree import OssTree, as_os_errors
from operators.io.oss_writer import OssCompressedWriter, OssTextWriter, OssWriter

if TYPE_CHECKING:
    from media_ai.clients.oss import OssClient

schemes = ["oss"]
"""What Airflow asks a provider's filesystem module for, beside `get_fs`."""
_BLOCK = 4 << 20
"""Bytes per request of a file that is read in order."""


def get_fs(conn_id: str | None, storage_options: Mapping[str, Any] | None = None) -> "OssFileSystem":
    """Return the filesystem of a connection, which is looked up when a path is first used."""
    return OssFileSystem(conn_id=conn_id or OssCredentials.connection_id, **(storage_options or {}))


class OssFileSystem(OssTree):
    """Files in OSS. What is written is on this machine's disk until it is closed, and then appears as a whole."""

    def open(self, path: str, mode: str = "rb", compression: str | None = None, **more: Any) -> Any:
        """
        Return a file: "r" and "rb" read by ranges, "w", "wb", "x" and "xb" store it when it is closed.

        Raises:
            OSError: There is none, it may not be read, or with "x" it is there.
            ValueError: Another mode: OSS can neither append nor change.
        """
        if mode.replace("b", "").replace("t", "") not in {"r", "w", "x"}:
            raise ValueError(f"Mode '{mode}': objects in OSS are read ('r') or written anew ('w', 'x').")
        if "b" not in mode:
            more["encoding"] = more.get("encoding") or "utf-8"
        if "r" in mode:
            return super().open(path, mode, compression=compression, **more)
        text = {name: more.pop(name) for name in ("encoding", "errors", "newline") if name in more}
        raw = super().open(path, f"{mode[0]}b", **more)
        if packing := get_compression(path, compression):
            raw = OssCompressedWriter(raw, compr[packing])
        return raw if "b" in mode else OssTextWriter(raw, **text)

    def _open(
        self, path: str, mode: str = "rb", block_size: int | None = None, autocommit: bool = True, **_: Any
    ) -> Any:
        from media_ai.clients.oss_reader import open_object

        client, key = self._object(path)
        if mode == "rb":
            with as_os_errors(path):
                return open_object(client, key, buffer=block_size or _BLOCK)
        if not autocommit:
            raise NotImplementedError("OSS has no transactions over several objects.")
        if mode == "xb" and self.exists(path):
            raise FileExistsError(errno.EEXIST, "The object exists", path)
        return OssWriter(partial(self._store, path, replace=mode == "wb"))

    def pipe_file(self, path: str, value: bytes, mode: str = "overwrite", **_: Any) -> None:
        """Write an object in one request."""
        client, key = self._object(path)
        with as_os_errors(path):
            if not client.put(key, bytes(value), replace=mode != "create"):
                raise FileExistsError(errno.EEXIST, "The object exists", path)

    def put_file(self, lpath: str, rpath: str, mode: str = "overwrite", **_: Any) -> None:
        """Copy a file of this machine, a large one in parts that a next try goes on with."""
        if not os.path.isdir(lpath):
            self._store(rpath, Path(lpath), replace=mode != "create")

    def get_file(self, rpath: str, lpath: Any = None, outfile: Any = None, **more: Any) -> None:
        """Copy to a file of this machine, which appears when all of it has arrived with the right checksum."""
        if outfile is not None or isfilelike(lpath):
            super().get_file(rpath, lpath, outfile=outfile, **more)
        elif self.info(rpath)["type"] == "directory":
            os.makedirs(lpath, exist_ok=True)
        else:
            client, key = self._object(rpath)
            with as_os_errors(rpath):
                _download(client, key, Path(lpath))

    def cp_file(self, path1: str, path2: str, **_: Any) -> None:
        """Copy an object inside OSS, also to another bucket of the region; of a folder nothing needs to be copied."""
        from media_ai.clients.oss_copy import copy

        source, target = self._object(path1), self._object(path2)
        try:
            with as_os_errors(path1):
                copy(*source, *target)
        except FileNotFoundError:
            if not self.isdir(path1):
                raise

    def rm_file(self, path: str) -> None:
        """
        Remove an object.

        Raises:
            OSError: There is none, it is a folder, or the identity may not.
        """
        if self.info(path)["type"] == "directory":
            raise IsADirectoryError(errno.EISDIR, "It is a folder: remove it with recursive=True, or rmdir()", path)
        client, key = self._object(path)
        with as_os_errors(path):
            client.delete(key)

    def rm(self, path: Any, recursive: bool = False, maxdepth: int | None = None) -> None:
        """Remove objects, and with `recursive` all that is below folders, a thousand per request."""
        from media_ai.clients.oss_folders import delete_all

        names = self.expand_path(path, maxdepth=maxdepth)
        if not recursive:
            for name in names:
                self.rm_file(name)
            return
        doomed: dict[OssClient, set[str]] = {}
        for name in names:
            client, key = self.place(name)
            is_file = self.info(name)["type"] == "file"
            with as_os_errors(name):
                below = [] if is_file else [each.key for each in client.list(f"{key}/" if key else "")]
            doomed.setdefault(client, set()).update([key] if is_file else below)
        for client, keys in doomed.items():
            with as_os_errors(client.bucket):
                delete_all(client, sorted(keys))

    def sign(self, path: str, expiration: int = 100, **_: Any) -> str:
        """Return a link with which anybody may read the object for `expiration` seconds: a secret."""
        client, key = self._object(path)
        return client.sign(key, ttl_s=expiration).get_secret_value()

    def _store(self, path: str, file: Path, *, replace: bool) -> None:
        client, key = self._object(path)
        with as_os_errors(path):
            if not client.put_file(key, file, replace=replace):
                raise FileExistsError(errno.EEXIST, "The object exists", path)

    def _object(self, path: str) -> "tuple[OssClient, str]":
        client, key = self.place(path)
        if not key:
            raise IsADirectoryError(errno.EISDIR, "It is a bucket, not an object", path)
        return client, key


def _download(client: "OssClient", key: str, path: Path) -> None:
    from media_ai.clients.oss_reader import download, require_checksum

    found = client.head(key)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{uuid4().hex}.part")
    try:
        download(client, found, part)
        require_checksum(found, part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
