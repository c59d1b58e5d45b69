"""The scenes outdoors: the meadow, two flowers close up, and the evening."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tools.make_sample import palette as ink
from tools.make_sample.bees import WING_POSES, side_bee
from tools.make_sample.canvas import Canvas
from tools.make_sample.model import Beat
from tools.make_sample.palette import Colour
from tools.make_sample.plants import cloud, flower, leaf
from tools.make_sample.shapes import curve, ease, ellipse, place
from tools.make_sample.stage import HEIGHT, WIDTH, Painter, hill, sun

BEATS_PER_SECOND = 25.0
BLADE = np.array([[0.0, 0.0], [9.0, -46.0], [16.0, 0.0]])


@dataclass(frozen=True)
class Flight:
    """A bee's way across the picture: where it is at the start, how fast, how it bobs."""

    x: float
    y: float
    speed: float
    zoom: float
    phase: float

    def at(self, now: float) -> tuple[float, float, float]:
        """Place and tilt at a time."""
        wave = now * 1.5 + self.phase
        x = self.x + self.speed * now + 26 * np.sin(wave)
        y = self.y + 34 * self.zoom * np.sin(1.7 * wave) + 12 * np.sin(0.9 * wave + 1)
        return float(x), float(y), float(0.16 * np.cos(1.7 * wave)) - 0.05


MEADOW_BEES = (
    Flight(-140, 330, 236, 1.0, 0.0),
    Flight(120, 190, 150, 0.55, 1.4),
    Flight(420, 400, 132, 0.72, 2.6),
    Flight(-520, 240, 190, 0.64, 4.0),
    Flight(-380, 450, 175, 0.85, 5.1),
)
EVENING_BEES = (
    Flight(1180, 130, -120, 0.62, 0.4),
    Flight(900, 190, -96, 0.40, 2.0),
    Flight(1420, 520, -170, 0.85, 3.3),
    Flight(620, 130, -84, 0.36, 4.4),
)
BLOOMS: tuple[tuple[float, float, float, Colour], ...] = (
    (60, 610, 0.50, ink.ROSE),
    (170, 560, 0.62, ink.WHITE),
    (268, 640, 0.46, ink.LILAC),
    (380, 590, 0.56, ink.CORAL),
    (486, 648, 0.44, ink.WHITE),
    (590, 600, 0.54, ink.LILAC),
    (700, 630, 0.50, ink.ROSE),
    (806, 566, 0.64, ink.WHITE),
    (910, 640, 0.46, ink.CORAL),
    (1010, 590, 0.56, ink.LILAC),
    (1118, 642, 0.48, ink.ROSE),
    (1214, 572, 0.60, ink.WHITE),
)


def meadow(beat: Beat) -> Painter:
    """Bees cross a flowering meadow under slow clouds."""
    base = Canvas(WIDTH, HEIGHT)
    base.backdrop([(0, ink.SKY), (0.62, ink.HAZE), (1, ink.HAZE)])
    sun(base, 1060, 120, 52)
    hill(base, 430, 34, 0.3, near=ink.LEAF, far=(178, 208, 160))
    hill(base, 490, 30, 2.2, near=ink.MOSS, far=(150, 190, 100))
    hill(base, 560, 16, 4.0, near=ink.FOREST, far=ink.LEAF)

    def paint(now: float) -> Canvas:
        canvas = base.copy()
        canvas.paste(cloud(1.0), (220 + 9 * now, 110))
        canvas.paste(cloud(0.7), (700 + 6 * now, 170), opacity=0.9)
        _blooms(canvas, now, ink.FOREST)
        for flight in sorted(MEADOW_BEES, key=lambda flight: flight.zoom):
            x, y, tilt = flight.at(now)
            canvas.paste(side_bee(flight.zoom, _pose(now)), (x, y), turn=tilt)
        return canvas

    return paint


def evening(beat: Beat) -> Painter:
    """The last picture: bees fly home at sunset."""
    base = Canvas(WIDTH, HEIGHT)
    base.backdrop([(0, ink.DUSK), (0.42, (204, 100, 96)), (0.72, ink.GOLD), (1, ink.GOLD)])
    sun(base, 300, 470, 66)
    hill(base, 500, 30, 1.1, near=(150, 84, 84), far=(188, 112, 92))
    hill(base, 560, 24, 3.0, near=(92, 56, 72), far=(126, 76, 82))
    hill(base, 620, 14, 5.0, near=(40, 28, 44), far=(72, 46, 62))
    shade = ink.NIGHT
    base.text(beat.words["title"], (642, 323), 72, shade, face="black", anchor="ms", opacity=0.35)
    base.text(beat.words["title"], (640, 320), 72, ink.CREAM, face="black", anchor="ms")
    base.text(beat.words["thanks"], (640, 390), 38, ink.CREAM, anchor="ms")

    def paint(now: float) -> Canvas:
        canvas = base.copy()
        _blooms(canvas, now, (44, 34, 44), low=64)
        for flight in EVENING_BEES:
            x, y, tilt = flight.at(now)
            canvas.paste(side_bee(flight.zoom, _pose(now)), (x, y), turn=-tilt, mirror=True)
        return canvas

    return paint


