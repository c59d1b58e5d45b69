"""Which pictures are worth keeping: those that are not similar to the ones kept before."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from media_ai.media.similarity import Compared
from media_ai.media.statistics import is_blank


@dataclass(frozen=True, kw_only=True)
class Rule:
    """
    When a picture is kept.

    Attributes:
        threshold: Kept when its similarity to the last kept one is below. 0 keeps only the first picture of ordinary
            videos; 1 keeps all but identical ones.
        window: With how many of the last kept ones it is compared; it is left out when similar to any of them.
        drift: Kept also when the changes from picture to picture since the last kept one, the sum of 1 - similarity,
            exceed this; None: never for that reason.
        skips_blank: Pictures of one flat tone are left out.
    """

    threshold: float
    window: int = 1
    drift: float | None = None
    skips_blank: bool = False


@dataclass(frozen=True)
class Decision:
    """Whether the picture at `index` is kept, and its greatest similarity to those it was compared with (None: none)."""

    index: int
    is_kept: bool
    similarity: float | None


def decide(pictures: Iterable[np.ndarray], rule: Rule) -> Iterator[Decision]:
    """
    Decide on one picture after the other; as many as the window has are in memory.

    Against kept pictures, not the one before: slow changes add up until they are seen.

    Args:
        pictures: Grey, uint8, all of one shape (height, width).
        rule: When to keep.
    """
    kept: deque[Compared] = deque(maxlen=rule.window)
    before: Compared | None = None
    drift = 0.0
    for index, picture in enumerate(pictures):
        if rule.skips_blank and is_blank(picture):
            yield Decision(index, is_kept=False, similarity=None)
            continue
        current = Compared(picture)
        similarity = max((other.similarity(current) for other in kept), default=None)
        if rule.drift is not None:
            drift += 1 - before.similarity(current) if before else 0.0
            before = current
        is_kept = similarity is None or similarity < rule.threshold or _exceeds(drift, rule.drift)
        if is_kept:
            kept.append(current)
            drift = 0.0
        yield Decision(index, is_kept, similarity)


def _exceeds(drift: float, limit: float | None) -> bool:
    return limit is not None and drift > limit
