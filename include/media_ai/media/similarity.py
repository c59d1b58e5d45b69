"""Which pictures are worth keeping: structural similarity against the last kept one."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from skimage.metrics import structural_similarity

_WINDOW = 7


@dataclass(frozen=True)
class Decision:
    """Whether the picture at `index` is kept, and how similar it is to the one kept before it (None for the first)."""

    index: int
    is_kept: bool
    similarity: float | None


def decide(pictures: Iterable[np.ndarray], threshold: float) -> Iterator[Decision]:
    """
    Keep a picture when its similarity to the last kept one is below `threshold`.

    Against the last kept picture, not the one before: slow changes add up until they are seen.

    Args:
        pictures: Grey, uint8, all of one shape (height, width).
        threshold: 0 keeps only the first picture of ordinary videos; 1 keeps all but identical ones.
    """
    kept: np.ndarray | None = None
    for index, picture in enumerate(pictures):
        similarity = None if kept is None else ssim(kept, picture)
        is_kept = similarity is None or similarity < threshold
        if is_kept:
            kept = picture
        yield Decision(index, is_kept, similarity)


def ssim(a: np.ndarray, b: np.ndarray) -> float:
    """
    Return the mean structural similarity of two grey pictures, -1 to 1 (Wang et al. 2004, as scikit-image computes it).

    Args:
        a, b: uint8, one shape (height, width). Sides shorter than the 7-pixel window are padded by repeating the edge.
    """
    short = [max(_WINDOW - side, 0) for side in a.shape]
    if any(short):
        padding = [(0, amount) for amount in short]
        a, b = np.pad(a, padding, mode="edge"), np.pad(b, padding, mode="edge")
    return float(structural_similarity(a, b, data_range=255, win_size=_WINDOW))
