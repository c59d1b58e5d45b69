"""Exact time: a picture's or a cue's time is an integer count of a rational time base, never a float."""

from fractions import Fraction
from functools import total_ordering
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema, model_validator

from media_ai.model.base import Model


def _to_fraction(value: object) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, Fraction | int | str):
        raise ValueError(f"{value!r} is not a ratio; write it as '1/90000'")
    try:
        return Fraction(value)
    except ZeroDivisionError as exc:
        raise ValueError(f"{value!r} has a zero denominator") from exc


Ratio = Annotated[
    Fraction,
    BeforeValidator(_to_fraction),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^-?\d+(/\d+)?$", "examples": ["1/90000"]}),
]
"""An exact ratio; in JSON a string such as "1/90000" or "25"."""

MILLISECONDS = Fraction(1, 1000)


@total_ordering
class Timecode(Model):
    """A moment: `pts` ticks of `time_base` seconds each. Ordering and arithmetic are exact."""

    pts: int = Field(description="Ticks since the start of the video.")
    time_base: Ratio = Field(description="Seconds per tick.")

    @classmethod
    def of_seconds(cls, seconds: Fraction | int | str, time_base: Fraction = MILLISECONDS) -> Self:
        """Return the moment nearest to `seconds` that `time_base` can express."""
        return cls(pts=round(Fraction(seconds) / time_base), time_base=time_base)

    @property
    def seconds(self) -> Fraction:
        """Exact seconds since the start of the video."""
        return self.pts * self.time_base

    def __eq__(self, other: object) -> bool:
        # The moment counts, not how it is written: 1 tick of a second is 1000 ticks of a millisecond.
        return isinstance(other, Timecode) and self.seconds == other.seconds

    def __hash__(self) -> int:
        return hash(self.seconds)

    def __lt__(self, other: "Timecode") -> bool:
        return self.seconds < other.seconds

    def __str__(self) -> str:
        return clock(self.seconds)


class TimeRange(Model):
    """A half-open stretch of time, `start <= t < end`; an empty one has start equal to end."""

    start: Timecode
    end: Timecode

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.end < self.start:
            raise ValueError(f"the range ends ({self.end}) before it starts ({self.start})")
        return self

    @property
    def duration(self) -> Fraction:
        """Exact length in seconds, zero or more."""
        return self.end.seconds - self.start.seconds

    def __str__(self) -> str:
        return f"{self.start} - {self.end}"


def clock(seconds: Fraction | float) -> str:
    """Write seconds as hours:minutes:seconds.milliseconds, with a sign when negative: 0:01:02.345."""
    total = round(Fraction(seconds) * 1000)
    sign, total = ("-" if total < 0 else ""), abs(total)
    minutes, milliseconds = divmod(total, 60_000)
    return f"{sign}{minutes // 60}:{minutes % 60:02d}:{milliseconds // 1000:02d}.{milliseconds % 1000:03d}"
