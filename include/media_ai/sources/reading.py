"""Small text files of a source: tables, and files beside videos."""

from collections.abc import Callable

from media_ai.errors import InputError
from media_ai.media.text_encoding import decode_text
from media_ai.store.media_files import MediaFiles

LARGEST = {"table": 64 << 20, "metadata file": 1 << 20}
"""Bytes."""


def text_reader(files: MediaFiles) -> Callable[[str, str], str]:
    """Return what reads text files in the places that tasks may read; it takes an address and what it is for messages."""

    def read(address: str, what: str) -> str:
        path = files.local_path(address, what=what)
        size = path.stat().st_size
        if size > LARGEST[what]:
            raise InputError(f"The {what} '{address[:200]}' has {size:,} bytes; at most {LARGEST[what]:,} are read.")
        return decode_text(path.read_bytes()).text

    return read
