"""What lies at a source's location now."""

import logging
import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fnmatch import translate
from pathlib import Path

from media_ai.clients.credentials import CredentialsOf, OssCredentials
from media_ai.errors import ErrorKind, InputError
from media_ai.sources.schema import Source
from media_ai.tasks.create import SUBTITLE_ENDINGS

log = logging.getLogger(__name__)

_COMPANIONS = (*SUBTITLE_ENDINGS, ".json")
SETTLED_S = 30.0
"""A file that changed later than that may still be written; the next look takes it."""


@dataclass(frozen=True, slots=True)
class Found:
    """
    A file.

    Attributes:
        key: Path below the location.
        size: Bytes.
        etag: Changes with the content.
        modified: POSIX seconds.
    """

    key: str
    size: int
    etag: str
    modified: float


@dataclass(frozen=True, slots=True)
class Listing:
    """What a location holds: the files that a source's patterns take, and names of files beside them."""

    videos: list[Found]
    companions: frozenset[str]

    def beside(self, key: str, endings: Iterable[str]) -> str | None:
        """Return the key of the file of the same name that ends in one of these, the first that there is."""
        stem = key.rpartition(".")[0]
        return next((f"{stem}{ending}" for ending in endings if f"{stem}{ending}" in self.companions), None)


def list_source(source: Source, credentials_of: CredentialsOf) -> Listing:
    """
    List a source's location, all of it.

    Raises:
        InputError: The folder is not there.
        ServiceError: OSS refuses or fails.
    """
    is_remote = source.location.startswith("oss://")
    return _sorted_out(
        source, _objects(source.location, credentials_of) if is_remote else _files(Path(source.location))
    )


def takes(source: Source, address: str) -> bool:
    """Tell whether a file at an address is one that a source takes, or one beside a video that it takes."""
    if not address.startswith(source.location):
        return False
    key = address.removeprefix(source.location)
    return key.endswith(_COMPANIONS) or bool(_matcher(source.patterns)(key) and not _matcher(source.exclude)(key))


def _sorted_out(source: Source, files: Iterable[Found]) -> Listing:
    wanted, unwanted = _matcher(source.patterns), _matcher(source.exclude)
    videos: list[Found] = []
    companions: set[str] = set()
    for file in files:
        if file.key.endswith(_COMPANIONS):
            companions.add(file.key)
        if file.size < source.min_bytes or (source.max_bytes is not None and file.size > source.max_bytes):
            continue
        if wanted(file.key) and not unwanted(file.key):
            videos.append(file)
    return Listing(videos, frozenset(companions))


def _matcher(patterns: Iterable[str]) -> Callable[[str], object]:
    joined = "|".join(translate(pattern) for pattern in patterns)
    # An empty expression would match everything.
    return re.compile(joined or r"(?!)", re.IGNORECASE | re.DOTALL).match


def _files(folder: Path) -> Iterator[Found]:
    if not folder.is_dir():
        raise InputError(
            f"The location '{folder}' is not a folder on the machine that runs the task.", kind=ErrorKind.NOT_FOUND
        )
    start = len(f"{folder}/")
    waiting = [str(folder)]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                # A name with a dot in front is hidden: files that are being copied often have one.
                if entry.name.startswith("."):
                    continue
                if not _is_text(entry.name):
                    log.warning("A file in %r was left out: its name is not UTF-8. Rename it.", entry.path)
                    continue
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
                elif entry.is_file():
                    found = entry.stat()
                    etag = f"{found.st_size:x}-{found.st_mtime_ns:x}"
                    yield Found(entry.path[start:], found.st_size, etag, found.st_mtime)


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _objects(location: str, credentials_of: CredentialsOf) -> Iterator[Found]:
    from media_ai.clients.oss import OssClient
    from media_ai.clients.oss_address import split_address

    bucket, prefix = split_address(location)
    for item in OssClient(credentials_of(OssCredentials), bucket).list(prefix):
        if not item.key.endswith("/"):
            yield Found(item.key[len(prefix) :], item.size, item.etag, item.modified.timestamp())
