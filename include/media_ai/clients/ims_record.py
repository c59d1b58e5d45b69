"""A media asset as IMS describes it, with numbers for the texts that it writes numbers as."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from media_ai.clients.unsigned import unsigned, without_signatures


@dataclass(frozen=True, kw_only=True)
class MediaRecord:
    """
    A media asset.

    Attributes:
        id: Its MediaId.
        status: Init, Preparing, PrepareFail, Normal, or another word of the service.
        input_url: The address that it was registered with.
        reference_id: Our name for it, if it was given one.
        created: When it was registered (UTC), if the service says so.
        file_url: The address of its file, without a signature.
        basic: MediaBasicInfo without empty fields and signatures.
        file: FileBasicInfo likewise, its numbers as numbers; empty until the asset is Normal.
        tags_job: The last tagging job, if there was one.
    """

    id: str
    status: str
    input_url: str
    reference_id: str | None
    created: datetime | None
    file_url: str | None
    basic: Mapping[str, Any]
    file: Mapping[str, Any]
    tags_job: str | None


_NUMBERS = ("Bitrate", "Duration", "FileSize", "Height", "Width")


def record_of(info: Mapping[str, Any]) -> MediaRecord:
    """Return MediaInfo, or an entry of MediaInfos or MediaInfoList, as a record. Anything but the id may be missing."""
    given = info.get("MediaBasicInfo") or {}
    files = info.get("FileInfoList") or [{}]
    file = (files[0] or {}).get("FileBasicInfo") or {}
    return MediaRecord(
        id=str(info.get("MediaId") or given.get("MediaId") or ""),
        status=str(given.get("Status") or ""),
        input_url=str(given.get("InputURL") or ""),
        reference_id=given.get("ReferenceId") or None,
        created=_time(given.get("CreateTime")),
        file_url=without_signatures(str(file.get("FileUrl") or "")) or None,
        basic=unsigned({name: value for name, value in given.items() if value not in (None, "")}),
        file=unsigned(
            {
                name: number(value) if name in _NUMBERS else value
                for name, value in file.items()
                if value not in (None, "")
            }
        ),
        tags_job=(info.get("AiRoughData") or {}).get("AiJobId") or None,
    )


def number(text: Any) -> float | int | None:
    """Return what the service writes as a text, "60.000000" or "1048576", as a number; None if it is none."""
    try:
        value = float(text)
    except (TypeError, ValueError):
        return None
    if not math.isfinite(value):
        return None
    return int(value) if value.is_integer() else value


def _time(text: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(str(text)).astimezone(UTC)
    except ValueError:
        return None
