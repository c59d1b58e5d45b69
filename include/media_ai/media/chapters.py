"""
Where a video turns to something else.

TextTiling (Hearst 1997, "TextTiling: Segmenting Text into Multi-paragraph Subtopic Passages"): between two sentences
the words before and after are compared; a dip in their likeness is a boundary. A long pause and a new title on screen
help.
"""

import math
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from statistics import fmean, median, pstdev

from media_ai.media.screen_titles import ScreenTitle
from media_ai.media.sentences import TimedSentence
from media_ai.model.time import Timecode, TimeRange

_BLOCK_WORDS = 30
"""Content words compared on each side, about 60 spoken words, a little under Hearst's 120 because videos are short."""
_TITLE_EARLY_S = 1.0
_TITLE_WEIGHT = 1.0
_PAUSE_WEIGHT = 0.4
_LEAD_S = Fraction(1)


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """A chapter to be: its time, and its sentences as a half-open range of their indices."""

    time: TimeRange
    first: int
    last: int


def split_at_turns(
    sentences: Sequence[TimedSentence],
    words: Sequence[Sequence[str]],
    titles: Sequence[ScreenTitle],
    span: TimeRange,
    *,
    min_length: float,
    max_count: int,
) -> list[Stretch]:
    """
    Return consecutive stretches that cover the span without gaps, the first from its start.

    Args:
        sentences: By start time.
        words: The content words of each.
        titles: What may be a title on screen.
        span: What to cover.
        min_length: Seconds that every stretch has at least, unless the span is shorter.
        max_count: How many stretches at most.
    """
    strengths = _strengths(sentences, words, titles)
    # In a long video the strongest turns lie close together; a third of the mean length keeps them apart.
    apart = Fraction(max(min_length, float(span.duration) / (3 * max_count)))
    starts = [_start_of(sentences, at) for at in range(len(sentences))]
    chosen: list[int] = []
    for at in sorted(strengths, key=lambda at: (-strengths[at], at)):
        others = [starts[other].seconds for other in chosen]
        is_inside = span.start.seconds + apart <= starts[at].seconds <= span.end.seconds - apart
        if is_inside and len(chosen) + 1 < max_count and all(abs(starts[at].seconds - t) >= apart for t in others):
            chosen.append(at)
    firsts = [0, *sorted(chosen), len(sentences)]
    times = [span.start, *(starts[at] for at in sorted(chosen)), span.end]
    return [
        Stretch(time=TimeRange(start=start, end=end), first=first, last=last)
        for (start, end), (first, last) in zip(pairwise(times), pairwise(firsts), strict=True)
    ]


def _start_of(sentences: Sequence[TimedSentence], at: int) -> Timecode:
    """Return the middle of the pause before a sentence, at most a second before it: pictures change there."""
    start = sentences[at].time.start
    if at == 0:
        return start
    silence = max(start.seconds - sentences[at - 1].time.end.seconds, Fraction(0))
    return Timecode.of_seconds(start.seconds - min(silence / 2, _LEAD_S))


def _strengths(
    sentences: Sequence[TimedSentence], words: Sequence[Sequence[str]], titles: Sequence[ScreenTitle]
) -> dict[int, float]:
    """Return the strength of each turn that is one, by the index of the sentence after it."""
    depths = _depths(words)
    pauses = _pauses(sentences)
    announced = _announced(sentences, titles)
    inner = [depth for depth in depths[1:] if depth > 0]
    limit = fmean(inner) + pstdev(inner) / 2 if inner else math.inf  # Hearst's stricter cutoff
    deepest = max(inner, default=1.0)
    strengths: dict[int, float] = {}
    for at in range(1, len(sentences)):
        if at in announced or (depths[at] > limit and depths[at] > 0.1):
            title = _TITLE_WEIGHT * announced.get(at, 0.0)
            strengths[at] = depths[at] / deepest + _PAUSE_WEIGHT * pauses[at] + title
    return strengths


def _depths(words: Sequence[Sequence[str]]) -> list[float]:
    """Return how far the likeness of before and after dips at each sentence, 0 to 2: Hearst's depth score."""
    likeness = [1.0, *(_cosine(_block(words, at, -1), _block(words, at, 1)) for at in range(1, len(words)))]
    return [_climb(likeness, at, -1) + _climb(likeness, at, 1) if at else 0.0 for at in range(len(words))]


def _climb(likeness: Sequence[float], at: int, step: int) -> float:
    peak = likeness[at]
    position = at + step
    while 1 <= position < len(likeness) and likeness[position] >= peak:
        peak = likeness[position]
        position += step
    return peak - likeness[at]


def _block(words: Sequence[Sequence[str]], at: int, step: int) -> Counter[str]:
    """Count the words beside a gap: whole sentences until there are enough."""
    block: Counter[str] = Counter()
    position = at if step > 0 else at - 1
    while 0 <= position < len(words) and block.total() < _BLOCK_WORDS:
        block.update(words[position])
        position += step
    return block


def _cosine(one: Counter[str], other: Counter[str]) -> float:
    shared = sum(count * other[word] for word, count in one.items())
    lengths = math.sqrt(sum(n * n for n in one.values()) * sum(n * n for n in other.values()))
    return shared / lengths if lengths else 0.0


def _pauses(sentences: Sequence[TimedSentence]) -> list[float]:
    """Return how long the pause before each sentence is, 0 (as usual) to 1 (three times the usual and half a second)."""
    gaps = [0.0] + [
        max(float(after.time.start.seconds - before.time.end.seconds), 0.0) for before, after in pairwise(sentences)
    ]
    usual = median(gaps[1:]) if len(gaps) > 1 else 0.0
    return [min(max((gap - usual) / (2 * usual + 0.5), 0.0), 1.0) for gap in gaps]


def _announced(sentences: Sequence[TimedSentence], titles: Sequence[ScreenTitle]) -> dict[int, float]:
    """Return the sentences before which a large title comes on screen, with its weight, 0 to 1."""
    found: dict[int, float] = {}
    begins = [float(sentence.time.start.seconds) for sentence in sentences]
    for title in titles:
        first = max(bisect_left(begins, title.start - title.lateness), 1)
        near = range(first, bisect_right(begins, title.start + _TITLE_EARLY_S))
        if near and title.is_large:
            at = max(near, key=lambda at: begins[at] - float(sentences[at - 1].time.end.seconds))
            found[at] = max(found.get(at, 0.0), min(title.prominence / 2, 1.0))
    return found
