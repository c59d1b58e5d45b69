"""
Which pictures of a video must be decoded, told from its packets alone.

Reading packets costs next to nothing and they carry the presentation times. So the picture on screen at a wanted time is
known before anything is decoded, and so is the part of its group that the decoder needs for it.
"""

import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from media_ai.media.groups import Group, with_next


@dataclass(frozen=True)
class Step:
    """A group, the presentation times wanted in it, and whether the next group continues it in the decoder."""

    group: Group
    wanted: frozenset[int]
    goes_on: bool


class Chooser(Protocol):
    """Says which pictures are wanted."""

    is_done: bool
    """Whether nothing later can be wanted."""

    def choose(self, times: Sequence[int], until: int | None, group: Group) -> Iterable[int]:
        """
        Return the wanted ones of `times` for the stretch before `until`; each is returned once.

        Args:
            times: Presentation times that are known, ascending; all that lie before `until` are among them.
            until: End of the stretch; None at the end of the video.
            group: The group whose turn it is.
        """


class EveryInterval:
    """Wants the picture on screen at start, start + interval, ..., before the end."""

    def __init__(self, start: Fraction, interval: Fraction, end: Fraction) -> None:
        """Take the times in units of the packets' clock."""
        self._start, self._interval, self._end = start, interval, end
        self._wanted = start
        self.is_done = start >= end

    def choose(self, times: Sequence[int], until: int | None, group: Group) -> Iterator[int]:
        """Yield for each wanted time the greatest presentation time that is not after it."""
        while not self.is_done and (until is None or self._wanted < until):
            at = bisect_right(times, self._wanted) - 1
            if at >= 0:
                yield times[at]
            if at + 1 == len(times):
                self.is_done = self.is_done or until is None
                # The picture stays on screen until `until` at least: no wanted time before that shows another.
                self._move_to(Fraction(until if until is not None else self._wanted))
                return
            self._move_to(Fraction(times[at + 1]))

    def _move_to(self, time: Fraction) -> None:
        """Go on to the first wanted time that is not before `time`: a picture is wanted once, however long it stays."""
        self._wanted = self._start + self._interval * math.ceil((time - self._start) / self._interval)
        self.is_done = self._wanted >= self._end


class KeyPictures:
    """Wants key pictures, at least an interval apart, from the start until before the end."""

    def __init__(self, start: Fraction, interval: Fraction, end: Fraction) -> None:
        """Take the times in units of the packets' clock."""
        self._next, self._interval, self._end = start, interval, end
        self.is_done = start >= end

    def choose(self, times: Sequence[int], until: int | None, group: Group) -> Iterator[int]:
        """Yield the time of the group's key picture if it is wanted."""
        if not group.times:
            return
        if group.is_key and self._next <= group.begin < self._end and group.begin in group.times:
            self._next = group.begin + self._interval
            yield group.begin
        self.is_done = group.begin >= self._end


def plan(groups: Iterable[Group], chooser: Chooser, origin: int) -> Iterator[Step]:
    """
    Yield the groups with what is wanted in each, until nothing more can be wanted; two groups are in memory.

    Args:
        groups: In the order of decoding.
        chooser: Says what is wanted.
        origin: Presentation time of the first picture that can be shown; what lies before it cannot be decoded.
    """
    carried: frozenset[int] = frozenset()
    for group, following in with_next(groups):
        known = sorted(time for time in {*group.times, *(following.times if following else ())} if time >= origin)
        chosen = carried.union(chooser.choose(known, _known_until(following, known, origin), group))
        mine = chosen.intersection(group.times)
        carried = chosen - mine
        yield Step(group, mine, goes_on=bool(carried) or bool(following and not following.is_key))
        if chooser.is_done and not carried:
            return


def _known_until(following: Group | None, known: Sequence[int], origin: int) -> int | None:
    if following is None:
        return None
    if following.times:
        return following.begin
    # Packets without times tell nothing; what follows them will.
    return known[-1] if known else origin
