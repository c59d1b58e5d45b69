"""Ways to select samples: ours, and the usual ones to hold it against. Each returns the indices of the samples that it keeps."""

from collections.abc import Callable, Sequence
from itertools import islice, pairwise

import cv2
import numpy as np

from media_ai.media.pictures import luma_thumbnail
from media_ai.media.scenes import choose

Select = Callable[[Sequence[np.ndarray]], list[int]]
"""Of BGR pictures, uint8."""


def scenes(pictures: Sequence[np.ndarray]) -> list[int]:
    """Ours."""
    return [decision.index for decision in choose(map(luma_thumbnail, pictures)) if decision.is_kept]


def unlike_last(pictures: Sequence[np.ndarray]) -> list[int]:
    """SSIM at 256 wide below 0.95 against the last kept one: what the interval mode offers."""
    return _unlike(pictures, 1)


def unlike_all(pictures: Sequence[np.ndarray]) -> list[int]:
    """SSIM at 256 wide below 0.95 against every kept one."""
    return _unlike(pictures, len(pictures))


def _unlike(pictures: Sequence[np.ndarray], look_back: int) -> list[int]:
    kept: dict[int, _Blurred] = {}
    for index, picture in enumerate(pictures):
        blurred = _Blurred(luma_thumbnail(picture))
        if all(blurred.similarity(other) < 0.95 for other in islice(reversed(kept.values()), look_back)):
            kept[index] = blurred
    return list(kept)


class _Blurred:
    """A picture with what SSIM (7 x 7, as scikit-image takes it) needs of it alone, so that many can be compared with many."""

    def __init__(self, grey: np.ndarray) -> None:
        self._values = grey.astype(np.float32)
        self._mean = cv2.blur(self._values, (7, 7))
        # 49 / 48: sample covariance, as scikit-image takes it.
        self._variance = (cv2.blur(self._values * self._values, (7, 7)) - self._mean * self._mean) * (49 / 48)

    def similarity(self, other: "_Blurred") -> float:
        c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
        product = self._mean * other._mean
        covariance = (cv2.blur(self._values * other._values, (7, 7)) - product) * (49 / 48)
        above = (2 * product + c1) * (2 * covariance + c2)
        below = (self._mean**2 + other._mean**2 + c1) * (self._variance + other._variance + c2)
        return float((above / below)[3:-3, 3:-3].mean())


def histogram_cuts(pictures: Sequence[np.ndarray]) -> list[int]:
    """Keep a sample when more than a third of its grey histogram (32 bins) differs from the sample before."""
    shares = [np.bincount(luma_thumbnail(picture).ravel() >> 3, minlength=32) for picture in pictures]
    return [0, *(index for index, (a, b) in enumerate(pairwise(shares), 1) if np.abs(a - b).sum() / 2 > a.sum() / 3)]


def content_cuts(pictures: Sequence[np.ndarray]) -> list[int]:
    """Keep a sample when hue, saturation and value differ by more than 27 on average (PySceneDetect's ContentDetector)."""
    small = [cv2.resize(picture, (256, 144), interpolation=cv2.INTER_AREA) for picture in pictures]
    colours = [cv2.cvtColor(picture, cv2.COLOR_BGR2HSV).astype(np.int16) for picture in small]
    return [0, *(index for index, (a, b) in enumerate(pairwise(colours), 1) if np.abs(a - b).mean() > 27)]


SELECTORS: dict[str, tuple[Select, float]] = {
    "scenes, every 0.5 s": (scenes, 0.5),
    "scenes, every 1 s": (scenes, 1.0),
    "SSIM 0.95, against the last kept": (unlike_last, 1.0),
    "SSIM 0.95, against all kept": (unlike_all, 1.0),
    "histogram cuts": (histogram_cuts, 1.0),
    "content cuts 27": (content_cuts, 1.0),
}
"""By name: the selector and its interval between samples, seconds."""
