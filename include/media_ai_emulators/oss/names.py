"""The names that objects may have."""

import re

from media_ai_emulators.oss.errors import refusal

_LONGEST_KEY = 1023


def check_key(key: str) -> None:
    """
    Check the name of a new object: 1 to 1,023 bytes of UTF-8 that begin with neither "/" nor "\\".

    Source: https://www.alibabacloud.com/help/en/oss/user-guide/object-naming-conventions

    Raises:
        Refusal: InvalidObjectName.
    """
    size = len(key.encode("utf-8", "surrogatepass"))
    if not 1 <= size <= _LONGEST_KEY or key.startswith(("/", "\\")) or re.search("[\ud800-\udfff]", key):
        raise refusal(400, "InvalidObjectName")
