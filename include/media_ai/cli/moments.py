"""Times as whoever runs a command reads them: in the shell's TZ, else in the server's timezone."""

import os
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from media_ai.catalog.preferences import PreferenceRecords
from media_ai.cli import context
from media_ai.errors import MediaAIError
from media_ai.model.preferences import timezones


@cache
def zone() -> ZoneInfo:
    """Return the timezone of this command; UTC where nobody has chosen one."""
    if (own := os.environ.get("TZ", "")) in timezones():
        return ZoneInfo(own)
    try:
        return PreferenceRecords(context.database()).of_server().zone
    except MediaAIError:
        return ZoneInfo("UTC")


def moment(at: datetime | str | None) -> str:
    """Write a moment to the minute; text is ISO 8601 with its offset."""
    if at is None:
        return ""
    if isinstance(at, str):
        at = datetime.fromisoformat(at)
    return f"{at.astimezone(zone()):%Y-%m-%d %H:%M}"


def zoned(heading: str) -> str:
    """Return the heading of a column of moments, with the timezone that they are in."""
    return f"{heading} ({zone().key})"
