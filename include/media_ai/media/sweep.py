"""What different similarity thresholds would keep, so that a person can choose one."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from media_ai.media.similarity import Compared
from media_ai.model.time import Timecode, TimeRange
from media_ai.model.vision import largest_gap

THRESHOLDS = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98)
_PATCH = 28
"""Pixels on a side that a model of the Qwen-VL family turns into one token."""
_PICTURE_TOKENS = (4, 16384)
"""Least and most tokens of a picture."""


@dataclass(frozen=True, kw_only=True)
class SweepRow:
    """What a threshold keeps: how many frames, the longest stretch without one in seconds, and tokens of a vision model."""

    threshold: float
    kept: int
    largest_gap: Fraction
    tokens: int


def sweep(
    pictures: Iterable[np.ndarray],
    times: Sequence[Timecode],
    span: TimeRange,
    size: tuple[int, int],
    thresholds: Sequence[float] = THRESHOLDS,
) -> list[SweepRow]:
    """
    Compare the pictures once for each threshold, in one pass; a picture for each threshold is in memory.

    Args:
        pictures: Grey thumbnails, uint8, all of one shape.
        times: When each of them is on screen.
        span: What they cover.
        size: Width and height in pixels of the frames that a model would be sent.
        thresholds: 0 to 1.
    """
    last: dict[float, Compared] = {}
    kept: dict[float, list[Timecode]] = {threshold: [] for threshold in thresholds}
    for time, picture in zip(times, pictures, strict=True):
        current = Compared(picture)
        # Thresholds that kept the same picture last ask the same question.
        known: dict[int, float] = {}
        for threshold, taken in kept.items():
            other = last.get(threshold)
            if other is not None and id(other) not in known:
                known[id(other)] = other.similarity(current)
            if other is None or known[id(other)] < threshold:
                last[threshold] = current
                taken.append(time)
    each = picture_tokens(*size)
    return [
        SweepRow(threshold=threshold, kept=len(taken), largest_gap=largest_gap(span, taken), tokens=each * len(taken))
        for threshold, taken in kept.items()
    ]


def picture_tokens(width: int, height: int) -> int:
    """Estimate the tokens of a picture: one for 28 x 28 pixels, as models of the Qwen-VL family count."""
    least, most = _PICTURE_TOKENS
    return min(max(math.ceil(width / _PATCH) * math.ceil(height / _PATCH), least), most)
