"""The explaining pictures: the map of the flight and the chart of the harvest."""

from __future__ import annotations

import numpy as np

from tools.make_sample import palette as ink
from tools.make_sample.bees import top_bee
from tools.make_sample.canvas import Canvas
from tools.make_sample.hive import ANGLE, RUN_START, RUN_WAY
from tools.make_sample.model import Beat
from tools.make_sample.palette import Colour
from tools.make_sample.plants import flower
from tools.make_sample.shapes import arc, curve, dashes, ease, ellipse, rounded
from tools.make_sample.stage import HEIGHT, WIDTH, Painter, heading, label, paper, shadow, sun

FLIGHT = 520.0
FLIGHT_SECONDS = 2.6
PATCH = ((0, 0), (46, 18), (-40, 26), (18, -40), (58, -30), (-30, -30), (10, 50))
TREES = ((60, 330), (110, 360), (1180, 300), (1230, 330), (1210, 380), (160, 90), (210, 70), (1090, 680))
FIELDS: tuple[tuple[Colour, tuple[tuple[float, float], ...]], ...] = (
    ((150, 186, 92), ((-10, -10), (360, -10), (300, 250), (-10, 300))),
    ((206, 192, 106), ((360, -10), (760, -10), (700, 200), (300, 250))),
    ((126, 172, 86), ((760, -10), (1290, -10), (1290, 260), (700, 200))),
    ((186, 198, 110), ((-10, 300), (300, 250), (260, 730), (-10, 730))),
    ((112, 160, 80), ((300, 250), (700, 200), (760, 730), (260, 730))),
    ((164, 192, 100), ((700, 200), (1290, 260), (1290, 730), (760, 730))),
)


def chart_map(beat: Beat) -> Painter:
    """The same angle, now over the fields: from the hive, right of the sun, to the flowers."""
    base = Canvas(WIDTH, HEIGHT)
    base.backdrop([(0, ink.LEAF), (1, ink.MOSS)])
    for colour, corners in FIELDS:
        field = np.array(corners, np.float64)
        base.polygon(field, colour, to=ink.mix(colour, ink.MOSS, 0.25))
        base.line(np.vstack([field, field[:1]]), ink.MOSS, 7, opacity=0.55)
    _trees(base)
    x, y = RUN_START
    base.polygon(np.vstack([[x, y], arc(x, y, 250, 0, ANGLE)]), ink.CREAM, opacity=0.35)
    base.line(arc(x, y, 250, 0, ANGLE), ink.CREAM, 4)
    for dash in dashes(np.array([[x, y], [x, 130.0]]), 14, 10):
        base.line(dash, ink.CREAM, 4)
    goal = RUN_START + RUN_WAY * FLIGHT
    for dash in dashes(np.array([RUN_START, goal]), 14, 10):
        base.line(dash, ink.CORAL, 6)
    sun(base, x, 84, 32)
    for count, (dx, dy) in enumerate(PATCH):
        tone = (ink.ROSE, ink.WHITE, ink.LILAC, ink.CORAL)[count % 4]
        base.paste(flower(0.30, tone), (goal[0] + dx, goal[1] + dy))
    _hive_from_above(base, x, y)
    label(base, beat.words["sun"], (x + 96, 84), 32)
    label(base, beat.words["hive"], (x, y + 78), 32)
    label(base, beat.words["food"], (goal[0] + 196, goal[1]), 32)

    def paint(now: float) -> Canvas:
        canvas = base.copy()
        for lag in (0.0, 1.3):
            share = ((now + lag) % FLIGHT_SECONDS) / FLIGHT_SECONDS
            spot = RUN_START + RUN_WAY * (50 + (FLIGHT - 80) * share)
            # A bee fades in as it leaves the hive and out over the flowers, so that none ever jumps.
            seen = ease(share * 8) * ease((1 - share) * 8)
            canvas.paste(top_bee(0.5, int(now * 12) % 2), (spot[0], spot[1]), turn=float(ANGLE), opacity=seen)
        if beat.shows("scale", now):
            label(canvas, beat.words["scale"], (900, 622), 30)
        return canvas

    return paint


def harvest(beat: Beat) -> Painter:
    """Bars grow to the share of each harvest that would be lost without pollinators."""
    base = paper()
    heading(base, beat.words["title"])
    card = rounded(90, 214, 1100, 420, 24)
    shadow(base, card)
    base.polygon(card, ink.WHITE)
    left, full = 340.0, 740.0
    for step in range(5):
        x = left + full * step / 4
        base.line(np.array([[x, 240.0], [x, 606.0]]), ink.COCOA, 2, opacity=0.45 if step == 0 else 0.15)
    rows = ((0.95, ink.AMBER), (0.65, ink.CORAL), (0.25, ink.HONEY), (0.05, ink.LEAF))
    for count in range(len(rows)):
        base.text(beat.words[f"crop{count + 1}"], (left - 22, 300 + 92 * count), 36, ink.INK, anchor="rs")
    base.text(beat.words["source"], (1190, 680), 24, ink.COCOA, face="medium", anchor="rs")

    def paint(now: float) -> Canvas:
        canvas = base.copy()
        for count, (share, colour) in enumerate(rows):
            begin, end = beat.line_at[0] + 0.5 * count, beat.shown_at[f"value{count + 1}"]
            length = full * share * ease((now - begin) / (end - begin))
            y = 260.0 + 92 * count
            if length > 1:
                bar = rounded(left, y, length, 56, min(10.0, length / 2))
                canvas.polygon(bar, ink.mix(colour, ink.WHITE, 0.25), to=colour)
            if beat.shows(f"value{count + 1}", now):
                spot = (left + length + 18, y + 41)
                canvas.text(beat.words[f"value{count + 1}"], spot, 38, ink.INK, face="black")
        return canvas

    return paint


def _trees(canvas: Canvas) -> None:
    chance = np.random.default_rng(13)
    for x, y in TREES:
        for _ in range(3):
            spot = ellipse(x + chance.normal(0, 12), y + chance.normal(0, 12), chance.uniform(18, 28))
            canvas.polygon(spot + 6.0, ink.FOREST, opacity=0.3, blur=4)
            canvas.ball(spot, ink.LEAF, ink.FOREST)
    river = curve((1290, 470), (1150, 500), (1060, 450), (930, 470), (840, 440), (760, 480), (764, 740))
    canvas.line(river, ink.HAZE, 26, opacity=0.6)
    canvas.line(river, ink.SKY, 19)


def _hive_from_above(canvas: Canvas, x: float, y: float) -> None:
    box = rounded(x - 42, y - 36, 84, 72, 8)
    shadow(canvas, box, drop=10, blur=7, depth=0.4)
    canvas.polygon(box, ink.GOLD, to=ink.AMBER)
    canvas.polygon(rounded(x - 34, y - 28, 68, 56, 6), ink.HONEY, to=ink.AMBER)
    canvas.line(np.array([[x - 34, y], [x + 34, y]]), ink.BARK, 3, opacity=0.5)
