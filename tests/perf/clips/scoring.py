"""How well kept samples match what a viewer would call new."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Score:
    """
    kept: samples. contents: those on screen at one sample at least. found: contents among the kept samples.

    A kept sample in a transition shows no content, and one of a content that was kept before shows none that is new.
    """

    kept: int
    found: int
    contents: int

    @property
    def precision(self) -> float:
        return self.found / max(self.kept, 1)

    @property
    def recall(self) -> float:
        return self.found / max(self.contents, 1)

    @property
    def f1(self) -> float:
        return 2 * self.found / max(self.kept + self.contents, 1)


def score(labels: Sequence[int | None], kept: Sequence[int]) -> Score:
    """Return the score of the samples at the indices `kept`."""
    contents = {label for label in labels if label is not None}
    found = {labels[index] for index in kept} - {None}
    return Score(len(kept), len(found), len(contents))
