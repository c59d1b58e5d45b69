"""Readings of consecutive frames joined: a line that stays on screen becomes one region with its time."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from media_ai.model.text import Box, TextRegion, TextSource
from media_ai.model.time import Timecode, TimeRange


@dataclass(frozen=True, kw_only=True)
class ScreenLine:
    """A line of text in one picture; `confidence` is 0 to 1."""

    text: str
    box: Box
    confidence: float


Readings = Sequence[tuple[Timecode, tuple[ScreenLine, ...]]]
"""The lines of each frame, by the frame's time."""

SAME_TEXT = 0.8
_MISSES = 2
_SPACE = re.compile(r"\s+")


@dataclass(kw_only=True)
class _Track:
    """A line that is on screen: when it came, its readings, and when it was first not found."""

    start: Timecode
    last: ScreenLine
    best: ScreenLine
    missed: int = 0
    gone: Timecode | None = field(default=None)

    def saw(self, line: ScreenLine) -> None:
        self.last, self.missed, self.gone = line, 0, None
        if line.confidence > self.best.confidence:
            self.best = line

    def missed_at(self, time: Timecode) -> None:
        self.missed += 1
        self.gone = self.gone or time

    def region(self, end: Timecode) -> TextRegion:
        time = TimeRange(start=self.start, end=max(self.start, self.gone or end))
        best = self.best
        return TextRegion(time=time, text=best.text, source=TextSource.SCREEN, box=best.box, confidence=best.confidence)


def merge_lines(readings: Readings, end: Timecode) -> tuple[TextRegion, ...]:
    """
    Return a region for each line, from the first frame that shows it to the first frame where it is gone.

    Two readings are the same line when their places overlap, their texts are alike (ratio of Ratcliff and Obershelp
    of at least 0.8) and their numbers are equal, so that "Step 1" and "Step 2" stay apart. One missed frame does not
    end a line.

    Args:
        readings: In ascending time.
        end: Where a line that the last frame still shows ends.
    """
    done: list[TextRegion] = []
    active: list[_Track] = []
    for time, lines in readings:
        unmatched = list(lines)
        for track in active:
            match = _best_match(track.last, unmatched)
            if match is None:
                track.missed_at(time)
            else:
                unmatched.remove(match)
                track.saw(match)
        done += [track.region(end) for track in active if track.missed >= _MISSES]
        active = [track for track in active if track.missed < _MISSES]
        active += [_Track(start=time, last=line, best=line) for line in unmatched]
    done += [track.region(end) for track in active]
    return tuple(sorted(done, key=_by_time_and_place))


def _by_time_and_place(region: TextRegion) -> tuple[Timecode, float, float]:
    return region.time.start, region.box.top if region.box else 0.0, region.box.left if region.box else 0.0


def _best_match(line: ScreenLine, candidates: Sequence[ScreenLine]) -> ScreenLine | None:
    scored = [(alike(line.text, other.text), other) for other in candidates if _is_same_place(line.box, other.box)]
    best = max(scored, key=lambda pair: pair[0], default=(0.0, None))
    return best[1] if best[0] >= SAME_TEXT else None


def alike(one: str, other: str) -> float:
    """Return how alike two lines are, 0 to 1, whatever their spaces and capitals; 0 when their numbers differ."""
    one, other = (_SPACE.sub("", text).casefold() for text in (one, other))
    if one == other:
        return 1.0
    if re.findall(r"\d+", one) != re.findall(r"\d+", other):
        return 0.0
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    # The quick bounds spare most pairs the slow comparison.
    if matcher.real_quick_ratio() < SAME_TEXT or matcher.quick_ratio() < SAME_TEXT:
        return 0.0
    return matcher.ratio()


def _is_same_place(one: Box, other: Box) -> bool:
    """Return whether the smaller rectangle is covered by half or more."""
    across = min(one.left + one.width, other.left + other.width) - max(one.left, other.left)
    down = min(one.top + one.height, other.top + other.height) - max(one.top, other.top)
    smaller = min(one.width * one.height, other.width * other.height)
    return across > 0 and down > 0 and across * down >= 0.5 * smaller
