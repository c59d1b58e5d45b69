"""Real faces, and real videos made of them: stills panned, scaled and lit, with cuts between people."""

from fractions import Fraction
from functools import cache
from pathlib import Path

import av
import cv2
import numpy as np

FACES = Path(__file__).parent / "data" / "faces"
RATE = 10
SIZE = (640, 360)

Scene = tuple[tuple[str, ...], float]
"""Who is on screen side by side, and for how many seconds; nobody is an empty landscape."""


@cache
def portrait(name: str) -> np.ndarray:
    """Return "obama_2005", "obama_2012", "ardern_2022" or "collins": BGR, 420 pixels high."""
    if name == "collins":
        from skimage.data import astronaut

        return cv2.resize(cv2.cvtColor(astronaut()[:300, 60:360], cv2.COLOR_RGB2BGR), (420, 420))
    return cv2.imread(str(FACES / f"{name}.jpg"))


def picture(*names: str, zoom: float = 1.0, shift: int = 0, light: float = 1.0) -> np.ndarray:
    """Return a frame of 640 x 360 with people side by side; a zoom of 1 makes portraits 300 pixels high."""
    frame = np.repeat(np.linspace(60, 160, SIZE[1], dtype=np.uint8)[:, None], SIZE[0], 1)
    frame = cv2.cvtColor(frame, cv2.COLOR_GRAY2BGR)
    for at, name in enumerate(names):
        still = portrait(name)
        scale = 300 * zoom / still.shape[0]
        still = cv2.resize(still, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)[: SIZE[1]]
        left = 15 + shift + at * 310
        width = min(still.shape[1], SIZE[0] - left)
        frame[-still.shape[0] :, left : left + width] = still[:, :width]
    return np.clip(frame * light, 0, 255).astype(np.uint8)


def write_scenes(path: Path, scenes: list[Scene]) -> Path:
    """Write a video of the scenes; in each one the picture moves, grows and becomes brighter."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=RATE, options={"preset": "ultrafast", "crf": "20"})
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        for names, seconds in scenes:
            total = round(seconds * RATE)
            for number in range(total):
                part = number / total
                image = picture(*names, zoom=0.8 + 0.3 * part, shift=round(20 * part), light=0.8 + 0.3 * part)
                container.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="bgr24")))
        container.mux(stream.encode())
    return path


def seconds(time: Fraction) -> float:
    """Return seconds to the hundredth."""
    return round(float(time), 2)
