"""Videos that are below a folder, here or in OSS, to start tasks over many at once."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from media_ai.clients.credentials import CredentialsOf, OssCredentials
from media_ai.clients.oss_address import split_address
from media_ai.errors import ErrorKind, InputError
from media_ai.tasks.create import SUBTITLE_ENDINGS
from media_ai.tasks.events import VIDEO_ENDINGS

_MOST_FILES = 20_000
"""Files that one request looks at."""


@dataclass(frozen=True, kw_only=True)
class ListedVideo:
    """A video, and the subtitles beside it: a file of the same name with another ending."""

    address: str
    subtitles: str | None
    size: int


@dataclass(frozen=True, kw_only=True)
class Listing:
    """The videos below a folder. `is_cut`: there are more."""

    videos: tuple[ListedVideo, ...]
    is_cut: bool


class MediaListing:
    """
    Lists the folders that everybody who creates tasks may see.

    Args:
        folders: Local ones. The folder of uploads is none of them: what is in it is its owners' own.
        prefixes: Those in OSS: oss://bucket/folder/.
        credentials_of: Finds the credentials for OSS.
    """

    def __init__(self, folders: Sequence[Path], prefixes: Sequence[str], credentials_of: CredentialsOf) -> None:
        self._folders = tuple(folder.resolve() for folder in folders)
        self._prefixes = tuple(prefix if prefix.endswith("/") else f"{prefix}/" for prefix in prefixes)
        self._credentials_of = credentials_of

    @property
    def places(self) -> list[str]:
        """The folders that can be listed, and everything below them."""
        return [*self._prefixes, *(folder.as_uri() + "/" for folder in self._folders if folder.is_dir())]

    def videos(self, prefix: str, *, limit: int) -> Listing:
        """
        Return the videos whose addresses begin with `prefix`, in the order of their names.

        Raises:
            InputError: The folder is none that may be listed.
            ServiceError: OSS refused or failed.
        """
        files = dict(islice(self._files(prefix), _MOST_FILES))
        names = sorted(name for name in files if name.lower().endswith(VIDEO_ENDINGS))
        found = [ListedVideo(address=name, subtitles=_beside(name, files), size=files[name]) for name in names[:limit]]
        return Listing(videos=tuple(found), is_cut=len(names) > limit or len(files) == _MOST_FILES)

    def _files(self, prefix: str) -> Iterator[tuple[str, int]]:
        if not prefix.startswith("oss://"):
            yield from self._local(prefix)
            return
        if not any(prefix.startswith(allowed) for allowed in self._prefixes):
            raise self._refusal(prefix)
        from media_ai.clients.oss import OssClient

        bucket, key = split_address(prefix)
        for item in OssClient(self._credentials_of(OssCredentials), bucket).list(key):
            if item.size:
                yield f"oss://{bucket}/{item.key}", item.size

    def _local(self, prefix: str) -> Iterator[tuple[str, int]]:
        path = Path(unquote(urlsplit(prefix).path) if prefix.startswith("file://") else prefix)
        if "\0" in prefix or not path.is_absolute() or not self._may_see(path):
            raise self._refusal(prefix)
        for folder, _, names in os.walk(path.resolve()):
            for name in names:
                file = Path(folder, name)
                # A link may lead elsewhere.
                if self._may_see(file) and file.is_file() and (size := file.stat().st_size):
                    yield file.as_uri(), size

    def _may_see(self, path: Path) -> bool:
        resolved = path.resolve()
        return any(resolved.is_relative_to(folder) for folder in self._folders)

    def _refusal(self, prefix: str) -> InputError:
        known = ", ".join(self.places) or "none"
        return InputError(
            f"'{prefix[:200]}' is no folder that can be listed. Those are: {known}. More are named in "
            "MEDIA_AI_MEDIA_PREFIXES and MEDIA_AI_MEDIA_ROOTS.",
            kind=ErrorKind.PERMISSION,
        )


def _beside(video: str, files: Mapping[str, int]) -> str | None:
    stem = video.removesuffix(PurePosixPath(video).suffix)
    return next((stem + ending for ending in SUBTITLE_ENDINGS if stem + ending in files), None)
