"""Subtitle files to lines of speech and back: SubRip (.srt) and WebVTT (.vtt), as broken as people have them."""

import gc
import html
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction

from media_ai.errors import MediaError
from media_ai.media.subtitle_cues import SubtitleFormat, format_of, read_cues
from media_ai.media.subtitle_repair import ReadSubtitles, has_header
from media_ai.media.subtitle_segments import segments_from
from media_ai.media.text_encoding import decode_text
from media_ai.media.words import join_sentences
from media_ai.model.speech import Segment
from media_ai.model.time import TimeRange, clock

MAX_BYTES = 50_000_000


@dataclass(frozen=True, kw_only=True)
class ParsedSubtitles:
    """Lines of speech in ascending time, how the file was read, and what the reader should know."""

    segments: tuple[Segment, ...]
    format: SubtitleFormat
    encoding: str
    notices: tuple[str, ...] = ()


def parse_subtitles(data: bytes, name: str) -> ParsedSubtitles:
    """
    Read a subtitle file of any encoding.

    A cue that ends before it starts, or at a negative time, is left out and told; so is what had to be guessed,
    sorted or cut. Cues without text are left out silently. A file of zero bytes, or only a WebVTT header, has no lines.

    Raises:
        MediaError: The file is larger than 50 MB, or it is not empty and holds nothing that is a cue.
    """
    if len(data) > MAX_BYTES:
        raise MediaError(
            f"The subtitle file '{name}' has {len(data):,} bytes; {MAX_BYTES:,} at most are read. "
            "Check that it is a .srt or .vtt file."
        )
    decoded = decode_text(data)
    kind = format_of(decoded.text, name)
    with _collector_paused():
        read = read_cues(decoded.text, kind)
        segments, notices = segments_from(read.cues, unescape=kind == "vtt")
    _require_cues(decoded.text, name, decoded.encoding, read, has_segments=bool(segments))
    return ParsedSubtitles(
        segments=segments,
        format=kind,
        encoding=decoded.encoding,
        notices=(*decoded.notices, *_dropped(read), *notices),
    )


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Keep the cycle collector from walking a growing heap again and again; it takes more than half of all the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def write_srt(segments: Iterable[Segment]) -> str:
    """Write SubRip text. It knows no speakers, so they are left out."""
    cues = (
        f"{number}\n{_stamp(segment.time, ',')}\n{_one_block(segment.text).replace('-->', '->')}\n"
        for number, segment in enumerate(segments, 1)
    )
    return "\n".join(cues)


def write_vtt(segments: Iterable[Segment]) -> str:
    """Write WebVTT text; a speaker becomes a voice tag."""
    cues = (f"\n{_stamp(segment.time, '.')}\n{_with_voice(segment)}\n" for segment in segments)
    return "WEBVTT\n" + "".join(cues)


def _with_voice(segment: Segment) -> str:
    text = html.escape(_one_block(segment.text), quote=False)
    return f"<v {html.escape(join_sentences(segment.speaker.split()))}>{text}" if segment.speaker else text


def _one_block(text: str) -> str:
    """Leave out empty lines, which would end the cue."""
    return "\n".join(line for line in re.split(r"[\r\n]+", text) if line.strip())


def _stamp(time: TimeRange, point: str) -> str:
    moments = (clock(max(edge.seconds, Fraction(0))).replace(".", point) for edge in (time.start, time.end))
    return " --> ".join(f"{moment:0>12}" for moment in moments)


def _require_cues(text: str, name: str, encoding: str, read: ReadSubtitles, *, has_segments: bool) -> None:
    if has_segments or not text.strip() or (has_header(text) and not read.timings):
        return
    if read.timings > len(read.impossible):
        return
    seen = f"the first of them '{read.impossible[0]}'" if read.impossible else f"it begins with {text[:40]!r}"
    raise MediaError(
        f"The subtitle file '{name}' holds no cue that can be read: {read.timings} timing lines, "
        f"read as {encoding}, {seen}. Give a .srt or .vtt file."
    )


def _dropped(read: ReadSubtitles) -> Iterator[str]:
    if read.impossible:
        yield (
            f"{len(read.impossible)} cues were left out because they end before they start or have a negative "
            f"time; the first is '{read.impossible[0]}'."
        )
