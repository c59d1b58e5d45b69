"""Cues to spoken lines: tags out, voices apart, in order of time, and notices about what is odd."""

import html
import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from media_ai.media.subtitle_repair import Cue
from media_ai.media.text_encoding import clean_text
from media_ai.media.words import join_sentences
from media_ai.model.base import builder_of
from media_ai.model.speech import Segment
from media_ai.model.time import MILLISECONDS, Timecode, TimeRange, clock

MAX_CUE_CHARACTERS = 10_000
_timecode, _time_range, _line = builder_of(Timecode), builder_of(TimeRange), builder_of(Segment)

_SIGNS = re.compile(r"[<{\\&]")
_BRACES = re.compile(r"\{\\[^{}]*\}|\{[a-zA-Z]:[^{}]*\}")  # {\an8} of SubStation Alpha, {y:i} of MicroDVD
_VOICE = re.compile(r"<v(?:\.[^<>\s]*)?\s+([^<>]*)>")
_BREAK = re.compile(r"<br\s*/?>|\\[Nn]", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<\d[\d:.]*>|</>")  # <i>, </c.yellow>, <00:00:01.000>; "a < b" is text


def segments_from(cues: Sequence[Cue], *, unescape: bool) -> tuple[tuple[Segment, ...], tuple[str, ...]]:
    """
    Return the spoken lines of `cues` by start time, without tags, and notices about their order, overlap and length.

    Args:
        cues: As written, in any order.
        unescape: Whether &amp; means &, as in WebVTT.
    """
    ordered = sorted(cues, key=lambda cue: cue.start)
    shortened: list[Cue] = []
    segments: list[Segment] = []
    for cue in ordered:
        if _is_plain(cue.text):
            segments.append(_segment(cue, " ".join(cue.text.split()), None))
        else:
            segments.extend(_segments_of(cue, unescape, shortened))
    return tuple(segments), (*_order_notices(cues, ordered), *_shortened(shortened))


def _is_plain(text: str) -> bool:
    """Whether nothing in a text can be a tag, a sign in another form, or too long: true of most, and quick to see."""
    return (
        0 < len(text) < MAX_CUE_CHARACTERS
        and text.isascii()
        and text.replace("\n", "").isprintable()
        and _SIGNS.search(text) is None
        and not text.isspace()
    )


def _segments_of(cue: Cue, unescape: bool, shortened: list[Cue]) -> Iterator[Segment]:
    for speaker, raw in _voices(cue.text):
        text = _plain(raw, unescape)
        if len(text) > MAX_CUE_CHARACTERS:
            shortened.append(cue)
            text = text[:MAX_CUE_CHARACTERS]
        if text:
            yield _segment(cue, text, _plain(speaker, unescape) if speaker else None)


def _voices(text: str) -> list[tuple[str, str]]:
    """Return who says what; a cue may hold several voices, and text before the first has no speaker."""
    if "{" in text:
        text = _BRACES.sub("", text)
    if "<v" not in text:
        return [("", text)]
    parts = _VOICE.split(text)  # text before the first voice, then speaker, text, speaker, text ...
    return [("", parts[0]), *zip(parts[1::2], parts[2::2], strict=True)]


def _plain(text: str, unescape: bool) -> str:
    if "<" in text or "\\" in text:
        text = _TAG.sub("", _BREAK.sub("\n", text))
    text = clean_text(html.unescape(text) if unescape else text)
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    return join_sentences([" ".join(line.split()) for line in text.splitlines()])


def _segment(cue: Cue, text: str, speaker: str | None) -> Segment:
    # The times are whole and in order by now; checking fractions again would take most of the time.
    time = _time_range(_timecode(cue.start, MILLISECONDS), _timecode(cue.end, MILLISECONDS))
    line: Segment = _line(time, text, speaker, None)
    return line


def _order_notices(cues: Sequence[Cue], ordered: Sequence[Cue]) -> Iterator[str]:
    moved = sum(after.start < before.start for before, after in pairwise(cues))
    if moved:
        yield f"The cues were not in order of time ({moved} steps back); they were sorted."
    overlapping, latest = 0, 0
    for cue in ordered:
        overlapping += cue.start < latest
        latest = max(latest, cue.end)
    if overlapping:
        yield f"{overlapping} cues begin before an earlier one has ended; they were kept."


def _shortened(cues: Sequence[Cue]) -> Iterator[str]:
    if cues:
        at = clock(Fraction(cues[0].start, 1000))
        yield f"{len(cues)} cues were cut to {MAX_CUE_CHARACTERS:,} characters; the first is at {at}."
