"""A shot: a camera before a backdrop, things or a person that move, light that flickers, a sensor that is noisy."""

import math
from collections.abc import Callable

import cv2
import numpy as np

from tests.perf.clips.canvas import BACKDROP, HEIGHT, RATE, WIDTH, Rng, backdrop, paste, sprite
from tests.perf.clips.person import Person

Camera = Callable[[float], tuple[float, float, float]]
"""At a time in seconds: the shift of the view's centre to the right and down, pixels, and the zoom."""


class Shot:
    """Renders the pictures of one shot, float32 BGR, at times in seconds since its start."""

    def __init__(
        self,
        place: np.ndarray,
        camera: Camera,
        actors: "list[Mover | Person]",
        *,
        gain: float,
        flicker: float,
        rng: Rng,
    ) -> None:
        self._place, self._camera, self._actors = place, camera, actors
        self._gain, self._flicker, self._phase = gain, flicker, rng.uniform(0, 6)
        self._speed = rng.uniform(3, 40)

    def at(self, time: float) -> np.ndarray:
        x, y, zoom = self._camera(time)
        centre = BACKDROP[1] / 2 + x, BACKDROP[0] / 2 + y
        matrix = np.array([[zoom, 0, WIDTH / 2 - zoom * centre[0]], [0, zoom, HEIGHT / 2 - zoom * centre[1]]])
        image = cv2.warpAffine(self._place, matrix, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REFLECT).astype(np.float32)
        for actor in self._actors:
            actor.draw(image, time)
        light = self._gain * (1 + self._flicker * math.sin(self._phase + self._speed * time))
        return image * np.float32(light)


class Mover:
    """A thing that crosses the picture at an even speed and turns back at the edges."""

    def __init__(self, rng: Rng, largest: int = 150) -> None:
        height, width = (int(side) for side in rng.integers(25, largest, 2))
        self._thing = sprite(rng, height, width)
        self._start = rng.uniform(0, WIDTH), rng.uniform(0, HEIGHT)
        direction, speed = rng.uniform(0, 2 * math.pi), rng.uniform(5, 140)
        self._speed = speed * math.cos(direction), speed * math.sin(direction) * 0.5

    def draw(self, image: np.ndarray, time: float) -> None:
        """Draw the thing where it is at `time`."""
        x = _bounce(self._start[0] + self._speed[0] * time, WIDTH)
        y = _bounce(self._start[1] + self._speed[1] * time, HEIGHT)
        paste(image, *self._thing, x - 40, y - 40)


def _bounce(value: float, length: float) -> float:
    return length - abs(value % (2 * length) - length)


def camera(rng: Rng, liveliness: float = 1.0) -> Camera:
    """Return a camera on a tripod, in a hand, panning, panning and then holding, or zooming."""
    kind = rng.choice(["tripod", "hand", "pan", "hold", "zoom"], p=[0.3, 0.2, 0.25, 0.1, 0.15])
    direction = rng.uniform(0, 2 * math.pi)
    speed = rng.uniform(8, 45) * liveliness
    shake, beat = rng.uniform(1, 5) * liveliness, rng.uniform(1, 4)
    growth, stop = rng.uniform(-0.04, 0.04) * liveliness, rng.uniform(0.5, 2)

    def move(time: float) -> tuple[float, float, float]:
        if kind == "hand":
            return shake * math.sin(beat * time), shake * math.sin(1.7 * beat * time + 1), 1.0
        if kind == "zoom":
            return 0, 0, 1.15 + growth * time
        moved = {"tripod": 0.0, "pan": time, "hold": min(time, stop)}[str(kind)] * speed
        return moved * math.cos(direction), 0.4 * moved * math.sin(direction), 1.0

    return move


def random_shot(rng: Rng, *, gain: float = 1.0, liveliness: float = 1.0) -> Shot:
    """Return a shot of a new place with up to four moving things."""
    actors: list[Mover | Person] = [Mover(rng) for _ in range(int(rng.integers(0, 5)))]
    flicker = rng.uniform(0, 0.03)
    return Shot(backdrop(rng), camera(rng, liveliness), actors, gain=gain, flicker=flicker, rng=rng)


class Sensor:
    """Adds noise; as costly as it looks, so that one piece of noise is laid at random places."""

    def __init__(self, rng: Rng, sigma: float) -> None:
        self._rng = rng
        grain = rng.standard_normal((HEIGHT + 64, WIDTH + 64)).astype(np.float32) * np.float32(sigma)
        self._grain = cv2.merge([grain, grain, grain])

    def read(self, image: np.ndarray) -> np.ndarray:
        """Return the picture as uint8 with noise."""
        y, x = (int(value) for value in self._rng.integers(0, 64, 2))
        return cv2.add(image, self._grain[y : y + HEIGHT, x : x + WIDTH], dtype=cv2.CV_8U)


def pictures_of(seconds: float) -> int:
    """Return how many pictures are made for a length."""
    return max(round(seconds * RATE), 1)
