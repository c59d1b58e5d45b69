"""The threshold sweep: each threshold keeps what de-duplication with it keeps."""

import cv2
import numpy as np
import pytest

from media_ai.media.deduplication import Rule, decide
from media_ai.media.sweep import THRESHOLDS, picture_tokens, sweep
from media_ai.model.time import Timecode, TimeRange


def test_a_sweep_keeps_what_each_threshold_keeps():
    """Counts are those of de-duplication; higher thresholds keep no fewer here; gaps are those of the kept ones."""
    random = np.random.default_rng(5)
    ends = [cv2.resize(random.integers(0, 255, (9, 16), np.uint8), (256, 144)) for _ in range(2)]
    pictures = [cv2.addWeighted(ends[0], 1 - n / 40, ends[1], n / 40, 0) for n in range(41)]
    times = [Timecode.of_seconds(n) for n in range(41)]
    span = TimeRange(start=times[0], end=Timecode.of_seconds(41))
    rows = sweep(pictures, times, span, (1280, 720))

    for row in rows:
        kept = [d.index for d in decide(pictures, Rule(threshold=row.threshold)) if d.is_kept]
        assert row.kept == len(kept)
        assert row.largest_gap == max(np.diff([*kept, 41]))
        assert row.tokens == row.kept * picture_tokens(1280, 720)
    assert [row.threshold for row in rows] == list(THRESHOLDS)
    assert rows[0].kept < rows[-1].kept


@pytest.mark.parametrize(("size", "tokens"), [((28, 28), 4), ((1280, 720), 46 * 26), ((16000, 16000), 16384)])
def test_tokens_are_bounded(size, tokens):
    """A tiny picture costs the least, a huge one the most that a model takes."""
    assert picture_tokens(*size) == tokens
