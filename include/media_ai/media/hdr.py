"""Showing high dynamic range on an ordinary scale, where dark and washed-out pictures would mislead readers and models."""

from functools import cache

import cv2
import numpy as np

PQ = 16
"""Transfer characteristics of SMPTE ST 2084, as ISO/IEC 23091-2 numbers them. HLG, 18, looks right without a conversion."""
_REFERENCE_WHITE = 203.0
"""Candela per square metre that become white: diffuse white by ITU-R BT.2408; what is brighter is clipped."""
_DISPLAY_GAMMA = 2.4
"""Of an ordinary display: ITU-R BT.1886."""


def to_standard_range(pixels: np.ndarray) -> np.ndarray:
    """Return PQ-coded pixels, uint8 of any shape, for an ordinary display; wider colours pale a little."""
    return cv2.LUT(pixels, _table())


@cache
def _table() -> np.ndarray:
    """SMPTE ST 2084, equation 4.1, then the inverse of the display's gamma."""
    m1, m2, c1, c2, c3 = 2610 / 16384, 2523 / 4096 * 128, 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32
    root = (np.arange(256) / 255) ** (1 / m2)
    nits = 10_000 * (np.maximum(root - c1, 0) / (c2 - c3 * root)) ** (1 / m1)
    shown = np.minimum(nits / _REFERENCE_WHITE, 1) ** (1 / _DISPLAY_GAMMA)
    return np.round(255 * shown).astype(np.uint8)
