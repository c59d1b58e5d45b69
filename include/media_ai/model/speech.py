"""What is said: timed lines of speech."""

from typing import ClassVar

from pydantic import Field

from media_ai.model.artifacts import Artifact, ArtifactKind
from media_ai.model.base import Model
from media_ai.model.time import Ratio, TimeRange


class Segment(Model):
    """One line of speech."""

    time: TimeRange
    text: str = Field(min_length=1)
    speaker: str | None = None
    confidence: float | None = Field(default=None, ge=0, le=1)


class Word(Model):
    """One word of speech, and when it is said."""

    time: TimeRange
    text: str = Field(min_length=1)


class Transcript(Artifact):
    """Lines of speech in ascending start time; none is a valid transcript of a silent video."""

    kind: ClassVar = ArtifactKind.TRANSCRIPT

    source: str = Field(description="Where the lines come from: srt, vtt, embedded, or provider/model.")
    language: str | None = Field(default=None, description="BCP 47 tag when it is known.")
    segments: tuple[Segment, ...]
    words: tuple[Word, ...] = Field(default=(), description="Where the model tells them, in ascending start time.")

    def counts(self) -> dict[str, int]:
        return {"segments": len(self.segments)}


class Sound(Artifact):
    """What a sound track holds besides words: how loud it is, where somebody speaks, where it is silent."""

    kind: ClassVar = ArtifactKind.SOUND

    track: int = Field(ge=0, description="Which of the video's sound tracks.")
    duration: Ratio = Field(ge=0, description="Seconds from the first picture to the last sound.")
    loudness_lufs: float | None = Field(description="Integrated loudness by EBU R 128; absent in silence.")
    peak_dbfs: float | None = Field(description="Loudest sample of the mix; absent in digital silence.")
    speech: tuple[TimeRange, ...]
    silence: tuple[TimeRange, ...]
    decode_errors: int = Field(default=0, ge=0, description="Packets that could not be decoded.")

    def counts(self) -> dict[str, int]:
        return {"speech": len(self.speech), "silence": len(self.silence)}
