"""
Which samples of a video a viewer would call new, and where its shots begin.

Two things are new: a place that was not seen before, and something that was added to a place and stays (a line on a slide).
A place is the same as long as what moved explains the difference, so that pans, people and flicker are not new, and neither
is a set-up that a dialog returns to. Samples inside dissolves, wipes and fades are never chosen where there is another.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from media_ai.media.scenes_change import has_lasting_change, movements
from media_ai.media.scenes_options import SceneDecision, SceneOptions
from media_ai.media.scenes_transition import Sample, is_blank, is_passing
from media_ai.media.scenes_view import View, likeness, view_of


def choose(pictures: Iterable[np.ndarray], options: SceneOptions | None = None) -> Iterator[SceneDecision]:
    """
    Decide about every sample, one sample later than it comes. Of any video with a picture at least one is kept.

    Holds three samples and those that are remembered. Every shot has a kept sample, or a twin kept in an earlier shot.

    Args:
        pictures: Thumbnails at a regular interval: grey, uint8, all of one shape (height, width).
        options: What is new; meant for intervals of 0.5 to 1 s (see DEFAULT_INTERVAL).
    """
    chooser = _Chooser(options or SceneOptions())
    previous: View | None = None
    current: View | None = None
    for grey in pictures:
        following = view_of(grey)
        if current is not None:
            yield chooser.decide(previous, current, following)
        previous, current = current, following
    if current is not None:
        yield chooser.decide(previous, current, None)


def shots_of(decisions: Iterable[SceneDecision]) -> list[tuple[int, int]]:
    """Return (first, last) index of every shot, both inclusive, in order."""
    shots: list[tuple[int, int]] = []
    for decision in decisions:
        if decision.shot == len(shots):
            shots.append((decision.index, decision.index))
        else:
            shots[-1] = (shots[-1][0], decision.index)
    return shots


@dataclass(frozen=True, eq=False)
class _Kept:
    index: int
    view: View


class _Chooser:
    """Decides about one sample after another; `_anchor` is the last one that was no transition, `_twin` stands for now."""

    def __init__(self, options: SceneOptions) -> None:
        self._options = options
        self._memory: deque[_Kept] = deque(maxlen=options.look_back)
        self._anchor: View | None = None
        self._twin: _Kept | None = None
        self._index = self._shot = self._passed = 0
        self._before = 0.0
        self._is_waiting = False

    def decide(self, previous: View | None, current: View, following: View | None) -> SceneDecision:
        """Decide about `current`; None for a neighbour that does not exist."""
        after = 0.0 if following is None else likeness(current, following)
        decision = self._decide(Sample(previous, current, following, self._before, after))
        self._index += 1
        self._before = after
        return decision

    def _decide(self, sample: Sample) -> SceneDecision:
        is_last_chance = sample.following is None and self._anchor is None
        if not (self._is_waiting or is_last_chance or self._is_clear(sample)):
            self._passed += 1
            return self._answer(is_kept=False, novelty=0.0, twin=None)
        is_new_place = self._anchor is None or likeness(self._anchor, sample.current) < self._options.cut
        if is_new_place and not self._is_waiting:
            self._shot += self._anchor is not None
            self._twin = None
        self._anchor = sample.current
        # After a transition its last traces go with one more sample, if there is one.
        is_traced = is_new_place and self._passed > 0 and sample.after >= self._options.cut
        self._is_waiting, self._passed = is_traced and not self._is_waiting, 0
        if self._is_waiting:
            return self._answer(is_kept=False, novelty=0.0, twin=None)
        return self._compare(sample)

    def _is_clear(self, sample: Sample) -> bool:
        if is_blank(sample.current, self._options.transition):
            return False
        return self._passed >= self._options.patience or not is_passing(sample, self._options.transition)

    def _compare(self, sample: Sample) -> SceneDecision:
        """Look for a kept sample that shows the same: first the one that stood for the sample before."""
        moving = movements(sample.current, sample.beside(self._options.cut), self._options.change)
        last = likeness(self._memory[-1].view, sample.current) if self._memory else 0.0
        if self._twin is None or not self._is_same(self._twin, sample.current, moving, self._options.drift):
            kept = reversed(self._memory)
            same = (old for old in kept if self._is_same(old, sample.current, moving, self._options.again))
            self._twin = next(same, None)
        is_kept = self._twin is None
        if self._twin is None:
            self._twin = _Kept(self._index, sample.current)
            self._memory.append(self._twin)
        return self._answer(is_kept=is_kept, novelty=1 - last, twin=self._twin.index)

    def _is_same(self, kept: _Kept, current: View, moving: list[np.ndarray], least: float) -> bool:
        is_changed = has_lasting_change(kept.view, current, moving, self._options.change)
        return not is_changed and likeness(kept.view, current) >= least

    def _answer(self, *, is_kept: bool, novelty: float, twin: int | None) -> SceneDecision:
        return SceneDecision(self._index, self._shot, is_kept, novelty, twin)
