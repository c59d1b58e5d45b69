"""Flowers, grass and clouds, as sprites."""

from __future__ import annotations

from functools import cache

import numpy as np

from tools.make_sample import palette as ink
from tools.make_sample.canvas import Canvas, Pixels
from tools.make_sample.palette import Colour
from tools.make_sample.shapes import ellipse, petal, place


@cache
def flower(zoom: float, colour: Colour, petals: int = 12) -> Pixels:
    """A daisy seen from the front."""
    canvas = Canvas(200, 200, channels=4, scale=4 * zoom)
    pale, deep = ink.mix(colour, ink.WHITE, 0.35), ink.mix(colour, ink.INK, 0.22)
    for layer, (length, width, shade) in enumerate(((96, 46, deep), (88, 40, colour), (64, 28, pale))):
        for count in range(petals):
            turn = 2 * np.pi * (count + 0.5 * layer) / petals
            outline = place(petal(length, width * 9 / petals), 100, 100, turn=turn)
            canvas.polygon(outline, shade)
            canvas.line(outline, deep, 0.8, opacity=0.35)
    canvas.ball(ellipse(100, 100, 27), ink.GOLD, ink.AMBER)
    for count in range(60):
        # The golden angle is how a real flower head packs its florets.
        angle, reach = count * 2.39996, 3.3 * np.sqrt(count)
        spot = ellipse(100 + reach * np.cos(angle), 100 + reach * np.sin(angle), 1.7)
        # Faint, because text readers take a dark ring of dots for a nought.
        canvas.polygon(spot, ink.EMBER if count % 3 else ink.CREAM, opacity=0.22)
    return canvas.sprite(zoom)


@cache
def cloud(zoom: float) -> Pixels:
    """A soft fair-weather cloud."""
    canvas = Canvas(320, 160, channels=4, scale=2 * zoom)
    puffs = ((90, 96, 50, 30), (142, 76, 58, 42), (200, 84, 54, 38), (246, 100, 40, 24), (164, 104, 110, 22))
    for x, y, across, down in puffs:
        canvas.polygon(ellipse(x, y, across, down), ink.WHITE, opacity=0.8, blur=7)
    return canvas.sprite(zoom)


@cache
def leaf(zoom: float, colour: Colour) -> Pixels:
    """A leaf that grows from the bottom middle of its box."""
    canvas = Canvas(120, 200, channels=4, scale=4 * zoom)
    tip, root = ink.mix(colour, ink.WHITE, 0.15), ink.mix(colour, ink.INK, 0.2)
    canvas.polygon(place(petal(92, 40), 60, 100), tip, to=root)
    canvas.line(np.array([[60.0, 100.0], [60.0, 20.0]]), ink.mix(colour, ink.INK, 0.35), 2, opacity=0.6)
    return canvas.sprite(zoom)
