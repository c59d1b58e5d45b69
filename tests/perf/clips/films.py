"""The four families that are filmed: hard cuts, fades and dissolves, dialog, low light."""

from collections.abc import Iterator
from itertools import pairwise

import cv2
import numpy as np

from tests.perf.clips.canvas import HEIGHT, WIDTH, Labelled, Rng, backdrop
from tests.perf.clips.person import Person
from tests.perf.clips.shots import RATE, Sensor, Shot, camera, pictures_of, random_shot


def cuts(rng: Rng) -> Iterator[Labelled]:
    """Hard cuts between 42 to 50 contents, shots of 1 to 5 seconds; in some clips photographers' flashes."""
    sensor = Sensor(rng, rng.uniform(1, 4))
    flashes = 0.03 if rng.random() < 0.3 else 0.0
    for content in range(int(rng.integers(42, 51))):
        shot = random_shot(rng)
        for number in range(pictures_of(min(1 + rng.exponential(1.3), 5))):
            image = shot.at(number / RATE)
            yield sensor.read(image * 0.3 + 180 if rng.random() < flashes else image), content


def low_light(rng: Rng) -> Iterator[Labelled]:
    """Cuts between 18 to 22 dark contents under strong noise."""
    sensor = Sensor(rng, rng.uniform(5, 12))
    for content in range(int(rng.integers(18, 23))):
        shot = random_shot(rng, gain=rng.uniform(0.12, 0.35), liveliness=0.7)
        for number in range(pictures_of(rng.uniform(2, 7))):
            yield sensor.read(shot.at(number / RATE)), content


def fades(rng: Rng) -> Iterator[Labelled]:
    """Join 22 to 26 contents by dissolves, fades through black or white, wipes and a few cuts."""
    sensor = Sensor(rng, rng.uniform(1, 4))
    count = int(rng.integers(22, 27))
    shots = [random_shot(rng, liveliness=0.7) for _ in range(count)]
    start = 0.0
    for content, (shot, following) in enumerate(pairwise([*shots, None])):
        assert shot is not None
        for number in range(pictures_of(rng.uniform(2, 5))):
            yield sensor.read(shot.at(start + number / RATE)), content
        start += (number + 1) / RATE
        length = 0.0 if following is None else _join_length(rng)
        if following is not None and length:
            yield from ((sensor.read(image), None) for image in _join(rng, shot, following, start, length))
        start = length


def _join_length(rng: Rng) -> float:
    return 0.0 if rng.random() < 0.1 else float(rng.uniform(0.4, 2.2))


def _join(rng: Rng, first: Shot, second: Shot, start: float, length: float) -> Iterator[np.ndarray]:
    """Both shots go on moving while one turns into the other."""
    kind = rng.choice(["dissolve", "black", "white", "wipe"], p=[0.55, 0.25, 0.05, 0.15])
    blank = np.full((HEIGHT, WIDTH, 3), 255 * (kind == "white"), np.float32)
    count = pictures_of(length)
    for number in range(count):
        share = (number + 1) / (count + 1)
        old, new = first.at(start + number / RATE), second.at(number / RATE)
        if kind == "dissolve":
            yield old * (1 - share) + new * share
        elif kind == "wipe":
            edge = int(WIDTH * share)
            yield np.concatenate([new[:, :edge], old[:, edge:]], axis=1)
        else:
            # Both shots take a part of the time, the blank picture stands between them.
            visible = max(1 - 2.4 * share, 2.4 * share - 1.4, 0)
            yield (old if share < 0.5 else new) * visible + blank * (1 - visible)


def dialog(rng: Rng) -> Iterator[Labelled]:
    """56 shots of 14 set-ups in four or five scenes: within a scene the film keeps returning to the same set-ups."""
    sensor = Sensor(rng, rng.uniform(1, 5))
    scenes = np.array_split(np.arange(14), int(rng.integers(4, 6)))
    shots_left = 56
    for number, contents in enumerate(scenes):
        share = shots_left // (len(scenes) - number)
        shots_left -= share
        setups = _setups(rng, [int(content) for content in contents])
        for content in _returning(rng, [int(content) for content in contents], share):
            shot = setups[content].film(rng)
            for picture in range(pictures_of(rng.uniform(1, 4))):
                yield sensor.read(shot.at(picture / RATE)), content


def _returning(rng: Rng, contents: list[int], count: int) -> list[int]:
    """Return an order in which every content comes, none twice in a row."""
    order = list(contents)
    while len(order) < count:
        order.append(int(rng.choice([content for content in contents if content != order[-1]])))
    return order


class _Setup:
    """A camera position in a scene: a place, one or two people, each time a slightly different frame."""

    def __init__(self, rng: Rng, place: np.ndarray) -> None:
        self._place = place
        self._people = [Person(rng)]
        if rng.random() < 0.3:
            self._people = [Person(rng, size=0.7, x=WIDTH * 0.3), Person(rng, size=0.7, x=WIDTH * 0.7)]
        self._gain = rng.uniform(0.8, 1.1)

    def film(self, rng: Rng) -> Shot:
        for person in self._people:
            person.restart(rng)
        away = rng.uniform(-8, 8, 2)
        shake = camera(rng, 0.2)

        def view(time: float) -> tuple[float, float, float]:
            x, y, zoom = shake(time)
            return x + away[0], y + away[1], zoom

        gain = self._gain * rng.uniform(0.97, 1.03)
        return Shot(self._place, view, list(self._people), gain=gain, flicker=rng.uniform(0, 0.02), rng=rng)


def _setups(rng: Rng, contents: list[int]) -> dict[int, _Setup]:
    """Return the set-ups of a scene; some are closer views of another part of the first one's room."""
    room = backdrop(rng)
    setups = {contents[0]: _Setup(rng, room)}
    for content in contents[1:]:
        setups[content] = _Setup(rng, _closer(rng, room) if rng.random() < 0.4 else backdrop(rng))
    return setups


def _closer(rng: Rng, room: np.ndarray) -> np.ndarray:
    height, width = (round(side * rng.uniform(0.4, 0.6)) for side in room.shape[:2])
    y, x = int(rng.integers(0, room.shape[0] - height)), int(rng.integers(0, room.shape[1] - width))
    return cv2.resize(room[y : y + height, x : x + width], room.shape[1::-1], interpolation=cv2.INTER_CUBIC)
