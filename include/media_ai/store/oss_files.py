"""Users' videos in OSS as local files: downloaded once per machine, resumed, kept in a folder of bounded size."""

import fcntl
import hashlib
import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from media_ai.clients.credentials import CredentialsOf, OssCredentials
from media_ai.clients.oss_address import split_address
from media_ai.errors import ErrorKind, InputError, ServiceError, StoreError
from media_ai.store.disk import disk_error

if TYPE_CHECKING:
    from media_ai.clients.oss import OssClient
    from media_ai.clients.oss_objects import OssObject

_POLL_S = 0.2


class OssFiles:
    """
    Opens oss:// addresses below the allowed prefixes.

    A file's place comes from its address, ETag and size: what was replaced in the bucket is fetched anew. A file that this
    object gave out stays as long as the object does; all others may be removed to make room, the longest unused first.
    """

    def __init__(
        self,
        prefixes: Sequence[str],
        folder: Path,
        *,
        max_bytes: int,
        credentials_of: CredentialsOf,
        check_stopped: Callable[[], None] = lambda: None,
    ) -> None:
        self._prefixes = tuple(prefix if prefix.endswith("/") else f"{prefix}/" for prefix in prefixes)
        self._folder = folder
        self._max_bytes = max_bytes
        self._credentials_of = credentials_of
        self._check_stopped = check_stopped
        self._clients: dict[str, OssClient] = {}
        self._held: dict[Path, int] = {}

    def identity(self, address: str, *, what: str) -> list[str | int]:
        """Return what changes with the object's content, without reading it: ETag and size."""
        _, found = self._find(address, what)
        return [found.etag, found.size]

    def local_path(self, address: str, *, what: str) -> Path:
        """
        Return a local copy of the object at `address`.

        Raises:
            InputError: It does not exist, is empty, is too large for the cache, or is not in an allowed place.
            ServiceError: OSS refused or failed; what has arrived stays and is gone on from.
            StoreError: There is no room.
        """
        client, found = self._find(address, what)
        named = f"{client.bucket}\0{found.key}\0{found.etag}\0{found.size}"
        entry = self._folder / hashlib.sha256(named.encode()).hexdigest()[:32]
        path = entry / _file_name(found.key)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            if entry not in self._held or not path.exists():
                self._hold(entry, path, lambda: self._download(client, found, path, what))
            os.utime(entry)
        except OSError as exc:
            raise disk_error(exc, f"The {what} '{address}' cannot be kept in {self._folder}") from exc
        return path

    def _find(self, address: str, what: str) -> "tuple[OssClient, OssObject]":
        bucket, key = split_address(address)
        if not any(address.startswith(prefix) for prefix in self._prefixes):
            raise InputError(
                f"The {what} '{address}' is outside the places in OSS that tasks may read. Add its folder to "
                "MEDIA_AI_MEDIA_PREFIXES, such as oss://bucket/videos/.",
                kind=ErrorKind.PERMISSION,
            )
        client = self._client(bucket)
        try:
            found = client.head(key)
        except ServiceError as exc:
            if exc.kind is not ErrorKind.NOT_FOUND:
                raise
            raise InputError(f"The {what} '{address}' does not exist ({exc.code}). Check bucket and key.") from exc
        if found.size == 0:
            raise InputError(f"The {what} '{address}' is empty (0 bytes). Upload it again.")
        return client, found

    def _client(self, bucket: str) -> "OssClient":
        from media_ai.clients.oss import OssClient

        if bucket not in self._clients:
            self._clients[bucket] = OssClient(self._credentials_of(OssCredentials), bucket)
        return self._clients[bucket]

    def _download(self, client: "OssClient", found: "OssObject", path: Path, what: str) -> None:
        from media_ai.clients.oss_reader import download, require_checksum

        if found.size > self._max_bytes:
            raise InputError(
                f"The {what} has {found.size / 1e9:.1f} GB; MEDIA_AI_MEDIA_CACHE_GB allows {self._max_bytes / 1e9:.1f}."
            )
        self._make_room(path.parent, found.size)
        part = path.parent / ".part"
        download(client, found, part, on_progress=lambda done: self._check_stopped())
        try:
            require_checksum(found, part)
        except ServiceError:
            part.unlink()
            raise
        part.replace(path)

    def _make_room(self, entry: Path, needed: int) -> None:
        """Note the size that an entry will have, and remove others until it fits."""
        with _locked(self._folder / "room.lock"):
            others = {path: _size(path) for path in self._folder.iterdir() if path.is_dir() and path != entry}
            total = sum(others.values()) + needed
            for path in sorted(others, key=lambda other: other.stat().st_mtime):
                if total > self._max_bytes and _remove(path):
                    total -= others[path]
            if total > self._max_bytes:
                raise StoreError(
                    f"{self._folder} is full of videos in use ({(total - needed) / 1e9:.1f} GB); it is tried again later. "
                    "Raise MEDIA_AI_MEDIA_CACHE_GB, or run fewer tasks at a time."
                )
            entry.mkdir(exist_ok=True)
            (entry / ".size").write_text(str(needed))

    def _hold(self, entry: Path, path: Path, fetch: Callable[[], None]) -> None:
        """Share the entry until this object goes, so that nobody removes it; one process of this machine fetches it."""
        handle = os.open(_lock_of(entry), os.O_RDWR | os.O_CREAT, 0o644)
        try:
            self._wait(handle, fcntl.LOCK_SH)
            if not path.exists():
                with entry.with_name(f"{entry.name}.fetch").open("w") as fetching:
                    self._wait(fetching.fileno(), fcntl.LOCK_EX)
                    if not path.exists():
                        fetch()
        except BaseException:
            os.close(handle)
            raise
        if entry in self._held:
            os.close(self._held[entry])
        self._held[entry] = handle

    def _wait(self, handle: int, mode: int) -> None:
        while not _try_lock(handle, mode):
            self._check_stopped()
            time.sleep(_POLL_S)

    def __del__(self) -> None:
        for handle in self._held.values():
            os.close(handle)


def _try_lock(handle: int, mode: int) -> bool:
    try:
        fcntl.flock(handle, mode | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _file_name(key: str) -> str:
    name = PurePosixPath(key).name or "video"
    return name if len(name.encode()) <= 200 and not name.startswith(".") else f"video{PurePosixPath(name).suffix[:16]}"


def _lock_of(entry: Path) -> Path:
    return entry.with_name(f"{entry.name}.lock")


def _size(entry: Path) -> int:
    try:
        return int((entry / ".size").read_text())
    except (OSError, ValueError):
        return 0


def _remove(entry: Path) -> bool:
    """Remove an entry that nobody holds."""
    handle = os.open(_lock_of(entry), os.O_RDWR | os.O_CREAT, 0o644)
    try:
        if not _try_lock(handle, fcntl.LOCK_EX):
            return False
        shutil.rmtree(entry, ignore_errors=True)
    finally:
        os.close(handle)
    return True


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield
