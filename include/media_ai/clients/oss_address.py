"""Addresses oss://bucket/key. Keys are as they are in OSS: nothing in them is percent-encoded, '?' and '#' are letters."""

import re

from media_ai.errors import InputError

SCHEME = "oss://"
_BUCKET = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
LONGEST_KEY = 1023
"""Bytes in UTF-8. Source: https://www.alibabacloud.com/help/en/oss/user-guide/object-naming-conventions"""


def split_address(address: str) -> tuple[str, str]:
    """
    Return the bucket and the key, which may be empty.

    Raises:
        InputError: It is no such address.
    """
    bucket, _, key = address.removeprefix(SCHEME).partition("/")
    if not address.startswith(SCHEME) or not _BUCKET.fullmatch(bucket):
        raise InputError(f"'{address[:200]}' is not an address in OSS; write oss://bucket/key.")
    if "\0" in key or "\\" in key[:1] or key.startswith("/") or len(key.encode()) > LONGEST_KEY:
        raise InputError(f"'{address[:200]}' holds a key that OSS does not take (at most 1,023 bytes, no leading '/').")
    return bucket, key
