"""A person who talks: sways, nods, moves the mouth, lifts a hand now and then, and sometimes sits differently from then on."""

import math

import cv2
import numpy as np

from tests.perf.clips.canvas import HEIGHT, WIDTH, Rng, colour, paste, textured


class Person:
    """Somebody before the camera; everything is drawn relative to a size and a place."""

    def __init__(self, rng: Rng, *, size: float | None = None, x: float | None = None) -> None:
        self._size = rng.uniform(0.6, 1.6) if size is None else size
        self._x = rng.uniform(0.25, 0.75) * WIDTH if x is None else x
        self._body = self._make_body(rng)
        self._head = self._make_head(rng)
        self.restart(rng)

    def restart(self, rng: Rng) -> None:
        """Take up another posture, as when the film comes back to somebody later."""
        self._phase = rng.uniform(0, 6, 4)
        self._speed = rng.uniform(0.8, 3, 4)
        self._lean = rng.uniform(-18, 18)
        self._shift, self._shift_time = rng.uniform(-25, 25), rng.uniform(0.5, 8)
        self._hand, self._hand_length = rng.uniform(0, 6), rng.uniform(0.3, 1.5)

    def _make_body(self, rng: Rng) -> tuple[np.ndarray, np.ndarray]:
        side = int(190 * self._size)
        mask = np.zeros((side, side), np.float32)
        cv2.ellipse(mask, (side // 2, side), (side // 2 - 3, side - 6), 0, 0, 360, 1.0, -1)
        return textured(rng, (side, side), rng.uniform(0.3, 0.8)), cv2.GaussianBlur(mask, (0, 0), 1.2)[..., None]

    def _make_head(self, rng: Rng) -> tuple[np.ndarray, np.ndarray]:
        side = int(110 * self._size)
        skin, hair = colour(rng, 60, 220), colour(rng, 5, 120)
        image = np.full((side, side, 3), skin, np.float32)
        cv2.rectangle(image, (0, 0), (side, side // 4), hair, -1)
        for eye in (0.35, 0.65):
            cv2.circle(image, (int(side * eye), int(side * 0.45)), max(side // 16, 2), (30, 30, 30), -1, cv2.LINE_AA)
        mask = np.zeros((side, side), np.float32)
        cv2.ellipse(mask, (side // 2, side // 2), (int(side * 0.36), side // 2 - 3), 0, 0, 360, 1.0, -1)
        return image, cv2.GaussianBlur(mask, (0, 0), 1.2)[..., None]

    def draw(self, image: np.ndarray, time: float) -> None:
        """Draw the person as they are at `time`."""
        moved = self._shift * min(max(2 * (time - self._shift_time), 0), 1)
        waves = np.sin(self._phase + self._speed * time)
        x = self._x + self._lean + moved + 6 * self._size * waves[0]
        body, head = self._body[0].shape[0], self._head[0].shape[0]
        top = HEIGHT - body * 0.85 + 3 * waves[1]
        paste(image, *self._body, x - body / 2, top)
        face_x, face_y = x - head / 2 + 7 * self._size * waves[2], top - head * 0.8 + 4 * waves[3]
        paste(image, *self._head, face_x, face_y)
        self._talk(image, (face_x + head / 2, face_y + head * 0.75), time)
        if self._hand < time < self._hand + self._hand_length:
            paste(image, *self._head, x + body * 0.3, top + 25 * waves[2])

    def _talk(self, image: np.ndarray, mouth: tuple[float, float], time: float) -> None:
        opening = int(9 * self._size * abs(math.sin(self._phase[0] + 11 * time)))
        centre, axes = (round(mouth[0]), round(mouth[1])), (int(13 * self._size), max(opening, 1))
        cv2.ellipse(image, centre, axes, 0, 0, 360, (40, 30, 110), -1, cv2.LINE_AA)
