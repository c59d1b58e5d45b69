"""What a model answered, made into chapters that cover the video whatever times it gave."""

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from media_ai.model.text import Chapter
from media_ai.model.time import Timecode, TimeRange

MAX_KEYWORDS = 12
_LATE_S = 2.0
"""A first chapter that begins this late still begins at the start; later ones are told of."""


def text_from(data: dict[str, Any]) -> str:
    """Return the summary's text."""
    return str(data.get("summary", "")).strip()


def keywords_from(data: dict[str, Any]) -> tuple[str, ...]:
    """Return the keywords in order, none twice."""
    found: dict[str, str] = {}
    for word in data.get("keywords") or ():
        if text := str(word).strip():
            found.setdefault(text.casefold(), text)
    return tuple(found.values())[:MAX_KEYWORDS]


def chapters_from(data: dict[str, Any], span: TimeRange, max_chapters: int, notices: list[str]) -> tuple[Chapter, ...]:
    """
    Return contiguous chapters from the span's start to its end; a notice says when the model's times did not fit.

    Args:
        data: The model's answer.
        span: What the chapters cover.
        max_chapters: The shortest above it are joined to the one before.
        notices: Where a correction is told.
    """
    given = [(_seconds(item), item) for item in data.get("chapters") or () if str(item.get("title", "")).strip()]
    start, end = float(span.start.seconds), float(span.end.seconds)
    inside = ((max(seconds, start), item) for seconds, item in given if seconds < end)
    kept = _apart(sorted(inside, key=lambda pair: pair[0]))
    fits = [seconds for seconds, _ in given] == [seconds for seconds, _ in kept]
    if given and not kept:
        kept = [(start, given[0][1])]
    if kept and (not fits or kept[0][0] > start + _LATE_S):
        notices.append(
            f"The model's chapter times were corrected: it gave {_listed(seconds for seconds, _ in given)} "
            f"for a video from {start:.1f} to {end:.1f} s."
        )
    while len(kept) > max_chapters:
        kept.pop(_shortest(kept, end))
    starts = [span.start, *(Timecode.of_seconds(repr(seconds)) for seconds, _ in kept[1:]), span.end]
    times = [TimeRange(start=min(one, span.end), end=min(other, span.end)) for one, other in pairwise(starts)]
    return tuple(_chapter(time, item) for time, (_, item) in zip(times, kept, strict=False))


def _seconds(item: dict[str, Any]) -> float:
    try:
        seconds = float(item.get("start_s", math.nan))
    except (TypeError, ValueError):
        return math.inf
    return seconds if math.isfinite(seconds) else math.inf


def _apart(items: Sequence[tuple[float, dict[str, Any]]]) -> list[tuple[float, dict[str, Any]]]:
    """Leave out chapters that begin when another does, to the millisecond."""
    kept: list[tuple[float, dict[str, Any]]] = []
    for item in items:
        if not kept or item[0] - kept[-1][0] >= 0.001:
            kept.append(item)
    return kept


def _shortest(items: Sequence[tuple[float, dict[str, Any]]], end: float) -> int:
    """Return the index of the shortest chapter but the first."""
    ends = [*(seconds for seconds, _ in items[1:]), end]
    return min(range(1, len(items)), key=lambda at: ends[at] - items[at][0])


def _chapter(time: TimeRange, item: dict[str, Any]) -> Chapter:
    return Chapter(time=time, title=str(item["title"]).strip(), text=str(item.get("text", "")).strip())


def _listed(values: Iterable[float]) -> str:
    shown = [f"{value:g}" for value in values]
    return ", ".join(shown[:8]) + (" ..." if len(shown) > 8 else "")
