"""Files that become objects when they are closed without an error, and nothing otherwise."""

import io
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Protocol


class Discardable(Protocol):
    """A file that can be told to store nothing."""

    def discard(self) -> None:
        """Make `close` store nothing."""
        ...

    def close(self) -> None:
        """Store the file, unless it was discarded."""
        ...


class _StoresOnSuccess:
    """An error inside the `with`, and a file that nobody closed, store nothing."""

    def __exit__(
        self: Discardable, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self.discard()
        self.close()

    def __del__(self: Discardable) -> None:
        self.discard()
        self.close()


class OssWriter(_StoresOnSuccess, io.BufferedWriter):
    """A file on this machine's disk, handed to `store` by `close`, which raises what `store` does."""

    def __init__(self, store: Callable[[Path], None]) -> None:
        handle, name = tempfile.mkstemp(prefix="media-ai-oss-")
        super().__init__(io.FileIO(handle, "w"))
        self._path = Path(name)
        self._store: Callable[[Path], None] | None = store

    def discard(self) -> None:
        """Make `close` store nothing."""
        self._store = None

    def close(self) -> None:
        """Store the file, once."""
        if self.closed:
            return
        try:
            super().close()
            if self._store is not None:
                self._store(self._path)
        finally:
            self._path.unlink(missing_ok=True)


class OssCompressedWriter(_StoresOnSuccess, io.BufferedIOBase):
    """What is written goes compressed into an OssWriter; the compressors of Python leave the file below them open."""

    def __init__(self, raw: OssWriter, compress: Callable[..., BinaryIO]) -> None:
        self._raw = raw
        self._packed = compress(raw, mode="w")

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        """Write bytes."""
        return self._packed.write(data)

    def discard(self) -> None:
        """Make `close` store nothing."""
        self._raw.discard()

    def close(self) -> None:
        """Write what the compressor holds back, and store the file."""
        if self.closed:
            return
        super().close()
        with self._raw:
            self._packed.close()


class OssTextWriter(_StoresOnSuccess, io.TextIOWrapper):
    """Text over one of the above; the standard wrapper would close it, and so store it, whatever happened."""

    def __init__(
        self,
        raw: OssWriter | OssCompressedWriter,
        *,
        encoding: str,
        errors: str | None = None,
        newline: str | None = None,
    ) -> None:
        super().__init__(raw, encoding=encoding, errors=errors, newline=newline)  # type: ignore[arg-type]  # is only written
        self._raw = raw

    def discard(self) -> None:
        """Make `close` store nothing."""
        self._raw.discard()
