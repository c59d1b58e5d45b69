"""Cursors: where the next page begins, as text that means nothing to anybody else."""

import base64
import json
from datetime import datetime
from typing import Annotated

from fastapi import Query

from media_ai.errors import InputError

Limit = Annotated[int, Query(ge=1, le=100, description="Items of a page.")]
Cursor = Annotated[
    str | None, Query(max_length=2000, description="`next_cursor` of the page before; none for the first.")
]


def write_cursor(moment: datetime, *names: str) -> str:
    """Return the cursor of the item that a page ends with."""
    data = json.dumps([moment.isoformat(), *names]).encode()
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def read_cursor(cursor: str | None, *, names: int) -> tuple[datetime, list[str]] | None:
    """
    Return what a cursor says, None for none.

    Raises:
        InputError: It is not one of ours.
    """
    if not cursor:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        moment, *rest = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        read = datetime.fromisoformat(moment)
        if read.tzinfo is None or len(rest) != names or not all(_is_name(name) for name in rest):
            raise ValueError(cursor)
    except (ValueError, TypeError, RecursionError):
        raise InputError(f"'{cursor[:40]}' is no cursor of this list; take `next_cursor` as it was given.") from None
    return read, rest


def _is_name(name: object) -> bool:
    return isinstance(name, str) and name.isprintable() and "\0" not in name
