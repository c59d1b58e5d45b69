"""The written slides: title, roles, a worker's life, the dance's name, what we can do."""

from __future__ import annotations

import numpy as np

from tools.make_sample import palette as ink
from tools.make_sample.bees import side_bee, top_bee
from tools.make_sample.canvas import Canvas
from tools.make_sample.model import Beat
from tools.make_sample.plants import flower, leaf
from tools.make_sample.shapes import curve, dashes, ellipse, hexagon, rounded
from tools.make_sample.stage import HEIGHT, WIDTH, Painter, heading, paper, shadow, still

BUNCH = ((200, 372, 0.70, ink.LILAC), (324, 364, 0.78, ink.ROSE), (262, 430, 0.62, ink.WHITE))
WILD = ((-74, 118, 0.42, ink.WHITE), (10, 168, 0.50, ink.CORAL), (84, 120, 0.40, ink.LILAC))


def title(beat: Beat) -> Painter:
    """The opening: the name of the lesson and a bee in front of a comb."""
    canvas = Canvas(WIDTH, HEIGHT)
    canvas.backdrop([(0, ink.CREAM), (0.55, ink.PAPER), (1, ink.GOLD)], slant=0.8)
    for row in range(-1, 9):
        for column in range(8, 15):
            x, y = (column + 0.5 * (row % 2)) * 104, row * 120 * 0.75 + 60
            fade = min(1.0, max(0.0, (x - 760) / 420))
            canvas.polygon(hexagon(x, y, 55), ink.HONEY, to=ink.AMBER, opacity=0.12 + 0.55 * fade)
    disc = ellipse(994, 350, 204)
    shadow(canvas, disc, drop=14, blur=16)
    canvas.ball(disc, ink.WHITE, ink.PAPER)
    canvas.paste(side_bee(1.68, 1), (992, 340), turn=-0.08)
    canvas.text(beat.words["title"], (90, 352), 96, ink.INK, face="black")
    canvas.polygon(rounded(94, 388, 150, 9, 4.5), ink.HONEY, to=ink.AMBER)
    canvas.text(beat.words["subtitle"], (92, 462), 40, ink.COCOA, face="bold")
    return still(canvas)


def roles(beat: Beat) -> Painter:
    """A slide that gains one bullet with each sentence."""
    base = paper()
    heading(base, beat.words["title"])
    _hive(base)
    stages: dict[int, Canvas] = {0: base}
    bullets = ("queen", "workers", "drones")
    for count, key in enumerate(bullets):
        page = stages[count].copy()
        y = 300 + 116 * count
        page.polygon(hexagon(114, y, 20), ink.HONEY, to=ink.AMBER)
        page.text(beat.words[key], (158, y + 13), 38, ink.INK)
        stages[count + 1] = page
    return lambda now: stages[sum(beat.shows(key, now) for key in bullets)]


def jobs(beat: Beat) -> Painter:
    """A worker's four jobs along the line of her life."""
    canvas = paper()
    heading(canvas, beat.words["title"])
    canvas.line(np.array([[190.0, 360.0], [1090.0, 360.0]]), ink.HONEY, 8, opacity=0.55)
    for count in range(4):
        x = 190.0 + 300 * count
        badge = hexagon(x, 360, 104)
        shadow(canvas, badge)
        canvas.polygon(badge, ink.WHITE, to=ink.CREAM)
        canvas.line(np.vstack([badge, badge[:2]]), ink.HONEY, 6)
        canvas.text(beat.words[f"job{count + 1}"], (x, 532), 42, ink.INK, face="black", anchor="ms")
        canvas.text(beat.words[f"days{count + 1}"], (x, 584), 30, ink.COCOA, anchor="ms")
    _clean_cell(canvas, 190, 360)
    _larva(canvas, 490, 360)
    for x, y in ((762, 336), (818, 336), (790, 384)):
        canvas.polygon(hexagon(x, y, 31), ink.AMBER)
        canvas.polygon(hexagon(x, y, 24), ink.GOLD, to=ink.HONEY)
    canvas.paste(flower(0.62, ink.ROSE), (1078, 374))
    canvas.paste(side_bee(0.44, 1), (1112, 322))
    return still(canvas)


def dance_title(beat: Beat) -> Painter:
    """The dance's name in Chinese and English, on the dark of the hive."""
    canvas = Canvas(WIDTH, HEIGHT)
    canvas.backdrop([(0, ink.NIGHT), (1, ink.EMBER)])
    for row in range(9):
        for column in range(15):
            x, y = (column + 0.5 * (row % 2)) * 95.3, row * 82.5
            edge = min(1.0, float(np.hypot((x - 640) / 640, (y - 360) / 360)))
            canvas.polygon(hexagon(x, y, 50), ink.HONEY, opacity=0.02 + 0.13 * edge**2)
    for side in (-1, 1):
        near, far = 640 + side * 62, 640 + side * 98
        loop = curve((640, 92), (near, 84), (far, 136), (near, 188), (640, 180))
        for dash in dashes(loop, 9, 8):
            canvas.line(dash, ink.GOLD, 3.5, opacity=0.8)
    canvas.paste(top_bee(0.55), (640, 138))
    canvas.text(beat.words["title"], (640, 360), 156, ink.GOLD, face="han", anchor="mm")
    canvas.polygon(rounded(570, 474, 140, 7, 3.5), ink.HONEY)
    canvas.text(beat.words["subtitle"], (640, 570), 62, ink.CREAM, face="black", anchor="ms")
    return still(canvas)


