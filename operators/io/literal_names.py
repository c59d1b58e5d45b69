"""
What fsspec does with names that hold '*', '?' or '['.

It takes them for patterns everywhere: 'Film [2021].mp4' cannot be copied, and removing it may remove 'Film 2.mp4'. Here a name
is a pattern only where no file has it.
"""

import os
from collections.abc import Callable
from glob import has_magic
from posixpath import basename
from typing import Any

from fsspec import AbstractFileSystem

Names = str | os.PathLike[str] | list[str]


class LiteralNames(AbstractFileSystem):  # type: ignore[misc]  # fsspec has no types
    """Base of a filesystem whose single files are copied, moved and removed by name."""

    def copy(self, path1: Names, path2: Names, recursive: bool = False, **more: Any) -> None:
        """Copy within the filesystem, as fsspec does."""
        target = _place(path1, path2, is_file=self.isfile, is_folder=self.isdir)
        if target is None:
            super().copy(path1, path2, recursive=recursive, **more)
        else:
            self.cp_file(path1, target)

    def get(self, rpath: Names, lpath: Names, recursive: bool = False, **more: Any) -> None:
        """Copy to this machine, as fsspec does."""
        target = _place(rpath, lpath, is_file=self.isfile, is_folder=os.path.isdir)
        if target is None:
            super().get(rpath, lpath, recursive=recursive, **more)
        else:
            self.get_file(rpath, target)

    def put(self, lpath: Names, rpath: Names, recursive: bool = False, **more: Any) -> None:
        """Copy from this machine, as fsspec does."""
        target = _place(lpath, rpath, is_file=os.path.isfile, is_folder=self.isdir)
        if target is None:
            super().put(lpath, rpath, recursive=recursive, **more)
        else:
            self.put_file(lpath, target)

    def mv(self, path1: Names, path2: Names, recursive: bool = False, **more: Any) -> None:
        """
        Copy, then remove the source.

        Raises:
            OSError: The target is the source or inside it: the copy would be removed as well.
        """
        if isinstance(path1, str) and isinstance(path2, str):
            source = self._strip_protocol(path1)
            target = _place(path1, path2, is_file=self.isfile, is_folder=self.isdir) or path2
            if f"{self._strip_protocol(target)}/".startswith(f"{source}/"):
                raise OSError(f"'{path1}' cannot be moved to '{path2}', which is the same or inside it.")
        super().mv(path1, path2, recursive=recursive, **more)

    def expand_path(
        self,
        path: Names,
        recursive: bool = False,
        maxdepth: int | None = None,
        assume_literal: bool = False,
        **more: Any,
    ) -> list[str]:
        """Return the files, and with `recursive` what is below folders, that names and patterns stand for."""
        found: set[str] = set()
        for name in path if isinstance(path, list) else [os.fspath(path)]:
            is_literal = assume_literal or (has_magic(name) and self.exists(name))
            found.update(super().expand_path([name], recursive, maxdepth, is_literal, **more))
        return sorted(found)


def _place(
    source: Names, target: Names, *, is_file: Callable[[str], bool], is_folder: Callable[[str], bool]
) -> str | None:
    """Return where a single file goes, or None where there is more than one, or a folder."""
    if not (isinstance(source, str) and isinstance(target, str) and is_file(source)):
        return None
    return f"{target.rstrip('/')}/{basename(source)}" if target.endswith("/") or is_folder(target) else target
