"""The scenes inside the hive: the comb that fills, and the dance on it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from tools.make_sample import palette as ink
from tools.make_sample.bees import top_bee
from tools.make_sample.canvas import Canvas, Pixels, Points
from tools.make_sample.model import Beat
from tools.make_sample.palette import Colour
from tools.make_sample.shapes import arc, dashes, ease, ellipse, hexagon
from tools.make_sample.stage import HEIGHT, WIDTH, Painter, label, sun

CELL = 64.0
WAX: Colour = (226, 168, 76)
ANGLE = np.radians(40)
RUN_START = np.array([470.0, 590.0])
RUN_WAY = np.array([np.sin(ANGLE), -np.cos(ANGLE)])
RUN_SIDE = np.array([np.cos(ANGLE), np.sin(ANGLE)])
RUN_LENGTH = 300.0
RUN_BULGE = 185.0
RUN_SECONDS = 1.5
RETURN_SECONDS = 1.7


@dataclass(frozen=True)
class Cell:
    """One cell of the comb: where it is, when it is walled and filled, and with what."""

    x: float
    y: float
    walled: float
    filled: float
    food: str


def comb(beat: Beat) -> Painter:
    """Walls spread from the middle, then each cell is filled: brood inside, pollen, honey outside."""
    base = _dark()
    cells = _plan(beat)
    for cell in cells:
        base.polygon(hexagon(cell.x, cell.y, CELL - 4), ink.HONEY, opacity=0.05)
    kept, done = base.copy(), set[tuple[Cell, str]]()

    def paint(now: float) -> Canvas:
        nonlocal kept, done
        # Finished cells stay painted, so that each picture only costs the cells still moving.
        moving = []
        for cell in cells:
            for kind, start in (("wall", cell.walled), (cell.food, cell.filled)):
                share = (now - start) / 0.32
                if share >= 1 and (cell, kind) not in done:
                    done.add((cell, kind))
                    kept.paste(_cell(kind), (cell.x, cell.y))
                elif 0 < share < 1:
                    moving.append((cell, kind, ease(share)))
        canvas = kept.copy()
        for cell, kind, share in moving:
            canvas.paste(_cell(kind), (cell.x, cell.y), zoom=0.6 + 0.4 * share, opacity=share)
        _walkers(canvas, now)
        label(canvas, beat.words["label"], (640, 662), 34)
        return canvas

    return paint


def dance(beat: Beat) -> Painter:
    """The waggle dance on the dark comb, its angle drawn as it is explained."""
    base = _dark()
    for cell in _plan(beat):
        base.paste(_cell("wall"), (cell.x, cell.y), opacity=0.34)
    track = _track()
    for path in (track[1], track[3]):
        for dash in dashes(path, 12, 11):
            base.line(dash, ink.GOLD, 4.5, opacity=0.8)

    def paint(now: float) -> Canvas:
        canvas = base.copy()
        _crowd(canvas, now)
        run = ease((now - beat.shown_at["run"]) / 0.6)
        turn = ease((now - beat.shown_at["angle"]) / 1.2)
        _angle(canvas, run, turn)
        place, heading, steps = _dancer(now, track)
        canvas.paste(top_bee(0.72, steps), (place[0], place[1]), turn=heading)
        if beat.shows("run", now):
            label(canvas, beat.words["run"], (800, 330), 34)
        if beat.shows("angle", now):
            label(canvas, beat.words["angle"], (594, 180), 34)
        if beat.shows("up", now):
            label(canvas, beat.words["up"], (760, 84), 34)
        return canvas

    return paint


def _angle(canvas: Canvas, run: float, turn: float) -> None:
    x, y = RUN_START
    if run > 0:
        tip = RUN_START + RUN_WAY * (RUN_LENGTH + 40) * run
        canvas.line(np.array([RUN_START, tip]), ink.CORAL, 7, opacity=0.9)
    if turn > 0:
        wedge = np.vstack([[x, y], arc(x, y, 250, 0, ANGLE * turn)])
        canvas.polygon(wedge, ink.GOLD, opacity=0.22)
        canvas.line(arc(x, y, 250, 0, ANGLE * turn), ink.GOLD, 4)
        for dash in dashes(np.array([[x, y], [x, 130.0]]), 14, 10):
            canvas.line(dash, ink.CREAM, 4, opacity=0.85 * turn)
        sun(canvas, x, 84, 32 * turn)


def _track() -> tuple[Points, Points, Points, Points]:
    start, end = RUN_START, RUN_START + RUN_WAY * RUN_LENGTH
    middle = (start + end) / 2
    straight = np.linspace(start, end, 60)
    turn = np.linspace(0, np.pi, 90)[:, None]
    # The second wave pinches the loops where the run starts and ends: an eight, not an oval.
    along = RUN_WAY * (np.cos(turn) + 0.34 * np.sin(2 * turn)) * RUN_LENGTH / 2
    out = RUN_SIDE * np.sin(turn) * RUN_BULGE
    return straight, middle + along + out, straight, middle + along - out


def _dancer(now: float, track: tuple[Points, Points, Points, Points]) -> tuple[Points, float, int]:
    cycle = 2 * (RUN_SECONDS + RETURN_SECONDS)
    half, clock = divmod(now % cycle, cycle / 2)
    running = clock < RUN_SECONDS
    leg = 2 * int(half) + (not running)
    path, share = track[leg], clock / RUN_SECONDS if running else (clock - RUN_SECONDS) / RETURN_SECONDS
    spot, ahead = _along(path, share), _along(path, min(1.0, share + 0.02))
    before = _along(path, max(0.0, share - 0.02))
    heading = float(np.arctan2(*((ahead - before) * np.array([1.0, -1.0]))))
    if running:
        swing = float(np.sin(2 * np.pi * 6.3 * now))
        spot, heading = spot + RUN_SIDE * 7 * swing, heading + 0.26 * swing
    return spot, heading, int(now * 8) % 2


def _along(path: Points, share: float) -> Points:
    steps = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(path, axis=0).T))])
    at = share * steps[-1]
    return np.array([np.interp(at, steps, path[:, axis]) for axis in (0, 1)])


def _crowd(canvas: Canvas, now: float) -> None:
    spots = ((250, 400), (300, 640), (880, 540), (900, 400), (800, 664))
    far = (
        (180, 250),
        (150, 530),
        (1080, 300),
        (1130, 520),
        (1020, 650),
        (1200, 640),
        (90, 130),
        (1190, 140),
        (300, 130),
    )
    for count, (x, y) in enumerate(spots + far):
        # The nearest sisters face the dancer and follow her; the others rest.
        near = count < len(spots)
        towards = float(np.arctan2(553 - x, y - 460)) if near else 0.9 * count
        shuffle = 0.09 * float(np.sin(2.1 * now + 1.3 * count)) if near else 0.0
        canvas.paste(top_bee(0.6, count % 2), (x, y), turn=towards + shuffle, opacity=0.9)


def _walkers(canvas: Canvas, now: float) -> None:
    for phase, reach in ((0.2, 1.0), (3.3, 0.75)):
        clock = 0.22 * now + phase
        x, y = 640 + 430 * reach * np.sin(clock), 330 + 190 * reach * np.cos(1.3 * clock)
        dx, dy = 430 * np.cos(clock), -247 * np.sin(1.3 * clock)
        turn = float(np.arctan2(dx, -dy))
        canvas.paste(top_bee(0.7, int(now * 6 + phase) % 2), (float(x), float(y)), turn=turn)


def _plan(beat: Beat) -> list[Cell]:
    chance = np.random.default_rng(17)
    walls, fills = beat.line_at[2] - 0.6, beat.length - 0.9 - beat.line_at[2]
    cells = []
    for row in range(9):
        for column in range(13):
            x, y = (column + 0.5 * (row % 2)) * CELL * 3**0.5, row * CELL * 1.5 - 24
            reach = float(np.hypot((x - 640) / 900, (y - 350) / 570)) + chance.uniform(-0.04, 0.04)
            food = "brood" if reach < 0.31 else "pollen" if reach < 0.45 else "honey"
            if food == "pollen" and chance.random() < 0.4:
                food = "pollen2"
            cells.append(Cell(x, y, reach * walls - 0.2, beat.line_at[2] + reach * fills, food))
    return cells


def _dark() -> Canvas:
    canvas = Canvas(WIDTH, HEIGHT)
    canvas.backdrop([(0, (66, 38, 18)), (1, ink.NIGHT)], slant=0.2)
    return canvas


@cache
def _cell(kind: str) -> Pixels:
    canvas = Canvas(2 * CELL + 8, 2 * CELL + 8, channels=4, scale=4)
    middle = CELL + 4
    if kind == "wall":
        canvas.polygon(hexagon(middle, middle, CELL + 0.6), WAX, to=ink.AMBER)
        canvas.polygon(hexagon(middle, middle, CELL - 5), ink.BARK, to=ink.COCOA)
        canvas.polygon(hexagon(middle, middle + 4, CELL - 11), ink.EMBER, to=ink.BARK)
    elif kind == "honey":
        canvas.ball(hexagon(middle, middle, CELL - 5), ink.GOLD, (214, 122, 16))
        canvas.polygon(ellipse(middle - 17, middle - 21, 15, 7, turn=-0.6), ink.WHITE, opacity=0.5, blur=2.5)
    elif kind == "brood":
        # Brood under its domed wax caps; curled white larvae would be read as the letter C.
        canvas.polygon(hexagon(middle, middle, CELL - 5), ink.COCOA)
        canvas.ball(ellipse(middle, middle, CELL - 11), ink.PAPER, (176, 126, 72))
        canvas.polygon(ellipse(middle - 13, middle - 16, 13, 8, turn=-0.6), ink.WHITE, opacity=0.3, blur=3)
    else:
        warm = (244, 150, 54) if kind == "pollen" else (250, 206, 92)
        canvas.ball(hexagon(middle, middle, CELL - 5), warm, ink.mix(warm, ink.EMBER, 0.45))
        chance = np.random.default_rng(9)
        for x, y in chance.normal(middle, 17, (22, 2)):
            canvas.polygon(ellipse(x, y, 4.2), ink.mix(warm, ink.CREAM, 0.4), opacity=0.7)
    return canvas.sprite(1.0)