def help_bees(beat: Beat) -> Painter:
    """Three things anyone can do, on three cards."""
    canvas = paper()
    heading(canvas, beat.words["title"])
    for count, sky in enumerate(((224, 240, 226), (250, 228, 220), (226, 238, 246))):
        x = 90.0 + 376 * count
        card = rounded(x, 236, 348, 384, 24)
        shadow(canvas, card)
        canvas.polygon(card, ink.WHITE)
        canvas.polygon(rounded(x + 18, 254, 312, 256, 16), sky)
        canvas.text(beat.words[f"way{count + 1}"], (x + 174, 575), 33, ink.INK, anchor="ms")
    for x, y, zoom, colour in BUNCH:
        canvas.line(curve((x, y), (x + 4, 450), (264, 510)), ink.MOSS, 6)
        canvas.paste(flower(zoom, colour), (x, y))
    _no_spray(canvas, 640, 382)
    _wild_corner(canvas, 1016, 510)
    return still(canvas)


def _hive(canvas: Canvas) -> None:
    canvas.polygon(ellipse(1010, 600, 210, 24), ink.BARK, opacity=0.25, blur=8)
    for x in (880.0, 1112.0):
        canvas.polygon(rounded(x, 556, 28, 48, 4), ink.COCOA, to=ink.BARK)
    for y, height, tone in ((452.0, 112.0, 0.0), (344.0, 104.0, 0.12), (254.0, 86.0, 0.2)):
        canvas.polygon(rounded(852, y, 316, height, 6), ink.mix(ink.GOLD, ink.CREAM, tone), to=ink.HONEY)
        canvas.polygon(rounded(852, y + height - 8, 316, 8, 3), ink.AMBER, opacity=0.7)
        canvas.polygon(rounded(970, y + 22, 80, 16, 8), ink.AMBER, opacity=0.8)
    canvas.polygon(rounded(834, 228, 352, 34, 8), ink.BARK, to=ink.INK)
    canvas.polygon(rounded(930, 534, 160, 16, 8), ink.NIGHT)
    canvas.polygon(rounded(842, 560, 336, 14, 5), ink.COCOA, to=ink.BARK)
    for x, y, zoom, mirror in ((772, 296, 0.44, False), (1214, 450, 0.46, True), (800, 560, 0.38, False)):
        canvas.paste(side_bee(zoom, 1), (x, y), mirror=mirror)


def _clean_cell(canvas: Canvas, x: float, y: float) -> None:
    canvas.polygon(hexagon(x, y, 58), ink.AMBER)
    canvas.polygon(hexagon(x, y, 46), ink.BARK, to=ink.COCOA)
    for dx, dy, reach in ((-14, -10, 17), (16, 12, 11)):
        star = [(0, -reach), (reach * 0.2, -reach * 0.2), (reach, 0), (reach * 0.2, reach * 0.2)]
        star += [(-a, -b) for a, b in star]
        canvas.polygon(np.array(star, np.float64) + np.array([x + dx, y + dy]), ink.CREAM)


def _larva(canvas: Canvas, x: float, y: float) -> None:
    canvas.polygon(hexagon(x, y, 58), ink.AMBER)
    canvas.polygon(hexagon(x, y, 46), ink.BARK, to=ink.COCOA)
    # Curled downward and ringed: an open white C would be read as a letter.
    body = curve((x - 23, y + 17), (x - 20, y - 10), (x, y - 20), (x + 20, y - 8), (x + 22, y + 15))
    canvas.line(body, ink.mix(ink.PAPER, ink.HONEY, 0.3), 21)
    for spot in body[4::14]:
        canvas.polygon(ellipse(float(spot[0]), float(spot[1]), 8.5), ink.CREAM)
    canvas.polygon(ellipse(x + 22, y + 20, 6), ink.AMBER)


def _no_spray(canvas: Canvas, x: float, y: float) -> None:
    canvas.polygon(rounded(x - 40, y - 10, 80, 104, 16), ink.SKY, to=ink.DUSK)
    canvas.polygon(rounded(x - 16, y - 40, 32, 34, 6), ink.DUSK)
    canvas.polygon(rounded(x - 46, y - 64, 74, 28, 8), ink.COCOA)
    canvas.polygon(rounded(x - 24, y + 22, 48, 44, 8), ink.CREAM)
    for dx, dy in ((-66, -62), (-68, -50), (-66, -38), (-84, -70), (-88, -50), (-84, -30)):
        canvas.polygon(ellipse(x + dx, y + dy, 5), ink.DUSK, opacity=0.7)
    ring = ellipse(x - 6, y + 4, 112)
    canvas.line(np.vstack([ring, ring[:2]]), ink.CORAL, 14)
    canvas.line(np.array([[x - 84, y + 82], [x + 72, y - 74]]), ink.CORAL, 14)


def _wild_corner(canvas: Canvas, x: float, ground: float) -> None:
    for count, lean in enumerate(np.linspace(-0.5, 0.5, 9)):
        colour = (ink.MOSS, ink.LEAF, ink.FOREST)[count % 3]
        zoom = 1.0 + 0.22 * (count % 3)
        root = (x + 130 * lean + 40 * zoom * np.sin(lean) / 2, ground - 46 * zoom)
        canvas.paste(leaf(zoom, colour), root, turn=float(lean) * 0.6)
    for dx, dy, zoom, colour in WILD:
        stem = curve((x + dx, ground - dy), (x + dx * 0.8, ground - dy * 0.5), (x + dx * 0.6, ground))
        canvas.line(stem, ink.FOREST, 4)
        canvas.paste(flower(zoom, colour), (x + dx, ground - dy))
