"""
Made clips with a known truth: for every picture the content that a viewer sees in it, or None inside a transition.

Five families as in the notes on frame selection: hard cuts, fades and dissolves, dialog that returns to its set-ups, slides
with a moving cursor, low light. Every seed gives other lengths, pictures, texts and motions; all pictures have been through
x264 before they are returned.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from tests.perf.clips import codec, films, slides
from tests.perf.clips.canvas import RATE, Labelled


@dataclass(frozen=True)
class Clip:
    """
    A made clip, sampled.

    pictures: BGR, uint8, (360, 640, 3), one every `interval` seconds. labels: of each picture its content, None in a transition.
    """

    family: str
    seed: int
    interval: float
    pictures: list[np.ndarray]
    labels: list[int | None]

    @property
    def contents(self) -> set[int]:
        """The contents that are on screen at one sample at least."""
        return {label for label in self.labels if label is not None}


FAMILIES: dict[str, Callable[[np.random.Generator], Iterator[Labelled]]] = {
    "cuts": films.cuts,
    "fades": films.fades,
    "dialog": films.dialog,
    "slides": slides.slides,
    "low light": films.low_light,
}


def make(family: str, seed: int, interval: float = 1.0) -> Clip:
    """Render, encode, decode and sample a clip; the same seed gives the same clip. `interval` is in seconds."""
    rng = np.random.default_rng([seed, list(FAMILIES).index(family)])
    labels: list[int | None] = []
    quality = int(rng.integers(20, 31))
    data = codec.encode(_noting(FAMILIES[family](rng), labels), quality=quality, gop=int(rng.integers(20, 100)))
    wanted = {round(n * interval * RATE) for n in range(int(len(labels) / interval / RATE) + 1)}
    sampled = [label for number, label in enumerate(labels) if number in wanted]
    return Clip(family, seed, interval, list(codec.decode(data, wanted)), sampled)


def _noting(pictures: Iterator[Labelled], labels: list[int | None]) -> Iterator[np.ndarray]:
    for picture, label in pictures:
        labels.append(label)
        yield picture
