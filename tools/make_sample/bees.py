"""The bee from the side and from above, as sprites."""

from __future__ import annotations

from functools import cache

import numpy as np

from tools.make_sample import palette as ink
from tools.make_sample.canvas import Canvas, Pixels, Points
from tools.make_sample.palette import Colour
from tools.make_sample.shapes import curve, ellipse, petal, place

Pair = tuple[float, float]

SIDE_BOX = (240, 220)
ABOVE_BOX = (200, 220)
FUZZ: Colour = (206, 150, 66)
FUZZ_DARK: Colour = (112, 72, 32)
LIMB: Colour = (128, 94, 62)
POLLEN: Colour = (255, 190, 40)
WING: Colour = (236, 246, 250)

# Turned clockwise from straight up: fore wing, hind wing.
WING_POSES = ((-0.35, -0.70), (-0.85, -1.15), (-1.35, -1.60), (-0.85, -1.15))


@cache
def side_bee(zoom: float, pose: int, *, dusty: bool = False) -> Pixels:
    """A bee that flies to the right; `pose` counts through the wing beat."""
    canvas = Canvas(*SIDE_BOX, channels=4, scale=4 * zoom)
    fore, hind = WING_POSES[pose % len(WING_POSES)]
    _wing(canvas, (136, 90), (80, 42), fore + 0.18, 0.45)
    _legs(canvas)
    _abdomen(canvas)
    thorax = ellipse(138, 112, 31, 28, turn=-0.15)
    canvas.ball(thorax, FUZZ, FUZZ_DARK)
    _fuzz(canvas, 138, 112, 31, 28)
    _head(canvas)
    _wing(canvas, (126, 94), (66, 35), hind, 0.6)
    _wing(canvas, (134, 92), (86, 44), fore, 0.62)
    if dusty:
        _dust(canvas)
    return canvas.sprite(zoom)


@cache
def top_bee(zoom: float, step: int = 0) -> Pixels:
    """A bee seen from above that walks up the picture; `step` alternates its legs."""
    canvas = Canvas(*ABOVE_BOX, channels=4, scale=4 * zoom)
    lift = 6 if step % 2 else -6
    for mirrored in (1, -1):
        for reach, (dx, dy) in enumerate(((44, -28), (54, 6), (46, 44))):
            foot = 84 + dy + lift * mirrored * (1 if reach % 2 else -1)
            leg = curve((100, 84), (100 + mirrored * dx * 0.6, 84 + dy * 0.4), (100 + mirrored * dx, foot))
            canvas.line(leg, LIMB, 4)
        feeler = curve((100 + mirrored * 7, 40), (100 + mirrored * 16, 22), (100 + mirrored * 26, 16))
        canvas.line(feeler, LIMB, 2.6)
    side = ((128, 112), (132, 146), (116, 182))
    body = curve((100, 96), *side, (100, 196), *((200 - x, y) for x, y in reversed(side)), (100, 96))
    canvas.ball(body, ink.GOLD, ink.AMBER, light=(0.45, 0.25))
    for level in (116, 138, 159, 178):
        band = curve((62, level - 5), (82, level + 2), (100, level + 4), (118, level + 2), (138, level - 5))
        canvas.line(band, ink.INK, 8.5, clip=body)
    canvas.ball(ellipse(100, 44, 17, 14), ink.COCOA, ink.INK)
    for mirrored in (1, -1):
        canvas.ball(ellipse(100 + mirrored * 13, 43, 5.5, 9, turn=mirrored * 0.3), ink.COCOA, (16, 10, 8))
    canvas.ball(ellipse(100, 80, 25, 24), FUZZ, FUZZ_DARK)
    _fuzz(canvas, 100, 80, 25, 24)
    for mirrored in (1, -1):
        _wing(canvas, (100 + mirrored * 12, 80), (82, 30), np.pi - mirrored * 0.62, 0.5)
        _wing(canvas, (100 + mirrored * 12, 76), (102, 34), np.pi - mirrored * 0.36, 0.55)
    return canvas.sprite(zoom)


def _abdomen(canvas: Canvas) -> None:
    back, belly = ((98, 86), (60, 94), (30, 124), (20, 148)), ((44, 154), (82, 150), (112, 136), (126, 120))
    body = curve((126, 106), *back, *belly, (126, 106))
    canvas.polygon(body, ink.GOLD, to=ink.AMBER)
    for middle in (106, 82, 59, 38):
        band = curve((middle + 10, 76), (middle + 2, 106), (middle + 2, 130), (middle + 8, 164))
        canvas.line(band, ink.INK, 9.5, clip=body)
    canvas.polygon(ellipse(80, 102, 40, 7, turn=-0.35), ink.WHITE, opacity=0.45, blur=4, clip=body)


def _head(canvas: Canvas) -> None:
    for tip in ((208, 86), (218, 96)):
        canvas.line(curve((184, 104), (tip[0] - 14, tip[1] - 8), tip), ink.INK, 2.8)
    canvas.line(curve((182, 134), (186, 144), (184, 152)), ink.BARK, 4)
    canvas.ball(ellipse(176, 119, 18, 22, turn=-0.2), ink.COCOA, ink.INK)
    canvas.ball(ellipse(182, 114, 8, 13, turn=-0.15), (70, 46, 40), (12, 8, 8))
    canvas.polygon(ellipse(180, 108, 2.4, 4), ink.WHITE, opacity=0.85)


def _legs(canvas: Canvas) -> None:
    for x, drop, lean in ((116, 40, -14), (134, 42, -4), (152, 36, 8)):
        leg = curve((x, 132), (x + lean, 130 + drop * 0.5), (x + lean * 0.4, 130 + drop))
        canvas.line(leg, ink.INK, 4)
    canvas.ball(ellipse(106, 156, 10, 12, turn=0.3), ink.GOLD, POLLEN)


def _wing(canvas: Canvas, root: Pair, size: Pair, turn: float, opacity: float) -> None:
    (x, y), (length, width) = root, size
    outline = place(petal(length, width), x, y, turn=turn)
    canvas.polygon(outline, WING, opacity=opacity)
    canvas.line(np.vstack([outline, outline[:1]]), ink.COCOA, 1.2, opacity=0.55)
    for bend in (-0.22, 0.0, 0.22):
        vein = np.array([[0.0, 0.0], [bend * width * 0.7, -0.45 * length], [bend * width, -0.86 * length]])
        canvas.line(place(vein, x, y, turn=turn), ink.COCOA, 0.8, opacity=0.35)


def _fuzz(canvas: Canvas, x: float, y: float, across: float, down: float) -> None:
    chance = np.random.default_rng(11)
    for _ in range(420):
        angle, depth = chance.uniform(0, 2 * np.pi), chance.uniform(0.55, 1.0)
        root = np.array([x + across * depth * np.cos(angle), y + down * depth * np.sin(angle)])
        hair = chance.uniform(3, 6.5) * np.array([np.cos(angle), np.sin(angle)])
        shade = ink.mix(FUZZ, FUZZ_DARK, float(chance.uniform(0, 0.8)))
        canvas.line(np.array([root, root + hair]), shade, 0.8, opacity=0.7)


def _dust(canvas: Canvas) -> None:
    chance = np.random.default_rng(5)
    spots: Points = np.column_stack([chance.normal(132, 26, 70), chance.normal(124, 14, 70)])
    for x, y in spots:
        canvas.polygon(ellipse(x, y, 2.2), POLLEN, opacity=0.95)
