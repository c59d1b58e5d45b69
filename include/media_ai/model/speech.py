"""What is said: timed lines of speech."""

from typing import ClassVar

from pydantic import Field

from media_ai.model.artifacts import Artifact, ArtifactKind
from media_ai.model.base import Model
from media_ai.model.time import TimeRange


class Segment(Model):
    """One line of speech."""

    time: TimeRange
    text: str = Field(min_length=1)
    speaker: str | None = None
    confidence: float | None = Field(default=None, ge=0, le=1)


class Transcript(Artifact):
    """Lines of speech in ascending start time; none is a valid transcript of a silent video."""

    kind: ClassVar = ArtifactKind.TRANSCRIPT

    source: str = Field(description="Where the lines come from: srt, vtt, embedded, or provider/model.")
    language: str | None = Field(default=None, description="BCP 47 tag when it is known.")
    segments: tuple[Segment, ...]

    def counts(self) -> dict[str, int]:
        return {"segments": len(self.segments)}
