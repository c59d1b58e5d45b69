"""Conditional requests: If-Match, If-None-Match, If-Modified-Since, If-Unmodified-Since, and byte ranges."""

import re
from email.utils import parsedate_to_datetime

from media_ai_emulators.oss.errors import refusal
from media_ai_emulators.oss.objects import StoredObject
from media_ai_emulators.oss.request import OssRequest

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def check(request: OssRequest, stored: StoredObject) -> None:
    """
    Let a read pass if the caller's conditions hold.

    Source: https://www.alibabacloud.com/help/en/oss/developer-reference/getobject

    Raises:
        Refusal: 412 PreconditionFailed, or 304 NotModified.
    """
    headers = request.headers
    if "if-match" in headers and not names(headers["if-match"], stored):
        raise refusal(412, "PreconditionFailed")
    unmodified_since = _time(headers.get("if-unmodified-since"))
    if unmodified_since is not None and int(stored.modified) > unmodified_since:
        raise refusal(412, "PreconditionFailed")
    if "if-none-match" in headers and names(headers["if-none-match"], stored):
        raise refusal(304, "NotModified")
    modified_since = _time(headers.get("if-modified-since"))
    if modified_since is not None and int(stored.modified) <= modified_since:
        raise refusal(304, "NotModified")


def byte_range(request: OssRequest, size: int) -> tuple[int, int] | None:
    """
    Return the (first, last) byte asked for, or None for the whole object.

    A range that does not fit is ignored and the whole object is sent, unless the caller asks for the standard behaviour.

    Raises:
        Refusal: 416 InvalidRange, only with x-oss-range-behavior: standard.
    """
    asked = request.headers.get("range")
    if asked is None:
        return None
    is_standard = request.headers.get("x-oss-range-behavior") == "standard"
    found = _RANGE.fullmatch(asked.replace(" ", ""))
    if found is None or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if first == "":
        start, end = max(size - int(last), 0), size - 1
        is_outside = int(last) == 0 or size == 0
    else:
        start, end = int(first), int(last) if last else size - 1
        is_outside = start >= size or end < start or (end >= size and not is_standard)
    if not is_outside:
        return start, min(end, size - 1)
    if is_standard:
        raise refusal(416, "InvalidRange", "The requested range cannot be satisfied.")
    return None


def names(header: str, stored: StoredObject) -> bool:
    """Tell whether a list of ETags, or "*", names an object."""
    etags = [etag.strip().strip('"') for etag in header.split(",")]
    return "*" in etags or stored.etag in etags


def _time(header: str | None) -> float | None:
    if header is None:
        return None
    try:
        return parsedate_to_datetime(header).timestamp()
    except ValueError:
        return None
