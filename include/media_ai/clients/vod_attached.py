"""
Subtitle files in VOD: attached media, which belong to no video; a tag of ours leads from one to the other.

They take no ReferenceId, and their keys cannot be renewed: what was interrupted before the file arrived is begun anew, and an
entry without a file stays behind, which costs nothing. VOD shows it as Uploading.
"""

import time
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from pydantic import SecretStr

from media_ai.clients.credentials import OssCredentials
from media_ai.clients.service_text import clip_bytes
from media_ai.clients.vod_calls import VodCalls
from media_ai.clients.vod_rules import TITLE_BYTES
from media_ai.clients.vod_uploads import Ticket
from media_ai.clients.vod_videos import NORMAL, search_media
from media_ai.errors import InputError

FORMATS = ("srt", "ass", "stl", "ttml", "vtt")


@dataclass(frozen=True, kw_only=True)
class Subtitles:
    """
    A subtitle file for VOD.

    Attributes:
        name: File name, whose ending tells the format.
        data: Its bytes.
        mark: A tag that no other file has: at most 32 letters, digits, "-" and "_".
        language: BCP 47 tag, if it is known.
    """

    name: str
    data: bytes
    mark: str
    language: str = ""

    @property
    def format(self) -> str:
        """
        The format by the name.

        Raises:
            InputError: VOD does not take it.
        """
        found = PurePosixPath(self.name).suffix.lower().removeprefix(".")
        if found not in FORMATS:
            raise InputError(f"VOD does not take subtitles as '{self.name}'; it takes {', '.join(FORMATS)}.")
        return found


def upload_subtitles(calls: VodCalls, subtitles: Subtitles) -> dict[str, str]:
    """
    Upload a subtitle file, and return its MediaId and name.

    Raises:
        InputError: VOD does not take the format.
        ServiceError: VOD or OSS refused or failed; nobody knows, with kind TRANSIENT.
    """

    def do() -> dict[str, str]:
        parameters = {
            "BusinessType": "subtitle",
            "MediaExt": subtitles.format,
            "FileName": subtitles.name,
            "FileSize": str(len(subtitles.data)),
            "Title": clip_bytes(subtitles.name, TITLE_BYTES).text,
            "Tags": ",".join(tag for tag in (subtitles.mark, subtitles.language) if tag),
            "AppId": calls.credentials.app_id,
        }
        answer = calls.call_once("CreateUploadAttachedMedia", parameters)
        media_id = str(answer["MediaId"])
        _put(calls, answer, media_id, subtitles.data)
        return {"id": media_id, "name": subtitles.name}

    return calls.submit("VOD CreateUploadAttachedMedia", do, lambda: find_subtitles(calls, subtitles))


def find_subtitles(calls: VodCalls, subtitles: Subtitles) -> dict[str, str] | None:
    """Return the file that has our mark and has arrived, or None."""
    for item in search_media(calls, f"Tags in ('{subtitles.mark}')", kind="attached", most=20):
        about: dict[str, Any] = item.get("AttachedMedia") or {}
        if about.get("Status") == NORMAL and subtitles.mark in str(about.get("Tags")).split(","):
            return {"id": str(item["MediaId"]), "name": subtitles.name}
    return None


def _put(calls: VodCalls, answer: dict[str, Any], media_id: str, data: bytes) -> None:
    from media_ai.clients.oss import OssClient

    ticket = Ticket.of(answer, media_id=media_id, region=calls.credentials.region, now=time.time())
    credentials = OssCredentials(
        region=ticket.region,
        endpoint=ticket.endpoint,
        bucket=ticket.bucket,
        key_id=ticket.keys.key_id,
        secret=SecretStr(ticket.keys.secret),
    )
    OssClient(credentials, retry=calls.retry, keys=lambda: ticket.keys).put(ticket.key, data)
