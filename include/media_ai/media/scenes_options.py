"""What can be chosen about scenes, and what is decided about a sample."""

from dataclasses import dataclass, field

from media_ai.media.scenes_change import ChangeOptions
from media_ai.media.scenes_transition import TransitionOptions

DEFAULT_INTERVAL = 0.5
"""
Seconds between samples: two in the shortest usual shot, two in most dissolves. 1 s finds as much of films but for shots
shorter than it, and loses a few of the lines that are on a slide for less than two seconds.
"""


@dataclass(frozen=True, kw_only=True)
class SceneOptions:
    """
    What counts as another place, and how far back is remembered.

    cut: likeness below which two samples show different places (see `likeness` for what pictures reach).
    again: likeness to a kept sample from which on a place counts as seen before: stricter, since many are asked.
    drift: likeness to the kept sample below which a shot that never cuts has come to another place: that of strangers.
    look_back: kept samples that are remembered; what returns later than that is new again.
    patience: samples in a row that may be taken for a transition; then it is the style of the film.
    """

    cut: float = 0.62
    again: float = 0.68
    drift: float = 0.4
    look_back: int = 32
    patience: int = 8
    transition: TransitionOptions = field(default_factory=TransitionOptions)
    change: ChangeOptions = field(default_factory=ChangeOptions)


@dataclass(frozen=True)
class SceneDecision:
    """
    What is decided about the sample at `index`.

    shot: number of its shot, from 0; a transition belongs to the shot before it. is_kept: it shows something new.
    novelty: 1 - likeness to the last kept sample, 0 to about 1; 1 for the first.
    twin: index of the kept sample that shows the same; its own for a kept one; None in a transition and just after one.
    """

    index: int
    shot: int
    is_kept: bool
    novelty: float
    twin: int | None
