"""Exact time."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from media_ai.model.time import Timecode, TimeRange, clock


def test_ntsc_times_are_exact():
    """A thousand seconds of 30000/1001 pictures add up without an error of a float."""
    thirty_thousandth = Timecode(pts=30_000, time_base=Fraction(1001, 30_000))

    assert thirty_thousandth.seconds == 1001


def test_timecodes_of_different_time_bases_are_ordered_by_time():
    """Order depends on the moment, not on the ticks."""
    late, early = Timecode(pts=1, time_base=Fraction(1)), Timecode(pts=900, time_base=Fraction(1, 1000))

    assert sorted([late, early]) == [early, late]


def test_equal_moments_are_equal_in_any_time_base():
    """Frames and subtitles have different time bases; equality and hashes agree with the order."""
    second, thousand = Timecode(pts=1, time_base=Fraction(1)), Timecode(pts=1000, time_base=Fraction(1, 1000))

    assert (second == thousand, second <= thousand, hash(second) == hash(thousand)) == (True, True, True)


@given(st.integers(-(10**15), 10**15), st.fractions(min_value=Fraction(1, 10**6), max_value=10))
def test_json_keeps_every_tick(pts, time_base):
    """A timecode comes back from JSON equal to what was written."""
    time = Timecode(pts=pts, time_base=time_base)

    assert Timecode.model_validate_json(time.model_dump_json()) == time


@pytest.mark.parametrize("wrong", ["1/0", "a", 0.5, True, None, "1//2"])
def test_a_time_base_that_is_no_ratio_is_refused(wrong):
    """Floats and nonsense are refused, a zero denominator too."""
    with pytest.raises(ValidationError):
        Timecode(pts=1, time_base=wrong)


def test_a_range_cannot_end_before_it_starts():
    """The range is refused with both times in the message."""
    start, end = Timecode.of_seconds(2), Timecode.of_seconds(1)

    with pytest.raises(ValidationError, match=r"0:00:01\.000\) before it starts \(0:00:02\.000"):
        TimeRange(start=start, end=end)


@pytest.mark.parametrize(
    ("seconds", "written"),
    [(0, "0:00:00.000"), (Fraction(3725678, 1000), "1:02:05.678"), (-1.5, "-0:00:01.500"), (59.9996, "0:01:00.000")],
)
def test_clock_writes_times_for_people(seconds, written):
    """Hours, minutes, seconds and milliseconds, rounded once."""
    assert clock(seconds) == written
