"""What a task is started with and who it is about."""

import re
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from pydantic import Field, field_validator

from media_ai.model.base import Model, digest_of
from media_ai.model.media import MediaAsset

VIDEO_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
LONGEST_TITLE = 500
"""Characters; the title of a MediaAsset takes as many."""


class RunInput(Model):
    """The `input` of a task: one video, its subtitles, and what the user says of it."""

    video: str = Field(min_length=1, max_length=4096, title="Video", description="Path or URI of the video file.")
    subtitles: str | None = Field(
        default=None, max_length=4096, title="Subtitles", description="Path or URI of a .srt or .vtt file."
    )
    video_id: str | None = Field(
        default=None,
        title="Video id",
        description="Unique name of the video; made from the file's name and place if absent.",
    )
    title: str = Field(default="", max_length=LONGEST_TITLE, title="Title")
    description: str = Field(default="", max_length=10_000, title="Description")
    metadata: dict[str, str] = Field(default_factory=dict, title="Metadata", description="Free fields.")

    @field_validator("video_id")
    @classmethod
    def _speakable(cls, value: str | None) -> str | None:
        if value is not None and not VIDEO_ID.fullmatch(value):
            raise ValueError(
                f"{value[:60]!r} is not a video id; use letters, digits, '.', '_' and '-', "
                "beginning with a letter or digit, 128 at most"
            )
        return value

    def asset(self) -> MediaAsset:
        """Return the record of the video, its id and title made from the file's name where the user gave none."""
        name = PurePosixPath(unquote(urlsplit(self.video).path) or self.video).stem
        video_id = self.video_id or video_id_from(name, self.video)
        return MediaAsset(
            video_id=video_id,
            title=self.title or name[:LONGEST_TITLE],
            description=self.description,
            metadata=self.metadata,
        )


def video_id_from(name: str, address: str) -> str:
    """
    Make a video id for a file that was given none: its name in the allowed letters, and a digest of where it is.

    The digest keeps lecture.mp4 of one year apart from that of the next, and names apart that have no allowed letter.
    """
    return f"{safe_name(name)[:100]}-{digest_of(address)[:8]}"


def safe_name(name: str) -> str:
    """Return a name in the letters of a video id; what is not allowed becomes '-'."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-._") or "video"
