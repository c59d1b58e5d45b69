"""What of a video gets a vector: its texts and pictures, each with its kind and time."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from media_ai.model.artifacts import BlobRef
from media_ai.model.speech import Transcript
from media_ai.model.text import Summary, TextContent, TextSource
from media_ai.model.time import Timecode, TimeRange
from media_ai.model.vision import Analyses, FrameSet

Kind = Literal["speech", "screen", "analysis", "chapter", "summary", "frame"]
KINDS: tuple[Kind, ...] = ("speech", "screen", "analysis", "chapter", "summary", "frame")


@dataclass(frozen=True, kw_only=True)
class Part:
    """A text, or a picture."""

    kind: Kind
    time: TimeRange
    text: str = ""
    image: BlobRef | None = None


def text_parts(
    text: TextContent | None, transcript: Transcript | None, analyses: Analyses | None, summary: Summary | None
) -> list[Part]:
    """
    Return every text once, by time.

    Kinds, times and texts are those that the full-text index has (catalog/projection.py): by them a search finds that what
    it found by words and what it found by meaning is the same place.
    """
    found = [*_lines(text), *_speech(transcript), *_statements(analyses), *_of_summary(summary)]
    unique = {
        (part.kind, part.time.start, part.text): part for part in reversed(found) if part.text.replace("\0", "").strip()
    }
    return sorted(unique.values(), key=lambda part: (part.time.start, KINDS.index(part.kind)))


def picture_parts(frames: FrameSet | None) -> list[Part]:
    """Return the frames, each shown until the next; the last to the end of what they cover."""
    if frames is None:
        return []
    ends = [*(frame.time for frame in frames.frames[1:]), frames.coverage.span.end]
    return [
        Part(kind="frame", time=TimeRange(start=frame.time, end=max(frame.time, end)), image=frame.image)
        for frame, end in zip(frames.frames, ends, strict=False)
    ]


def of_kinds(parts: Iterable[Part], kinds: Sequence[Kind]) -> list[Part]:
    """Return the parts of some kinds; no kinds are all."""
    return [part for part in parts if not kinds or part.kind in kinds]


def _lines(text: TextContent | None) -> Iterator[Part]:
    kinds: dict[TextSource, Kind] = {
        TextSource.SCREEN: "screen",
        TextSource.SPEECH: "speech",
        TextSource.ANALYSIS: "analysis",
    }
    for region in text.regions if text else ():
        yield Part(kind=kinds[region.source], time=region.time, text=region.text)


def _speech(transcript: Transcript | None) -> Iterator[Part]:
    for segment in transcript.segments if transcript else ():
        yield Part(kind="speech", time=segment.time, text=segment.text)


def _statements(analyses: Analyses | None) -> Iterator[Part]:
    for item in analyses.items if analyses else ():
        yield Part(kind="analysis", time=TimeRange(start=item.time, end=item.time), text=item.text)


def _of_summary(summary: Summary | None) -> Iterator[Part]:
    if summary is None:
        return
    zero = Timecode.of_seconds(0)
    end = max((chapter.time.end for chapter in summary.chapters), default=zero)
    yield Part(kind="summary", time=TimeRange(start=zero, end=max(zero, end)), text=summary.text)
    for chapter in summary.chapters:
        yield Part(kind="chapter", time=chapter.time, text=f"{chapter.title}. {chapter.text}".strip())
