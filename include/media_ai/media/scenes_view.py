"""How like two pictures are when what moved is allowed for: the same place seen a moment later, or after a return."""

import threading
from dataclasses import dataclass

import cv2
import numpy as np

_SIZE = (128, 72)
"""(width, height) at which places are compared: any picture fits, and places do not need more."""
_SOFTNESS = 1.5
"""Pixels of _SIZE, 23 of 1080p. Blurs sensor noise and codec blocks away, and leaves what makes a place."""
_CONTRAST = 48.0
"""Standard deviation that every picture is brought to, so that dark shots, flicker and flashes compare like others."""
_DARKEST = 6.0
"""Below this standard deviation contrast is not raised any further: it would be noise that is compared."""
_BLOCKS = (16, 9)
_STANDING = 0.9
"""Likeness as they stand above which pictures are alike enough, so that nobody need look for motion: it saves time."""
_C1, _C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
_GRID = np.stack(np.meshgrid(np.arange(_SIZE[0]), np.arange(_SIZE[1])), axis=-1).astype(np.float32)


class _PerThread(threading.local):
    """The search for motion keeps buffers inside, which threads must not share."""

    def __init__(self) -> None:
        self.search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST)


_own = _PerThread()


@dataclass(frozen=True, eq=False)
class Blocks:
    """What SSIM needs of a picture: its values, float32 (72, 128), mean and population variance of blocks, (9, 16)."""

    values: np.ndarray
    mean: np.ndarray
    variance: np.ndarray


@dataclass(frozen=True, eq=False)
class View:
    """
    A sample prepared for comparing.

    grey: the thumbnail, uint8 (height, width). soft: uint8 (72, 128), of one brightness and contrast.
    blocks: of `soft`. contrast: standard deviation of the thumbnail once noise is blurred away, 0 to 127.
    """

    grey: np.ndarray
    soft: np.ndarray
    blocks: Blocks
    contrast: float


def view_of(grey: np.ndarray) -> View:
    """Prepare a thumbnail: uint8, (height, width), any size. It is copied: it may be a part of a block of many."""
    small = np.asarray(cv2.resize(grey, _SIZE, interpolation=cv2.INTER_AREA), np.float32)
    small = np.asarray(cv2.GaussianBlur(small, (0, 0), _SOFTNESS))
    mean, deviation = (float(value[0, 0]) for value in cv2.meanStdDev(small))
    gain = _CONTRAST / max(deviation, _DARKEST)
    soft = np.clip((small - mean) * gain + 128, 0, 255).astype(np.uint8)
    return View(grey.copy(), soft, _blocks_of(soft), deviation)


def likeness(a: View, b: View) -> float:
    """
    Return how like two views are where every point of one may have moved, about 0.1 to 1, 1 for equal ones.

    Mean SSIM per block (Wang et al. 2004) between `a` and `b` carried along the optical flow (dense inverse search, Kroeger et
    al. 2016). Pans, zooms and moving people keep it above 0.65 over a second; unrelated pictures stay below 0.6.
    """
    standing = _ssim(a.blocks, b.blocks)
    return standing if standing > _STANDING else _ssim(a.blocks, _blocks_of(_remap(b.soft, flow_of(a, b))))


def flow_of(a: View, b: View) -> np.ndarray:
    """Return for every point of `a` where it is in `b`: float32 (72, 128, 2), x and y in pixels of that size."""
    moved = np.zeros((_SIZE[1], _SIZE[0], 2), np.float32)
    return np.asarray(_own.search.calc(a.soft, b.soft, moved)) + _GRID


def carried(flow: np.ndarray, grey: np.ndarray, part: tuple[slice, slice]) -> np.ndarray:
    """
    Return a part of the first picture as it would be if everything of the second had only moved.

    Args:
        flow: From `flow_of`.
        grey: The second picture, uint8 (height, width).
        part: Rows and columns of the first picture.
    """
    scale = np.array((grey.shape[1] / _SIZE[0], grey.shape[0] / _SIZE[1]), np.float32)
    rows, columns = (np.arange(side.start, side.stop, dtype=np.float32) for side in part)
    places = np.stack(np.meshgrid(columns, rows), axis=-1)
    return _remap(grey, (_remap(flow, (places + 0.5) / scale - 0.5) + 0.5) * scale - 0.5)


def _remap(image: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Return the values of the picture at points: float32 (height, width, 2), x and y in its pixels."""
    x, y = np.ascontiguousarray(points[..., 0]), np.ascontiguousarray(points[..., 1])
    return np.asarray(cv2.remap(image, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))


def _blocks_of(soft: np.ndarray) -> Blocks:
    values = soft.astype(np.float32)
    mean = _mean(values)
    return Blocks(values, mean, _mean(values * values) - mean * mean)


def _ssim(a: Blocks, b: Blocks) -> float:
    """Return the mean SSIM over the blocks, which need not overlap here."""
    product = a.mean * b.mean
    covariance = _mean(a.values * b.values) - product
    above = (2 * product + _C1) * (2 * covariance + _C2)
    below = (a.mean * a.mean + b.mean * b.mean + _C1) * (a.variance + b.variance + _C2)
    return float(np.mean(above / below))


def _mean(values: np.ndarray) -> np.ndarray:
    return np.asarray(cv2.resize(values, _BLOCKS, interpolation=cv2.INTER_AREA))