def pollination(beat: Beat) -> Painter:
    """A bee drinks at one flower, is dusted with pollen, and carries it to the next."""
    base = Canvas(WIDTH, HEIGHT)
    base.backdrop([(0, (206, 226, 150)), (1, ink.MOSS)], slant=0.3)
    chance = np.random.default_rng(3)
    for _ in range(26):
        spot = ellipse(chance.uniform(0, WIDTH), chance.uniform(0, HEIGHT), chance.uniform(26, 70))
        base.polygon(spot, ink.CREAM if chance.random() < 0.6 else ink.GOLD, opacity=0.16, blur=6)
    for x, y, lean in ((330.0, 500.0, -60.0), (960.0, 470.0, 50.0)):
        base.line(curve((x, y), (x + lean * 0.2, y + 140), (x + lean, HEIGHT + 20)), ink.FOREST, 17)
        base.paste(leaf(1.5, ink.LEAF), (x + lean + 76, 640), turn=0.9)
        base.paste(leaf(1.3, ink.LEAF), (x + lean - 60, 656), turn=-1.0)
    base.text(beat.words["title"], (92, 137), 74, ink.WHITE, face="black", opacity=0.5)
    base.text(beat.words["title"], (90, 135), 74, ink.FOREST, face="black")
    leave = beat.line_at[1] - 0.3

    def paint(now: float) -> Canvas:
        canvas = base.copy()
        for x, y, colour, phase in ((330.0, 500.0, ink.ROSE, 0.0), (960.0, 470.0, ink.LILAC, 1.7)):
            canvas.paste(flower(1.7, colour, 11), (x, y), turn=0.03 * float(np.sin(1.3 * now + phase)))
        share = ease((now - leave) / 1.7)
        x = 352 + share * 630
        y = 418 - share * 30 - 230 * np.sin(np.pi * share) + 3 * np.sin(now * 9)
        flying = 0.0 < share < 1.0
        pose = _pose(now) if flying else 2 + int(now * 3) % 2
        tilt = 0.35 * np.sin(2 * np.pi * share) * -1 + 0.03 * np.sin(now * 7)
        canvas.paste(side_bee(1.15, pose), (x, y), turn=tilt)
        dust = ease((now - 1.0) / 2.5) * (1 - 0.55 * ease((now - leave - 1.8) / 2.0))
        canvas.paste(side_bee(1.15, pose, dusty=True), (x, y), turn=tilt, opacity=dust)
        _grains(canvas, now - leave - 1.7)
        return canvas

    return paint


def _blooms(canvas: Canvas, now: float, stalk: Colour, *, low: float = 0.0) -> None:
    for count, (x, y, zoom, colour) in enumerate(BLOOMS):
        sway = 7 * float(np.sin(1.1 * now + 0.8 * count))
        top = (x + sway, y + low)
        canvas.line(curve(top, (x + 0.4 * sway, y + low + 70), (x - 4, HEIGHT + 20)), stalk, 5)
        canvas.polygon(place(BLADE, x - 14, HEIGHT + 4, turn=-0.25 + sway * 0.01), stalk)
        tone = colour if not low else ink.mix(colour, ink.DUSK, 0.5)
        canvas.paste(flower(zoom, tone), top, turn=0.012 * sway)


def _grains(canvas: Canvas, since: float) -> None:
    # Pollen drifts down onto the second flower once the bee has landed on it.
    chance = np.random.default_rng(21)
    for _ in range(26):
        x, start, fall = 985 + chance.normal(0, 30), chance.uniform(0, 1.2), chance.uniform(26, 62)
        share = ease((since - start) / 0.9)
        if share > 0:
            canvas.polygon(ellipse(x, 432 + fall * share, 3.4), ink.GOLD, opacity=min(1.0, 2 * share))


def _pose(now: float) -> int:
    return int(now * BEATS_PER_SECOND + 0.5) % len(WING_POSES)
