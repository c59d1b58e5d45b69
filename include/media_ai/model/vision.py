"""What is seen: frames, sets of frames with their coverage, and statements about frames."""

from collections.abc import Iterable
from fractions import Fraction
from itertools import pairwise
from typing import Any, ClassVar

from pydantic import Field

from media_ai.model.artifacts import Artifact, ArtifactKind, BlobRef
from media_ai.model.base import Model
from media_ai.model.time import Ratio, Timecode, TimeRange


class Frame(Model):
    """One picture that was on screen at `time`, kept as a JPEG."""

    time: Timecode = Field(description="Presentation time of the picture.")
    image: BlobRef
    similarity: float | None = Field(
        default=None,
        description="SSIM against the frame kept before it, -1 to 1; absent for the first and before de-duplication.",
    )


class Coverage(Model):
    """What was looked at and what was not."""

    span: TimeRange = Field(description="The stretch of the video that was meant to be covered.")
    sampled: int = Field(ge=0, description="Pictures looked at.")
    kept: int = Field(ge=0, description="Pictures kept.")
    largest_gap: Ratio = Field(description="Longest stretch without a kept picture, seconds.")
    decode_errors: int = Field(default=0, ge=0, description="Packets that could not be decoded.")
    is_truncated: bool = Field(default=False, description="The file ended before its declared duration.")
    dropped_by_limit: int = Field(
        default=0, ge=0, description="Pictures left out only because of a limit on their number."
    )
    shots: int | None = Field(
        default=None, ge=0, description="Shots found; absent where samples are too far apart to tell."
    )
    shots_unseen: int | None = Field(
        default=None, ge=0, description="Shots of which no kept picture shows what they show."
    )


class LumaBlock(Model):
    """Small grey pictures of consecutive frames, for comparisons: uint8, shape (count, height, width), C order."""

    blob: BlobRef
    first: int = Field(ge=0, description="Index of the first frame in the set.")
    count: int = Field(gt=0)
    width: int = Field(gt=0)
    height: int = Field(gt=0)


class Shot(Model):
    """A stretch without a cut. `shown_at` is the time of a frame that shows the same, inside it or before."""

    time: TimeRange
    shown_at: Timecode | None = None


class FrameSet(Artifact):
    """Frames of one video in ascending time."""

    kind: ClassVar = ArtifactKind.FRAME_SET

    width: int = Field(gt=0, description="Pixels, as stored in the JPEGs.")
    height: int = Field(gt=0)
    frames: tuple[Frame, ...]
    luma: tuple[LumaBlock, ...] = Field(default=(), description="Grey thumbnails of every frame, in order.")
    shots: tuple[Shot, ...] = Field(
        default=(), description="Of the whole span, in order; empty where samples are too far apart to tell."
    )
    is_distinct: bool = Field(default=False, description="Every frame was chosen because it shows something new.")
    coverage: Coverage

    def counts(self) -> dict[str, int]:
        return {"frames": len(self.frames)}


def shots_unseen(shots: tuple[Shot, ...], times: Iterable[Timecode]) -> int | None:
    """Return how many shots have neither a frame at one of `times` nor one that shows the same; None without shots."""
    if not shots:
        return None
    kept = set(times)
    return sum(
        shot.shown_at not in kept and not any(shot.time.start <= time < shot.time.end for time in kept)
        for shot in shots
    )


def largest_gap(span: TimeRange, times: list[Timecode]) -> Fraction:
    """Return the longest stretch of `span`, in seconds, in which no time of `times` lies (edges included)."""
    marks = [span.start.seconds, *sorted(time.seconds for time in times), span.end.seconds]
    return max((b - a for a, b in pairwise(marks)), default=Fraction(0))


class Analysis(Model):
    """Statements about one frame."""

    time: Timecode
    image: BlobRef
    text: str = Field(default="", description="What can be said in a sentence.")
    attributes: dict[str, Any] = Field(
        default_factory=dict, description="Named findings, as the output schema defines them."
    )


class Analyses(Artifact):
    """Statements about the frames of one video, and who made them."""

    kind: ClassVar = ArtifactKind.ANALYSES

    model: str = Field(description="provider/model that made the statements.")
    items: tuple[Analysis, ...]
    coverage: Coverage

    def counts(self) -> dict[str, int]:
        return {"analyses": len(self.items)}
