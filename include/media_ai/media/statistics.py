"""Measurements of a single picture that need no model."""

from dataclasses import dataclass

import cv2
import numpy as np

_BLANK_DEVIATION = 3.0
"""Standard deviation of 16 x 16 luma below which a picture shows nothing."""


@dataclass(frozen=True, kw_only=True)
class PictureStatistics:
    """
    What can be measured.

    Attributes:
        brightness: Mean luma, 0 (black) to 1 (white).
        contrast: Standard deviation of luma, 0 to 0.5.
        sharpness: Variance of the Laplacian of luma; higher is sharper, comparable only between pictures of one size.
        is_blank: The picture is one flat tone.
        dominant_colors: Up to three colours as #rrggbb with their share of the picture, largest first.
    """

    brightness: float
    contrast: float
    sharpness: float
    is_blank: bool
    dominant_colors: tuple[tuple[str, float], ...]


def measure(image: np.ndarray) -> PictureStatistics:
    """Measure a picture: BGR, uint8, shape (height, width, 3)."""
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    return PictureStatistics(
        brightness=round(float(grey.mean()) / 255, 4),
        contrast=round(float(grey.std()) / 255, 4),
        sharpness=round(float(cv2.Laplacian(grey, cv2.CV_64F).var()), 2),
        is_blank=is_blank(grey),
        dominant_colors=_dominant_colors(image),
    )


def is_blank(grey: np.ndarray) -> bool:
    """Say whether a grey picture, uint8, shape (height, width), is one flat tone, whatever its noise."""
    return bool(cv2.resize(grey, (16, 16), interpolation=cv2.INTER_AREA).std() < _BLANK_DEVIATION)


def _dominant_colors(image: np.ndarray, count: int = 3) -> tuple[tuple[str, float], ...]:
    pixels = cv2.resize(image, (48, 48), interpolation=cv2.INTER_AREA).reshape(-1, 3)
    # Colours are grouped into 4 x 4 x 4 boxes: quick, and the same picture always gives the same answer.
    boxes = pixels.astype(np.int32) // 64
    labels = boxes[:, 0] * 16 + boxes[:, 1] * 4 + boxes[:, 2]
    found, sizes = np.unique(labels, return_counts=True)
    largest = found[np.argsort(-sizes, kind="stable")][:count]
    colors = []
    for label in largest:
        members = pixels[labels == label]
        blue, green, red = (round(float(value)) for value in members.mean(axis=0))
        colors.append((f"#{red:02x}{green:02x}{blue:02x}", round(len(members) / len(pixels), 4)))
    return tuple(colors)
