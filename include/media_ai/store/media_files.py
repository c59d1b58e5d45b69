"""From the address of a user's file to a file that can be read, only inside the places that the deployer allows."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from media_ai.errors import ErrorKind, InputError


class RemoteFiles(Protocol):
    """Files elsewhere, which are copied here when they are opened."""

    def identity(self, address: str, *, what: str) -> list[str | int]:
        """Return what changes with the content, without fetching it."""
        ...

    def local_path(self, address: str, *, what: str) -> Path:
        """Return a local copy."""
        ...


class MediaFiles:
    """
    Resolves paths and file:// addresses below the allowed folders; symbolic links are followed before the check.

    Addresses oss://bucket/key are handed to `remote`, which has its own list of allowed places.
    """

    def __init__(self, roots: Sequence[Path], remote: RemoteFiles | None = None) -> None:
        self._roots = tuple(root.resolve() for root in roots)
        self._remote = remote

    def identity(self, address: str, *, what: str) -> list[str | int]:
        """
        Return what changes when the file does: size and time here, ETag and size in OSS. Nothing is read or fetched.

        Raises:
            InputError: As for `local_path`.
        """
        if self._remote is not None and address.startswith("oss://"):
            return self._remote.identity(address, what=what)
        found = self.local_path(address, what=what).stat()
        return [found.st_size, found.st_mtime_ns]

    def local_path(self, address: str, *, what: str) -> Path:
        """
        Return the readable, non-empty file at `address`.

        Args:
            address: A path, a file:// URI, or oss://bucket/key.
            what: What it is, for messages: "video".

        Raises:
            InputError: It does not exist, is not a file, is empty, cannot be read, or is outside the allowed folders.
        """
        if self._remote is not None and address.startswith("oss://"):
            return self._remote.local_path(address, what=what)
        path = _path_of(address, what)
        try:
            resolved = path.resolve(strict=False)
            self._require_allowed(resolved, address, what)
            if not resolved.exists():
                raise InputError(
                    f"The {what} '{address}' does not exist. Check the path on the machine that runs the task."
                )
            if not resolved.is_file():
                raise InputError(f"The {what} '{address}' is not a file.")
            if resolved.stat().st_size == 0:
                raise InputError(f"The {what} '{address}' is empty (0 bytes). Upload it again.")
        except OSError as exc:
            raise InputError(f"The {what} '{address}' cannot be read: {exc.strerror or exc}.") from exc
        return resolved

    def _require_allowed(self, resolved: Path, address: str, what: str) -> None:
        if not any(resolved.is_relative_to(root) for root in self._roots):
            raise InputError(
                f"The {what} '{address}' is outside the folders that tasks may read. "
                "Upload it with 'media-ai task create', or add its folder to MEDIA_AI_MEDIA_ROOTS.",
                kind=ErrorKind.PERMISSION,
            )


def _path_of(address: str, what: str) -> Path:
    if "\0" in address:
        raise InputError(f"The {what}'s address holds a zero character.")
    if "://" not in address:
        if not address.startswith("/"):
            raise InputError(f"The {what} '{address}' is a relative path; give the whole path, or a file:// address.")
        return Path(address)
    parts = urlsplit(address)
    if parts.scheme != "file" or parts.netloc not in ("", "localhost"):
        raise InputError(f"The {what} '{parts.scheme}://...' cannot be read here; give a path or a file:// address.")
    return Path(unquote(parts.path))
