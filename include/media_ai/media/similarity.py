"""Structural similarity of two grey pictures: Wang, Bovik, Sheikh and Simoncelli 2004, as scikit-image computes it."""

import cv2
import numpy as np

_WINDOW = 7
_C1, _C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
_SAMPLE = _WINDOW**2 / (_WINDOW**2 - 1)
"""Sample variance instead of that of the population, as scikit-image takes by default."""


class Compared:
    """A picture with what all comparisons with it need: the means and variances of its 7 x 7 windows."""

    def __init__(self, picture: np.ndarray) -> None:
        """Take a grey picture: uint8, shape (height, width). Sides shorter than the window are padded by their edges."""
        short = [(0, max(_WINDOW - side, 0)) for side in picture.shape]
        padded = np.pad(picture, short, mode="edge") if any(amount for _, amount in short) else picture
        self.picture = picture
        self._values = padded.astype(np.float64)
        self._mean = _windows(self._values)
        self._variance = _SAMPLE * (_windows(self._values * self._values) - self._mean * self._mean)

    def similarity(self, other: "Compared") -> float:
        """Return the mean structural similarity, -1 to 1; equal to scikit-image's within 1e-12. Both have one shape."""
        product = self._mean * other._mean
        covariance = _SAMPLE * (_windows(self._values * other._values) - product)
        likeness = (2 * product + _C1) * (2 * covariance + _C2)
        likeness /= (self._mean**2 + other._mean**2 + _C1) * (self._variance + other._variance + _C2)
        return float(likeness.mean())


def ssim(a: np.ndarray, b: np.ndarray) -> float:
    """Return the mean structural similarity, -1 to 1, of two grey pictures: uint8, one shape (height, width)."""
    return Compared(a).similarity(Compared(b))


def _windows(values: np.ndarray) -> np.ndarray:
    """Return the mean of every whole window; the rim, where windows are not whole, is cut off."""
    rim = _WINDOW // 2
    return cv2.boxFilter(values, cv2.CV_64F, (_WINDOW, _WINDOW))[rim : -rim or None, rim : -rim or None]
