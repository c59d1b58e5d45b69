"""
What VOD takes: texts cut to its limits with a word about it, user data under their rules.

Limits are kept in bytes of UTF-8. CreateUploadVideo speaks of characters, UpdateVideoInfo of bytes for the same fields: what
fits in bytes fits in both.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from media_ai.clients.service_text import Clipped, clean_tags, clip_bytes, fit_json
from media_ai.errors import ErrorKind, InputError
from media_ai.model.base import Model

TITLE_BYTES, DESCRIPTION_BYTES = 128, 1024
MOST_TAGS, TAG_BYTES = 16, 32
IMAGE_USER_DATA_BYTES = 512
IMAGE_REGIONS = ("cn-beijing", "cn-shanghai")
"""Where SubmitAIImageJob works."""
FETCH_REGIONS = ("cn-shanghai", "ap-southeast-1")
"""Where VOD tells how far it is with a file that it fetches; https://help.aliyun.com/document_detail/106830.html."""
_IMAGE_KEYS = ("MessageCallback", "Extend")
_NO_LIMIT = 1 << 20


@dataclass(frozen=True, kw_only=True)
class PreparedTexts:
    """Parameters as they are sent, and what was changed on the way, a sentence each."""

    parameters: Mapping[str, Any]
    notices: tuple[str, ...]


class VideoTexts(Model):
    """What people read of a video; CreateUploadVideo, UploadMediaByURL and UpdateVideoInfo take it."""

    title: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    category_id: int | None = Field(default=None, ge=1, le=2**63 - 1)
    cover_url: str = ""

    def prepared(self) -> PreparedTexts:
        """Return the parameters; those that have no value are left out."""
        notices: list[str] = []
        tags = clean_tags(self.tags, most=MOST_TAGS, bytes_each=TAG_BYTES)
        description = clip_bytes(self.description.strip(), DESCRIPTION_BYTES, has_ellipsis=True)
        parameters = {
            "Title": _said(clip_bytes(self.title.strip(), TITLE_BYTES), "The title", TITLE_BYTES, notices),
            "Description": _said(description, "The description", DESCRIPTION_BYTES, notices),
            "Tags": ",".join(tags.tags),
            "CateId": self.category_id,
            "CoverURL": self.cover_url,
        }
        sent = {name: value for name, value in parameters.items() if value not in (None, "")}
        return PreparedTexts(parameters=sent, notices=(*notices, *tags.notices))


def user_data_text(data: Mapping[str, Any]) -> str:
    """
    Return UserData as VOD's operations take them; "" if there are none.

    Raises:
        InputError: They cannot be written as JSON.
    """
    return fit_json(data, _NO_LIMIT, optional=()).text if data else ""


def image_user_data(data: Mapping[str, Any]) -> str:
    """
    Return the UserData of SubmitAIImageJob; "" if there are none.

    Raises:
        InputError: They have more than 512 bytes as JSON, or hold neither MessageCallback nor Extend.
    """
    if not data:
        return ""
    if not any(name in data for name in _IMAGE_KEYS):
        raise InputError(
            f"The user data must hold MessageCallback or Extend; they hold {', '.join(map(str, data))[:100]}. "
            'Put your own fields into Extend: {"Extend": {...}}.'
        )
    return fit_json(data, IMAGE_USER_DATA_BYTES, optional=()).text


def require_image_region(region: str) -> None:
    """
    Refuse a region without AI images before anything is sent.

    Raises:
        InputError: It is neither Beijing nor Shanghai.
    """
    if region not in IMAGE_REGIONS:
        raise InputError(
            f"VOD makes AI images in {' and '.join(IMAGE_REGIONS)} only, and the VOD connection is in '{region}'. "
            "Upload the video there, with a connection of that region.",
            kind=ErrorKind.INVALID,
        )


def _said(clipped: Clipped, name: str, limit: int, notices: list[str]) -> str:
    notice = clipped.notice(name, limit)
    if notice:
        notices.append(notice)
    return clipped.text
