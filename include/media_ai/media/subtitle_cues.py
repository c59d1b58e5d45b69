"""
Timed cues of SubRip and WebVTT text: repaired first, then read by pysrt and webvtt-py.

Both libraries stop at a missing hour, a wrong decimal sign or a missing empty line; all of that is in real files.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from media_ai.media.subtitle_repair import RepairedText, has_header, repair_srt, repair_vtt

SubtitleFormat = Literal["srt", "vtt"]

_LINE_END = re.compile(r"\r+\n|\r|\n")  # \r\r\n comes from files that were converted twice


class Cue(NamedTuple):
    """One cue as written: milliseconds, and text with its tags. A tuple, because files hold a hundred thousand."""

    start: int
    end: int
    text: str


def format_of(text: str, name: str) -> SubtitleFormat:
    """Decide by the content, then by the ending of the name; SubRip when neither tells, because it has no header."""
    if has_header(text):
        return "vtt"
    return "vtt" if name.lower().endswith((".vtt", ".webvtt")) else "srt"


def read_cues(text: str, kind: SubtitleFormat) -> tuple[list[Cue], RepairedText]:
    """Return the cues in the order of the file, and what the repair found."""
    lines = _LINE_END.split(text)
    if kind == "srt":
        repaired = repair_srt(lines)
        return list(_read_srt(repaired.lines)), repaired
    repaired = repair_vtt(lines)
    return list(_read_vtt(repaired.lines)), repaired


def _read_srt(lines: Iterable[str]) -> Iterator[Cue]:
    from pysrt import SubRipFile

    for item in SubRipFile.stream([f"{line}\n" for line in lines]):
        yield Cue(start=item.start.ordinal, end=item.end.ordinal, text=item.text)


def _read_vtt(lines: Iterable[str]) -> Iterator[Cue]:
    from webvtt import WebVTT

    for caption in WebVTT.from_string("\n".join(lines)).captions:
        start, end = caption.start_time.in_milliseconds(), caption.end_time.in_milliseconds()
        yield Cue(start=start, end=end, text=caption.raw_text)
