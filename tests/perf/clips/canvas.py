"""What made pictures consist of: backdrops of noise, gradients and shapes, larger than the screen so that a camera can move."""

import cv2
import numpy as np

WIDTH, HEIGHT = 640, 360
RATE = 6
"""Pictures a second that are made: every time at which clips are sampled falls on one of them."""
BACKDROP = (HEIGHT * 8 // 5, WIDTH * 8 // 5)

Labelled = tuple[np.ndarray, int | None]
"""A picture (BGR, uint8, 360 x 640) and its content, None in a transition."""
Rng = np.random.Generator


def fractal(rng: Rng, shape: tuple[int, int], roughness: float) -> np.ndarray:
    """Return noise of all scales, float32, 0 to 1; `roughness` (0 smooth, 1 rough) is how much fine scales weigh."""
    # At half the size: cameras do not resolve single pixels, and it is four times as quick.
    height, width = max(shape[0] // 2, 2), max(shape[1] // 2, 2)
    total = np.zeros((height, width), np.float32)
    for octave in range(2, 9):
        size = (2**octave, max(2**octave * height // width, 2))
        grain = rng.standard_normal(size[::-1]).astype(np.float32)
        total += cv2.resize(grain, (width, height), interpolation=cv2.INTER_CUBIC) * roughness ** (octave - 2)
    total = cv2.normalize(total, None, 0, 1, cv2.NORM_MINMAX)
    return cv2.resize(total, shape[::-1], interpolation=cv2.INTER_LINEAR)


def colour(rng: Rng, low: int = 10, high: int = 245) -> tuple[int, int, int]:
    """Return a random BGR colour."""
    blue, green, red = (int(value) for value in rng.integers(low, high, 3))
    return blue, green, red


def textured(rng: Rng, shape: tuple[int, int], roughness: float) -> np.ndarray:
    """Return a texture that runs between three colours, float32 BGR."""
    stops = np.array([colour(rng) for _ in range(3)], np.float32)
    noise = fractal(rng, shape, roughness)
    table = np.stack([np.interp(np.arange(256), (0, 127, 255), stops[:, channel]) for channel in range(3)], axis=1)
    return table.astype(np.float32)[(noise * 255).astype(np.uint8)]


def backdrop(rng: Rng) -> np.ndarray:
    """Return the place where a shot plays: uint8 BGR, of BACKDROP's shape, outdoors or indoors."""
    height, width = BACKDROP
    image = textured(rng, BACKDROP, rng.uniform(0.45, 0.85))
    horizon = int(height * rng.uniform(0.35, 0.7))
    if rng.random() < 0.6:
        ground = textured(rng, BACKDROP, rng.uniform(0.4, 0.9))
        image[horizon:] = ground[horizon:]
    for _ in range(int(rng.integers(2, 14))):
        _add_shape(rng, image)
    image = np.clip(image, 0, 255).astype(np.uint8)  # text is only drawn on such
    if rng.random() < 0.3:
        _add_sign(rng, image)
    light = np.linspace(rng.uniform(0.7, 1.2), rng.uniform(0.7, 1.2), width, dtype=np.float32)
    return np.clip(image * light[None, :, None], 0, 255).astype(np.uint8)


def _add_shape(rng: Rng, image: np.ndarray) -> None:
    """Draw a building, a piece of furniture, a lamp: a rectangle, maybe with rows of windows, or an ellipse."""
    height, width = image.shape[:2]
    size = rng.integers(20, 220), rng.integers(20, 260)
    y, x = int(rng.integers(0, height - size[0])), int(rng.integers(0, width - size[1]))
    end = (x + int(size[1]), y + int(size[0]))
    if rng.random() < 0.3:
        cv2.ellipse(image, (x, y), (int(size[1]) // 2, int(size[0]) // 3), 0, 0, 360, colour(rng), -1, cv2.LINE_AA)
        return
    cv2.rectangle(image, (x, y), end, colour(rng), -1)
    if rng.random() < 0.5:
        step, pane = int(rng.integers(12, 40)), colour(rng)
        for row in range(y + 5, end[1] - step // 2, step):
            for column in range(x + 5, end[0] - step // 2, step):
                cv2.rectangle(image, (column, row), (column + step // 2, row + step // 2), pane, -1)


def _add_sign(rng: Rng, image: np.ndarray) -> None:
    place = int(rng.integers(100, 500)), int(rng.integers(100, 400))
    text = "".join(rng.choice(list("ABCDEFGHIKLMNOPRSTU"), int(rng.integers(3, 8))))
    cv2.putText(image, text, place, cv2.FONT_HERSHEY_DUPLEX, rng.uniform(1, 3), colour(rng), 3, cv2.LINE_AA)


def sprite(rng: Rng, height: int, width: int) -> tuple[np.ndarray, np.ndarray]:
    """Return a thing that can move: float32 BGR and its opacity, (height, width, 1), 0 to 1."""
    image = textured(rng, (height, width), rng.uniform(0.4, 0.8))
    mask = np.zeros((height, width), np.float32)
    if rng.random() < 0.5:
        cv2.ellipse(mask, (width // 2, height // 2), (width // 2 - 2, height // 2 - 2), 0, 0, 360, 1.0, -1)
    else:
        cv2.rectangle(mask, (2, 2), (width - 3, height - 3), 1.0, -1)
    return image, cv2.GaussianBlur(mask, (0, 0), 1.2)[..., None]


def paste(image: np.ndarray, thing: np.ndarray, opacity: np.ndarray, x: float, y: float) -> None:
    """Lay a thing over the picture, its top left corner at (x, y), cut off at the edges."""
    left, top = round(x), round(y)
    height, width = thing.shape[:2]
    y0, y1 = max(top, 0), min(top + height, image.shape[0])
    x0, x1 = max(left, 0), min(left + width, image.shape[1])
    if y0 >= y1 or x0 >= x1:
        return
    part = slice(y0 - top, y1 - top), slice(x0 - left, x1 - left)
    target = image[y0:y1, x0:x1]
    target += (thing[part] - target) * opacity[part]
