"""From sightings in frames to stretches of time."""

from fractions import Fraction

import pytest

from media_ai.media.faces_appearances import Sighting, best_of, merge_appearances
from media_ai.model.text import Box
from media_ai.model.time import Timecode


def seen(*frames: int, quality: float = 1.0) -> list[Sighting]:
    box = Box(left=0, top=0, width=0.1, height=0.1)
    return [Sighting(frame=at, box=box, confidence=0.5 + at / 100, quality=quality) for at in frames]


TIMES = [Timecode.of_seconds(second) for second in (0, 2, 4, 10, 12)]
END = Timecode.of_seconds(15)


@pytest.mark.parametrize(
    ("frames", "gap", "expected"),
    [
        ([0], 0, [(0, 2)]),
        ([0, 1], 0, [(0, 4)]),
        ([0, 2], 0, [(0, 2), (4, 10)]),
        ([0, 2], 2, [(0, 10)]),
        ([0, 2], Fraction("1.999"), [(0, 2), (4, 10)]),
        ([2, 0], 0, [(0, 2), (4, 10)]),
        ([2], 0, [(4, 10)]),
        ([4], 0, [(12, 15)]),
        ([3, 3, 4], 0, [(10, 15)]),
        ([0, 4], 9, [(0, 2), (12, 15)]),
        ([0, 4], 10, [(0, 15)]),
        ([], 5, []),
    ],
)
def test_a_frame_stands_until_the_next(frames, gap, expected):
    """Stretches that touch, or are at most the gap apart, are one; the last frame stands until the end."""
    found = merge_appearances(seen(*frames), TIMES, END, Fraction(gap))

    assert [(float(one.time.start.seconds), float(one.time.end.seconds)) for one in found] == expected


def test_an_appearance_has_its_best_moment():
    """Time and box are those of the highest quality, the confidence is the highest."""
    found = merge_appearances([*seen(0), *seen(1, quality=2), *seen(2)], TIMES, END, Fraction(0))

    assert (found[0].best, found[0].confidence) == (TIMES[1], 0.52)


def test_the_first_of_equals_is_the_best():
    """So that two runs choose the same."""
    assert best_of(seen(3, 1, 2)).frame == 1


def test_an_end_before_the_last_frame_is_no_negative_stretch():
    """Frames may be a tick later than what was meant to be covered."""
    found = merge_appearances(seen(4), TIMES, Timecode.of_seconds(11), Fraction(0))

    assert found[0].time.duration == 0
