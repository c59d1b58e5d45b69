"""Samples that are on the way from one picture to another: dissolves, wipes, fades, black."""

from dataclasses import dataclass

from media_ai.media.scenes_view import View, likeness


@dataclass(frozen=True, eq=False)
class Sample:
    """A sample between its neighbours (None where there is none), and its likeness to them (0 where there is none)."""

    previous: View | None
    current: View
    following: View | None
    before: float
    after: float

    def beside(self, least: float) -> list[View]:
        """Return the neighbours that are at least so like it."""
        pairs = (self.previous, self.before), (self.following, self.after)
        return [view for view, alike in pairs if view is not None and alike >= least]


@dataclass(frozen=True, kw_only=True)
class TransitionOptions:
    """
    When a sample is on the way.

    mixed: likeness that a mixture keeps to both its parts; unrelated pictures seldom reach it.
    detour: how much more like the sample is to both neighbours than they are to each other.
    steadiness: ratio of contrasts of neighbours below which the picture is being faded; flicker stays above.
    blank: contrast (standard deviation of grey levels) below which nothing is to be seen.
    """

    mixed: float = 0.4
    detour: float = 0.1
    steadiness: float = 0.8
    blank: float = 1.0


def is_blank(view: View, options: TransitionOptions) -> bool:
    """Tell whether nothing is to be seen: black between shots, a white flash."""
    return view.contrast < options.blank


def is_passing(sample: Sample, options: TransitionOptions) -> bool:
    """
    Tell whether the sample is a state between others and no picture of its own.

    Half of one picture and half of another is more like both than they are to each other; that holds for dissolves and
    wipes, and not for a cut or for what moves evenly. A fade is seen by its contrast, for likeness does not depend on it.
    """
    if sample.following is None:
        return False
    weak, strong = sorted((sample.current.contrast, sample.following.contrast))
    if sample.after >= options.mixed and weak < options.steadiness * strong:
        return True
    nearer = min(sample.before, sample.after)
    if sample.previous is None or nearer < options.mixed:
        return False
    return likeness(sample.previous, sample.following) < nearer - options.detour
