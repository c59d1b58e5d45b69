"""All pictures of the video in order: the shots, the black pause, the dissolve."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from tools.make_sample.canvas import Pixels
from tools.make_sample.painters import PAINTERS
from tools.make_sample.stage import HEIGHT, WIDTH, Painter
from tools.make_sample.timeline import FPS, Shot


def pictures(shots: list[Shot]) -> Iterator[Pixels]:
    """One picture per frame."""
    cv2.setNumThreads(1)
    before: tuple[Shot, Painter] | None = None
    for shot in shots:
        painter = PAINTERS[shot.scene.id](shot.beat())
        if before is not None:
            yield from _between(before, (shot, painter))
        yield from _shot(shot, painter)
        before = (shot, painter)


def _shot(shot: Shot, painter: Painter) -> Iterator[Pixels]:
    last, finished = None, None
    for frame in range(shot.start, shot.end):
        canvas = painter((frame - shot.start) / FPS)
        # A painter that has nothing new to show hands back the same canvas.
        if finished is None or canvas is not last:
            last, finished = canvas, canvas.finished()
        yield finished


def _between(old: tuple[Shot, Painter], new: tuple[Shot, Painter]) -> Iterator[Pixels]:
    (before, fade_out), (after, fade_in) = old, new
    gap = range(before.end, after.start)
    for count, frame in enumerate(gap, 1):
        if after.scene.entry == "black":
            yield np.zeros((HEIGHT, WIDTH, 3), np.uint8)
            continue
        one = fade_out((frame - before.start) / FPS).finished()
        two = fade_in((frame - after.start) / FPS).finished()
        share = count / (len(gap) + 1)
        yield np.asarray(cv2.addWeighted(one, 1 - share, two, share, 0), np.uint8)
