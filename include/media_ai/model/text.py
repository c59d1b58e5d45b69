"""What is read and written: on-screen text, joined text content, chapters and summaries."""

from enum import StrEnum
from typing import ClassVar

from pydantic import Field

from media_ai.model.artifacts import Artifact, ArtifactKind
from media_ai.model.base import Model
from media_ai.model.time import TimeRange


class TextSource(StrEnum):
    """Where a line of text was found."""

    SCREEN = "screen"
    SPEECH = "speech"
    ANALYSIS = "analysis"


class Box(Model):
    """A rectangle on the picture as fractions of its width and height, 0 to 1, from the top left."""

    left: float = Field(ge=0, le=1)
    top: float = Field(ge=0, le=1)
    width: float = Field(ge=0, le=1)
    height: float = Field(ge=0, le=1)


class TextRegion(Model):
    """A line of text and how long it was there. `box` and `confidence` only for text on screen."""

    time: TimeRange
    text: str = Field(min_length=1)
    source: TextSource
    box: Box | None = None
    confidence: float | None = Field(default=None, ge=0, le=1)
    speaker: str | None = None


class TextContent(Artifact):
    """Every line of text found in a video, whatever its source, by start time."""

    kind: ClassVar = ArtifactKind.TEXT_CONTENT

    model: str = Field(description="provider/model that read the screen.")
    regions: tuple[TextRegion, ...]
    frames_read: int = Field(ge=0, description="Frames in which on-screen text was looked for.")

    def counts(self) -> dict[str, int]:
        return {"regions": len(self.regions)}


class Chapter(Model):
    """A stretch of the video about one thing."""

    time: TimeRange
    title: str = Field(min_length=1)
    text: str = Field(default="", description="What happens in it, in a sentence or two.")


class SummaryMethod(StrEnum):
    """Extractive text quotes the video; generative text was written by a model."""

    EXTRACTIVE = "extractive"
    GENERATIVE = "generative"


class Summary(Artifact):
    """What a video is about, always labelled with how it was made."""

    kind: ClassVar = ArtifactKind.SUMMARY

    method: SummaryMethod
    model: str = Field(description="provider/model.")
    language: str | None = Field(default=None, description="BCP 47 tag of the text.")
    text: str
    chapters: tuple[Chapter, ...] = ()
    keywords: tuple[str, ...] = ()
    notices: tuple[str, ...] = Field(
        default=(), description="What the reader should know: missing sources, shortened input."
    )

    def counts(self) -> dict[str, int]:
        return {"chapters": len(self.chapters), "keywords": len(self.keywords)}


class Publication(Artifact):
    """Proof that results were written to the catalog."""

    kind: ClassVar = ArtifactKind.PUBLICATION

    video_id: str
    rows: dict[str, int] = Field(description="Rows written, by table.")

    def counts(self) -> dict[str, int]:
        return dict(self.rows)
