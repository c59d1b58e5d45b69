"""Objects as files below a folder."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from media_ai.errors import NotFoundError
from media_ai.store.disk import disk_error
from media_ai.store.object_store import ObjectInfo, require_key

_INCOMING = ".incoming"


class FileStore:
    """An object store in a folder. Objects appear by rename, complete or not at all, also after a power cut."""

    def __init__(self, root: Path) -> None:
        self._root = root.absolute()

    def put(self, key: str, data: bytes | Path, *, replace: bool = False) -> bool:
        target = self._path(key)
        if not replace and target.exists():
            return False
        with _named(key), self._incoming() as temporary:
            _fill(temporary, data)
            target.parent.mkdir(parents=True, exist_ok=True)
            if replace:
                temporary.replace(target)
                return True
            try:
                # A hard link fails when the name exists, where a rename would silently win a race.
                os.link(temporary, target)
            except FileExistsError:
                return False
            return True

    def read(self, key: str) -> bytes:
        with _named(key):
            return self._path(key).read_bytes()

    def open(self, key: str) -> BinaryIO:
        with _named(key):
            return self._path(key).open("rb")

    def stat(self, key: str) -> ObjectInfo | None:
        path = self._path(key)
        try:
            found = path.stat()
        except FileNotFoundError:
            return None
        return ObjectInfo(key=key, size=found.st_size, modified=datetime.fromtimestamp(found.st_mtime, UTC))

    def list(self, prefix: str) -> Iterator[ObjectInfo]:
        folder = self._root / PurePosixPath(prefix).parent if not prefix.endswith("/") else self._path(prefix[:-1])
        files = (path for path in folder.rglob("*") if path.is_file())
        keys = (path.relative_to(self._root).as_posix() for path in files)
        for key in sorted(key for key in keys if key.startswith(prefix) and not key.startswith(_INCOMING)):
            if info := self.stat(key):
                yield info

    def delete(self, key: str) -> None:
        self._path(key).unlink(missing_ok=True)

    def uri(self, key: str) -> str:
        return self._path(key).as_uri()

    def _path(self, key: str) -> Path:
        require_key(key)
        return self._root.joinpath(*PurePosixPath(key).parts)

    @contextmanager
    def _incoming(self) -> Iterator[Path]:
        folder = self._root / _INCOMING
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder)
        os.close(handle)
        temporary = Path(name)
        try:
            yield temporary
        finally:
            with suppress(FileNotFoundError):
                temporary.unlink()


def _fill(temporary: Path, data: bytes | Path) -> None:
    with temporary.open("wb") as stream:
        if isinstance(data, Path):
            with data.open("rb") as source:
                shutil.copyfileobj(source, stream, 1 << 20)
        else:
            stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.chmod(0o644)


@contextmanager
def _named(key: str) -> Iterator[None]:
    """Turn the operating system's errors into ours, naming the key."""
    try:
        yield
    except FileNotFoundError as exc:
        raise NotFoundError(f"The store has no object '{key}'.") from exc
    except OSError as exc:
        raise disk_error(exc, f"The store could not handle '{key}'") from exc
