"""Footage for the media benchmarks: textured shots that pan, with things moving in them, as H.264 at 1080p."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np

RATE = 25
WIDTH, HEIGHT = 1920, 1080
_SHOT_S = (2.0, 9.0)
_MARGIN = 400


def write_footage(path: Path, *, seconds: int, gop: int, seed: int = 0) -> Path:
    """Encode `seconds` of footage with a key picture at least every `gop` pictures, B-pictures included; return the path."""
    with av.open(str(path), "w") as container:
        options = {"preset": "veryfast", "crf": "23", "bf": "3", "threads": "2"}
        stream = container.add_stream("libx264", rate=RATE, options=options)
        stream.width, stream.height, stream.pix_fmt, stream.gop_size = WIDTH, HEIGHT, "yuv420p", gop
        for number, picture in enumerate(_pictures(seconds * RATE, np.random.default_rng(seed))):
            frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
            frame.pts, frame.time_base = number, Fraction(1, RATE)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def _pictures(count: int, random: np.random.Generator) -> Iterator[np.ndarray]:
    left = 0
    for _ in range(count):
        if left == 0:
            left = int(random.uniform(*_SHOT_S) * RATE)
            backdrop = _texture(random)
            at, step = random.uniform(0, _MARGIN / 2, 2), random.integers(-1, 2, 2)
            actor, place, speed = _texture(random)[:300, :220], random.uniform(100, 700, 2), random.integers(-3, 4, 2)
        left -= 1
        at = np.clip(at + step, 0, _MARGIN)
        place = np.clip(place + speed, 0, 770)
        y, x = at.astype(int)
        picture = backdrop[y : y + HEIGHT, x : x + WIDTH].copy()
        top, start = place.astype(int)
        picture[top : top + 300, start : start + 220] = actor
        yield cv2.add(picture, _GRAIN[left % len(_GRAIN)])


def _texture(random: np.random.Generator) -> np.ndarray:
    """Return a picture with detail at every scale, BGR, larger than the frame by the margin."""
    size = (WIDTH + _MARGIN, HEIGHT + _MARGIN)
    total = np.zeros((size[1], size[0], 3), np.float32)
    for cells, weight in ((4, 90), (16, 50), (64, 25), (256, 12)):
        noise = random.uniform(0, 1, (cells, cells * 2, 3)).astype(np.float32)
        total += weight * cv2.resize(noise, size, interpolation=cv2.INTER_CUBIC)
    return np.clip(total, 0, 255).astype(np.uint8)


_GRAIN = np.random.default_rng(7).integers(0, 6, (8, HEIGHT, WIDTH, 3), dtype=np.uint8)
