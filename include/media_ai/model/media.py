"""Videos and subtitle files as they were given, and what probing found inside."""

from typing import ClassVar, Literal

from pydantic import Field

from media_ai.model.artifacts import Artifact, ArtifactKind, BlobRef
from media_ai.model.base import Model, digest_of
from media_ai.model.time import Ratio


class VideoStream(Model):
    """The picture track that is used."""

    codec: str
    width: int = Field(gt=0, description="Stored width in pixels, before rotation.")
    height: int = Field(gt=0, description="Stored height in pixels, before rotation.")
    rotation: int = Field(
        default=0, description="Degrees clockwise that a player turns the picture: 0, 90, 180 or 270."
    )
    pixel_format: str | None = None
    frame_rate: Ratio | None = Field(
        description="Average pictures per second, exact; absent when the file does not say."
    )
    time_base: Ratio
    is_variable_rate: bool | None = Field(
        default=None,
        description="Pictures follow each other at uneven times; absent when the file does not tell times.",
    )
    bit_depth: int | None = Field(default=None, description="Bits of a colour component.")
    dynamic_range: Literal["standard", "pq", "hlg"] = Field(
        default="standard", description="pq and hlg are high dynamic range; frames are brought to the standard range."
    )
    frame_count: int | None = Field(default=None, description="As declared by the container; may be absent or wrong.")


class AudioStream(Model):
    """One sound track."""

    codec: str
    sample_rate: int = Field(gt=0, description="Hz.")
    channels: int = Field(gt=0)
    language: str | None = None


class SubtitleStream(Model):
    """One subtitle track inside the video file."""

    index: int
    codec: str
    language: str | None = None


class MediaInfo(Model):
    """Technical metadata of a video file."""

    container: str
    duration: Ratio = Field(description="Seconds, as declared or measured.")
    size: int = Field(gt=0, description="Bytes.")
    video: VideoStream
    audio: tuple[AudioStream, ...] = ()
    subtitles: tuple[SubtitleStream, ...] = ()


class Video(Artifact):
    """A video file by reference: where it is, what it is. Its identity is its content, not its place."""

    kind: ClassVar = ArtifactKind.VIDEO

    uri: str
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="Digest of the file's bytes.")
    info: MediaInfo

    def identity(self) -> str:
        return digest_of({"video": self.sha256})


class SubtitleFile(Artifact):
    """A subtitle file as it was given, its bytes kept in the store."""

    kind: ClassVar = ArtifactKind.SUBTITLE_FILE

    name: str = Field(description="File name, whose ending tells the format.")
    content: BlobRef


class MediaAsset(Model):
    """The user's video as a record: its identity and what the user says of it."""

    video_id: str = Field(min_length=1, max_length=128, description="Unique name of the video.")
    title: str = Field(default="", max_length=500)
    description: str = Field(default="", max_length=10_000)
    metadata: dict[str, str] = Field(default_factory=dict, description="Free fields.")
