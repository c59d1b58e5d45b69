"""
Timed cues of SubRip and WebVTT text.

Libraries stop at a missing hour, a wrong decimal sign or a missing empty line; all of that is in real files. SubRip is so
simple that nothing is left to a library after the repair (pysrt reads what is well formed alike, as a test says, in three
times the time); WebVTT is repaired, then read by webvtt-py.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Literal

from media_ai.media.subtitle_repair import Cue, ReadSubtitles, has_header, read_srt, repair_vtt

SubtitleFormat = Literal["srt", "vtt"]

_LINE_END = re.compile(r"\r+\n|\r|\n")  # \r\r\n comes from files that were converted twice


def format_of(text: str, name: str) -> SubtitleFormat:
    """Decide by the content, then by the ending of the name; SubRip when neither tells, because it has no header."""
    if has_header(text):
        return "vtt"
    return "vtt" if name.lower().endswith((".vtt", ".webvtt")) else "srt"


def read_cues(text: str, kind: SubtitleFormat) -> ReadSubtitles:
    """Return the cues in the order of the file, and what was wrong with its timing lines."""
    lines = _LINE_END.split(text) if "\r" in text else text.split("\n")
    if kind == "srt":
        return read_srt(lines)
    repaired = repair_vtt(lines)
    return replace(repaired, cues=list(_read_vtt(repaired.lines)), lines=[])


def _read_vtt(lines: Iterable[str]) -> Iterator[Cue]:
    from webvtt import WebVTT

    for caption in WebVTT.from_string("\n".join(lines)).captions:
        start, end = caption.start_time.in_milliseconds(), caption.end_time.in_milliseconds()
        yield Cue(start=start, end=end, text=caption.raw_text)
