"""What the operating system says of a disk, as an error of ours."""

import errno

from media_ai.errors import ErrorKind, StoreError

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


def disk_error(error: OSError, what: str) -> StoreError:
    """Return the error of what could not be done. A full disk does not pass by itself: nothing is tried again for it."""
    if error.errno in _FULL:
        return StoreError(f"{what}: the disk is full. Make room, then restart.", kind=ErrorKind.QUOTA)
    return StoreError(f"{what}: {error.strerror or error}. Check the disk and the folder's owner.")
