"""Outlines as points: ellipses, hexagons, rounded boxes, petals, smooth curves."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.float64]


def ellipse(x: float, y: float, across: float, down: float | None = None, *, turn: float = 0.0) -> Points:
    """An ellipse by its two radii (a circle by one), turned clockwise."""
    angle = np.linspace(0, 2 * np.pi, 96, endpoint=False)
    return place(np.column_stack([across * np.cos(angle), (down or across) * np.sin(angle)]), x, y, turn=turn)


def hexagon(x: float, y: float, radius: float) -> Points:
    """A hexagon that stands on a corner, as the cells of a comb do."""
    angle = np.arange(6) * np.pi / 3 + np.pi / 6
    return np.column_stack([x + radius * np.cos(angle), y + radius * np.sin(angle)])


def rounded(x: float, y: float, width: float, height: float, radius: float) -> Points:
    """A box with round corners, by its top left corner."""
    quarter = np.linspace(0, np.pi / 2, 16)
    corners = []
    for step, (cx, cy) in enumerate(((width, height), (0, height), (0, 0), (width, 0))):
        angle = quarter + step * np.pi / 2
        inset_x, inset_y = cx + (radius if cx == 0 else -radius), cy + (radius if cy == 0 else -radius)
        corners.append(np.column_stack([inset_x + radius * np.cos(angle), inset_y + radius * np.sin(angle)]))
    outline: Points = np.vstack(corners) + np.array([x, y])
    return outline


def petal(length: float, width: float) -> Points:
    """A petal that starts at the origin and points up."""
    along = np.linspace(0, 1, 40)
    side = width / 2 * np.sin(np.pi * along**0.8) ** 0.75
    edge = np.column_stack([side, -length * along])
    return np.vstack([edge, edge[::-1] * np.array([-1.0, 1.0])])


def arc(x: float, y: float, radius: float, start: float, stop: float) -> Points:
    """Part of a circle; angles run clockwise from straight up."""
    angle = np.linspace(start, stop, 48)
    return np.column_stack([x + radius * np.sin(angle), y - radius * np.cos(angle)])


def curve(*knots: tuple[float, float]) -> Points:
    """A smooth line through the knots (Catmull-Rom)."""
    points = np.array([knots[0], *knots, knots[-1]], np.float64)
    time = np.linspace(0, 1, 24)[:, None]
    pieces = []
    for a, b, c, d in zip(points, points[1:], points[2:], points[3:], strict=False):
        square, cube = time**2, time**3
        bend = (2 * a - 5 * b + 4 * c - d) * square + (3 * b - a - 3 * c + d) * cube
        pieces.append(0.5 * (2 * b + (c - a) * time + bend))
    return np.vstack(pieces)


def place(points: Points, x: float, y: float, *, turn: float = 0.0, zoom: float = 1.0) -> Points:
    """The outline moved to a point, turned clockwise and scaled."""
    cosine, sine = np.cos(turn) * zoom, np.sin(turn) * zoom
    placed: Points = points @ np.array([[cosine, sine], [-sine, cosine]]) + np.array([x, y])
    return placed


def dashes(points: Points, dash: float, gap: float) -> list[Points]:
    """A line cut into dashes of even length."""
    steps = np.hypot(*np.diff(points, axis=0).T)
    length = np.concatenate([[0.0], np.cumsum(steps)])
    starts = np.arange(0, length[-1], dash + gap)
    pieces = []
    for start in starts:
        at = np.linspace(start, min(start + dash, length[-1]), 6)
        pieces.append(np.column_stack([np.interp(at, length, points[:, axis]) for axis in (0, 1)]))
    return pieces


def ease(share: float) -> float:
    """Nought to one, starting and stopping gently."""
    share = min(1.0, max(0.0, share))
    return share * share * (3 - 2 * share)
