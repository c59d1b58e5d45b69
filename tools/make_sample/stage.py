"""What many scenes share: the picture's size, slide backgrounds, labels, hills, the sun."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tools.make_sample import palette as ink
from tools.make_sample.canvas import Canvas, Points
from tools.make_sample.fonts import font
from tools.make_sample.model import Beat
from tools.make_sample.palette import Colour
from tools.make_sample.shapes import ellipse, hexagon, rounded

WIDTH, HEIGHT = 1280, 720

CORNER = ((1240, 60, 0.30), (1149, 60, 0.18), (1194, 139, 0.22), (1285, 139, 0.36), (1240, 218, 0.14))

Painter = Callable[[float], Canvas]
Builder = Callable[[Beat], Painter]


def still(canvas: Canvas) -> Painter:
    """A painter whose picture never changes."""
    return lambda _: canvas


def paper() -> Canvas:
    """The cream slide with a faint piece of comb in its corner."""
    canvas = Canvas(WIDTH, HEIGHT)
    canvas.backdrop([(0, ink.CREAM), (1, ink.PAPER)], slant=0.4)
    for x, y, share in CORNER:
        canvas.polygon(hexagon(x, y, 46), ink.HONEY, opacity=share)
    return canvas


def heading(canvas: Canvas, words: str) -> None:
    """A slide's title with the amber rule under it."""
    canvas.text(words, (90, 138), 62, ink.INK, face="black")
    canvas.polygon(rounded(92, 166, 120, 8, 4), ink.HONEY, to=ink.AMBER)


def label(canvas: Canvas, words: str, at: tuple[float, float], size: float = 30) -> None:
    """Words on a dark pill, centred on a point, for pictures too busy to write on."""
    width = font("bold", round(size)).getlength(words) + 1.3 * size
    canvas.polygon(
        rounded(at[0] - width / 2, at[1] - size * 0.9, width, size * 1.8, size * 0.9), ink.NIGHT, opacity=0.78
    )
    canvas.text(words, at, size, ink.CREAM, anchor="mm")


def shadow(canvas: Canvas, outline: Points, *, drop: float = 8, blur: float = 9, depth: float = 0.22) -> None:
    """The soft shadow that lifts an outline off the page."""
    canvas.polygon(outline + np.array([0.0, drop]), ink.BARK, opacity=depth, blur=blur)


def sun(canvas: Canvas, x: float, y: float, radius: float) -> None:
    """A glowing sun, its edge soft: text readers take a crisp disc for the letter O."""
    canvas.polygon(ellipse(x, y, radius * 2.0), ink.CREAM, opacity=0.35, blur=radius * 0.8)
    canvas.polygon(ellipse(x, y, radius * 1.3), ink.GOLD, opacity=0.55, blur=radius * 0.3)
    canvas.polygon(ellipse(x, y, radius), (255, 226, 130), blur=radius * 0.12)
    canvas.polygon(ellipse(x, y, radius * 0.7), (255, 246, 206), blur=radius * 0.3)


def hill(canvas: Canvas, level: float, swell: float, phase: float, *, near: Colour, far: Colour) -> None:
    """A rolling hill across the whole width, from its crest to the bottom."""
    x = np.linspace(-20, WIDTH + 20, 160)
    crest = level - swell * (np.sin(x / 210 + phase) + 0.45 * np.sin(x / 97 + 2.1 * phase))
    ends = np.array([[WIDTH + 20.0, HEIGHT + 20.0], [-20.0, HEIGHT + 20.0]])
    canvas.polygon(np.vstack([np.column_stack([x, crest]), ends]), far, to=near)
