"""What there is in OSS, as fsspec asks for it: which objects and folders, how large, since when."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from posixpath import dirname
from typing import TYPE_CHECKING, Any

from fsspec.utils import stringify_path

from media_ai.clients.credentials import OssCredentials
from media_ai.clients.oss_address import SCHEME, split_address
from media_ai.errors import ErrorKind, ServiceError
from operators.credentials import credentials_of
from operators.hooks.cloud import OssHook
from operators.io.literal_names import LiteralNames

if TYPE_CHECKING:
    from media_ai.clients.oss import OssClient
    from media_ai.clients.oss_objects import OssObject

Info = dict[str, Any]


class OssTree(LiteralNames):
    """The buckets that a connection opens. Folders are what keys have in common; making one does nothing."""

    protocol = "oss"
    root_marker = ""

    def __init__(self, conn_id: str = OssCredentials.connection_id, **options: Any) -> None:
        super().__init__(conn_id=conn_id, **options)
        self.conn_id = conn_id
        self._clients: dict[tuple[int, str], OssClient] = {}

    @classmethod
    def _strip_protocol(cls, path: Any) -> Any:
        if isinstance(path, list):
            return [cls._strip_protocol(one) for one in path]
        bucket, slash, key = stringify_path(path).removeprefix(SCHEME).rstrip("/").partition("/")
        return f"{bucket.rpartition('@')[2]}{slash}{key}"

    @staticmethod
    def _get_kwargs_from_urls(path: str) -> dict[str, str]:
        conn_id = str(path).removeprefix(SCHEME).partition("/")[0].rpartition("@")[0]
        return {"conn_id": conn_id} if conn_id else {}

    @property
    def fsid(self) -> str:
        """The name of the store, the same in every process."""
        return f"oss-{self.conn_id}"

    def info(self, path: str, **_: Any) -> Info:
        """Return name, size and type ("file" or "directory"); of a file its time (`mtime`, `LastModified`) and `ETag`."""
        from media_ai.clients.oss_folders import is_folder

        client, key = self.place(path)
        with as_os_errors(path):
            if key and (found := client.find(key)) is not None:
                return _file(client.bucket, found)
            if is_folder(client, f"{key}/" if key else ""):
                return _folder(f"{client.bucket}/{key}")
        raise FileNotFoundError(errno.ENOENT, "There is no such object in OSS", path)

    def exists(self, path: str, **_: Any) -> bool:
        """Tell whether there is an object or a folder; what cannot be asked is an error, not False."""
        return self._type(path) != ""

    def isfile(self, path: str) -> bool:
        """Tell whether there is an object."""
        return self._type(path) == "file"

    def isdir(self, path: str) -> bool:
        """Tell whether keys begin with the path and a "/", and no object has the path itself."""
        return self._type(path) == "directory"

    def modified(self, path: str) -> datetime:
        """Return when an object was written, in UTC."""
        modified: datetime = self.info(path)["LastModified"]
        return modified

    def ls(self, path: str, detail: bool = True, **_: Any) -> list[Any]:
        """Return what lies directly in a folder, in the order of names; of a file the file."""
        from media_ai.clients.oss_folders import children

        client, key = self.place(path)
        folder = f"{key}/" if key else ""
        with as_os_errors(path):
            found = [
                _folder(f"{client.bucket}/{child}") if isinstance(child, str) else _file(client.bucket, child)
                for child in children(client, folder)
                if isinstance(child, str) or child.key != folder
            ]
        if not found and (own := self.info(path))["type"] == "file":
            found = [own]
        found.sort(key=_name)
        return found if detail else [_name(info) for info in found]

    def walk(
        self, path: str, maxdepth: int | None = None, topdown: bool = True, on_error: Any = None, **more: Any
    ) -> Any:
        """Yield (folder, its folders, its files) from a folder down; one that may not be listed is an error."""
        return super().walk(path, maxdepth, topdown, on_error=on_error or _raise_unless_missing, **more)

    def find(
        self, path: str, maxdepth: int | None = None, withdirs: bool = False, detail: bool = False, **more: Any
    ) -> Any:
        """Return all files below a folder, and with `withdirs` the folders; without `maxdepth` by one listing."""
        if maxdepth is not None:
            return super().find(path, maxdepth, withdirs=withdirs, detail=detail, **more)
        client, key = self.place(path)
        root = f"{client.bucket}/{key}".rstrip("/")
        found: dict[str, Info] = {}
        with as_os_errors(path):
            for each in client.list(f"{key}/" if key else ""):
                info = _file(client.bucket, each)
                if not each.key.endswith("/"):
                    found[info["name"]] = info
                if withdirs:
                    found |= {name: _folder(name) for name in _folders_above(info["name"], root)}
        if not found and self.isfile(path):
            found[root] = self.info(path)
        return dict(sorted(found.items())) if detail else sorted(found)

    def place(self, path: str) -> "tuple[OssClient, str]":
        """
        Return the client of the path's bucket, and the key, "" for the bucket itself.

        Raises:
            InputError: The path names no bucket.
            ConfigurationError: The connection lacks a field.
        """
        bucket, key = split_address(SCHEME + self._strip_protocol(path))
        # Airflow keeps filesystems over a fork, where connections must not be shared.
        at = (os.getpid(), bucket)
        if at not in self._clients:
            self._clients[at] = _client(self.conn_id, bucket)
        return self._clients[at], key

    def _type(self, path: str) -> str:
        try:
            return str(self.info(path)["type"])
        except FileNotFoundError:
            return ""


@contextmanager
def as_os_errors(path: str) -> Iterator[None]:
    """Turn OSS's refusals into the errors that users of paths expect; their text is ours, with the RAM action to grant."""
    try:
        yield
    except ServiceError as exc:
        if exc.kind is ErrorKind.NOT_FOUND:
            raise FileNotFoundError(errno.ENOENT, exc.message, path) from exc
        if exc.kind is ErrorKind.PERMISSION:
            raise PermissionError(errno.EACCES, exc.message, path) from exc
        raise


def _client(conn_id: str, bucket: str) -> "OssClient":
    from media_ai.clients.oss import OssClient

    if conn_id == OssCredentials.connection_id:
        return OssClient(credentials_of(OssCredentials), bucket)
    return OssHook(conn_id).client(bucket)


def _file(bucket: str, found: "OssObject") -> Info:
    return {
        "name": f"{bucket}/{found.key}",
        "size": found.size,
        "type": "file",
        "ETag": found.etag,
        "LastModified": found.modified,
        "mtime": found.modified.timestamp(),
    }


def _folder(name: str) -> Info:
    return {"name": name.rstrip("/"), "size": 0, "type": "directory"}


def _folders_above(name: str, root: str) -> Iterator[str]:
    while len(name := dirname(name)) >= len(root):
        yield name


def _name(info: Info) -> str:
    return str(info["name"])


def _raise_unless_missing(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise error
