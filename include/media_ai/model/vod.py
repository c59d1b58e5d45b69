"""What VOD makes of a video: streams, pictures, a verdict. Addresses have no signatures, and may not be public."""

from typing import Any, ClassVar, Literal

from pydantic import Field

from media_ai.model.artifacts import Artifact, ArtifactKind
from media_ai.model.base import Model
from media_ai.model.time import Timecode

Suggestion = Literal["pass", "review", "block"]


class VodStream(Model):
    """A stream that transcoding made, or failed to make."""

    id: str = Field(description="VOD's id of the job.")
    definition: str = Field(default="", description="VOD's label: LD, SD, HD, FHD, 2K, 4K, OD.")
    format: str = ""
    width: int | None = None
    height: int | None = None
    bitrate_kbps: float | None = None
    duration_s: float | None = None
    size: int | None = Field(default=None, description="Bytes.")
    url: str | None = None
    error: str = Field(default="", description="VOD's code, if it failed.")


class VodStreams(Artifact):
    """The streams of one transcoding; none where a workflow did it, which tells no streams."""

    kind: ClassVar = ArtifactKind.VOD_STREAMS

    video_id: str
    job_id: str
    state: str = Field(description="In VOD's words: CompleteAllSucc, CompletePartialSucc, succeeded.")
    streams: tuple[VodStream, ...] = ()
    workflow: dict[str, Any] = Field(default_factory=dict, description="What VOD says of the workflow's steps.")

    def counts(self) -> dict[str, int]:
        return {"streams": sum(not stream.error for stream in self.streams)}


class VodImage(Model):
    """A picture that VOD made."""

    url: str
    score: float | None = Field(default=None, description="VOD's own; higher is better. Of covers.")
    number: int | None = Field(default=None, description="From 1. Of snapshots.")


class VodImages(Artifact):
    """Pictures of one video: covers with the best first, or snapshots in their order."""

    kind: ClassVar = ArtifactKind.VOD_IMAGES

    video_id: str
    job_id: str
    type: str = Field(description="cover, or VOD's type of snapshots: NormalSnapshot, SpriteSnapshot.")
    images: tuple[VodImage, ...]

    def counts(self) -> dict[str, int]:
        return {"images": len(self.images)}


class ReviewMoment(Model):
    """Something that the review saw."""

    time: Timecode
    scene: str = Field(description="What was looked for: porn, terrorism, ad, live, logo.")
    label: str = Field(description="VOD's word for what was seen.")
    score: float = Field(ge=0, le=1)


class Review(Artifact):
    """VOD's verdict on a video, and where it saw what."""

    kind: ClassVar = ArtifactKind.REVIEW

    video_id: str
    job_id: str
    suggestion: Suggestion = Field(description="pass, review (people should look) or block.")
    labels: tuple[str, ...] = Field(description="VOD's words; empty if nothing was found.")
    modules: tuple[str, ...] = Field(default=(), description="Where it was found: video, image-cover, text-title.")
    moments: tuple[ReviewMoment, ...] = Field(default=(), description="In the order of time.")
    raw: dict[str, Any] = Field(default_factory=dict, description="What VOD said, without signed addresses.")

    def counts(self) -> dict[str, int]:
        return {"moments": len(self.moments)}
