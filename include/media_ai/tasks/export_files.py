"""The files that a task's artifacts are handed out as: subtitles, tables, pictures."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from media_ai.model.artifacts import Artifact
from media_ai.model.speech import Segment, Transcript
from media_ai.model.text import Summary, TextContent
from media_ai.model.time import Timecode, TimeRange
from media_ai.model.vision import Analyses, Frame, FrameSet
from media_ai.store.artifacts import ArtifactStore

_LOOKED_AT = 100
"""Frames from which a poster is chosen."""


@dataclass(frozen=True)
class FileKind:
    """A file made from an artifact of one kind; `write` returns text or bytes."""

    source: type[Artifact]
    content_type: str
    write: Callable[[Any, ArtifactStore], str | bytes]


def _srt(transcript: Transcript, _: ArtifactStore) -> str:
    from media_ai.media.subtitles import write_srt

    return write_srt(transcript.segments)


def _vtt(transcript: Transcript, _: ArtifactStore) -> str:
    from media_ai.media.subtitles import write_vtt

    return write_vtt(transcript.segments)


def _chapters_vtt(summary: Summary, _: ArtifactStore) -> str:
    from media_ai.media.subtitles import write_vtt

    return write_vtt(Segment(time=chapter.time, text=chapter.title) for chapter in summary.chapters)


def _transcript_json(transcript: Transcript, _: ArtifactStore) -> str:
    lines = [
        {**_times(line.time), "speaker": line.speaker, "text": line.text, "confidence": line.confidence}
        for line in transcript.segments
    ]
    head = {"source": transcript.source, "language": transcript.language}
    return json.dumps({**head, "segments": lines}, ensure_ascii=False, indent=2)


def _text_csv(text: TextContent, _: ArtifactStore) -> str:
    return _table(
        ("start_s", "end_s", "source", "speaker", "text", "confidence"),
        (
            (*_times(line.time).values(), line.source.value, line.speaker, line.text, line.confidence)
            for line in text.regions
        ),
    )


def _frames_csv(frames: FrameSet, store: ArtifactStore) -> str:
    rows = ((float(frame.time.seconds), frame.similarity, store.uri(frame.image)) for frame in frames.frames)
    return _table(("time_s", "similarity", "image"), rows)


def _analyses_csv(analyses: Analyses, _: ArtifactStore) -> str:
    rows = (
        (float(item.time.seconds), item.text, json.dumps(item.attributes, ensure_ascii=False))
        for item in analyses.items
    )
    return _table(("time_s", "text", "attributes"), rows)


def _contact_sheet(frames: FrameSet, store: ArtifactStore) -> bytes:
    from media_ai.media.previews import contact_sheet, most_cells
    from media_ai.media.spread import spread

    chosen = _only(frames, spread(frames.frames, most_cells(frames.width, frames.height)))
    return contact_sheet([frame.time for frame in chosen.frames], _jpegs(chosen, store))


def _poster(frames: FrameSet, store: ArtifactStore) -> bytes:
    from media_ai.media.previews import poster
    from media_ai.media.spread import spread

    return poster(_jpegs(_only(frames, spread(frames.frames, _LOOKED_AT)), store))


def _thumbnails_vtt(frames: FrameSet, _: ArtifactStore) -> str:
    from media_ai.media.previews import thumbnail_size, thumbnails_vtt

    times: list[Timecode] = [frame.time for frame in frames.frames]
    return thumbnails_vtt(times, frames.coverage.span.end, thumbnail_size(frames.width, frames.height))


def sprite_count(frames: FrameSet) -> int:
    """Return how many sprites hold the thumbnails of all frames."""
    from media_ai.media.previews import PER_SPRITE

    return -(-len(frames.frames) // PER_SPRITE)


def sprite(frames: FrameSet, number: int, store: ArtifactStore) -> bytes:
    """Return the sprite of a number from 0, JPEG."""
    from media_ai.media.previews import PER_SPRITE, sprite, thumbnail_size

    part = _only(frames, frames.frames[number * PER_SPRITE : (number + 1) * PER_SPRITE])
    return sprite(_jpegs(part, store), thumbnail_size(frames.width, frames.height))


def _only(frames: FrameSet, chosen: Sequence[Frame]) -> FrameSet:
    return frames.model_copy(update={"frames": tuple(chosen)})


def _jpegs(frames: FrameSet, store: ArtifactStore) -> Iterable[bytes]:
    return (store.read(frame.image) for frame in frames.frames)


def _times(time: TimeRange) -> dict[str, float]:
    return {"start_s": float(time.start.seconds), "end_s": float(time.end.seconds)}


def _table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def _cell(value: Any) -> Any:
    """Keep spreadsheets from running text as a formula (OWASP, CSV injection)."""
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")) else value


FILES = {
    "transcript.srt": FileKind(Transcript, "application/x-subrip", _srt),
    "transcript.vtt": FileKind(Transcript, "text/vtt", _vtt),
    "transcript.json": FileKind(Transcript, "application/json", _transcript_json),
    "chapters.vtt": FileKind(Summary, "text/vtt", _chapters_vtt),
    "text.csv": FileKind(TextContent, "text/csv", _text_csv),
    "frames.csv": FileKind(FrameSet, "text/csv", _frames_csv),
    "analyses.csv": FileKind(Analyses, "text/csv", _analyses_csv),
    "poster.jpg": FileKind(FrameSet, "image/jpeg", _poster),
    "contact-sheet.jpg": FileKind(FrameSet, "image/jpeg", _contact_sheet),
    "thumbnails.vtt": FileKind(FrameSet, "text/vtt", _thumbnails_vtt),
}
"""By the name under which a file is asked for."""
