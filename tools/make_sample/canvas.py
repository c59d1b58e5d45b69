"""A picture drawn at twice its size, in which every shape is an antialiased mask filled with paint."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from tools.make_sample.fonts import Face, font
from tools.make_sample.palette import Colour

Pixels = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.uint8]
Points = npt.NDArray[np.float64]
Box = tuple[int, int, int, int]
Spot = tuple[float, float]
Stops = Sequence[tuple[float, Colour]]

FINER = 2
SUBPIXEL_BITS = 6


class Canvas:
    """Coordinates are those of the finished picture; the pixels are `scale` times finer.

    With three channels it is an opaque picture; with four, a sprite with premultiplied alpha.
    """

    def __init__(self, width: float, height: float, *, channels: int = 3, scale: float = FINER) -> None:
        self.scale = scale
        self.pixels: Pixels = np.zeros((round(height * scale), round(width * scale), channels), np.uint8)

    def copy(self) -> Canvas:
        """A second canvas to draw on without touching this one."""
        other = Canvas.__new__(Canvas)
        other.scale, other.pixels = self.scale, self.pixels.copy()
        return other

    def finished(self) -> Pixels:
        """The picture at its own size: averaging the extra pixels is what smooths the edges."""
        height, width = self.pixels.shape[:2]
        size = (round(width / self.scale), round(height / self.scale))
        return np.asarray(cv2.resize(self.pixels, size, interpolation=cv2.INTER_AREA), np.uint8)

    def backdrop(self, stops: Stops, *, slant: float = 0.0) -> None:
        """Fill everything with a gradient from top to bottom, tilted by `slant`."""
        height, width = self.pixels.shape[:2]
        rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
        place = (rows / height + slant * columns / width) / (1 + slant)
        paint = _gradient(place, stops)
        # Half a level of fixed noise breaks up the bands an 8-bit gradient would show.
        noise = np.random.default_rng(7).uniform(-0.5, 0.5, place.shape).astype(np.float32)
        self.pixels[:, :, :3] = np.clip(np.rint(paint + noise[..., None]), 0, 255).astype(np.uint8)

    def sprite(self, zoom: float) -> Pixels:
        """The picture as a sprite to paste, at this size relative to the coordinates it was drawn in."""
        size = [max(1, round(side / self.scale * zoom * FINER)) for side in self.pixels.shape[1::-1]]
        return np.asarray(cv2.resize(self.pixels, size, interpolation=cv2.INTER_AREA), np.uint8)

    def polygon(
        self,
        points: Points,
        colour: Colour,
        *,
        to: Colour | None = None,
        opacity: float = 1.0,
        blur: float = 0.0,
        clip: Points | None = None,
    ) -> None:
        """A filled outline, shaded downward from `colour` to `to`; `blur` makes it a glow or a shadow."""
        box = self._box(points, margin=2 + 3 * blur)
        if box is None:
            return
        mask = self._mask(box)
        cv2.fillPoly(mask, [self._fixed(points, box)], 255, cv2.LINE_AA, SUBPIXEL_BITS)
        if blur:
            mask = np.asarray(cv2.GaussianBlur(mask, (0, 0), blur * self.scale), np.uint8)
        self._fill(box, self._clipped(mask, box, clip), colour, to, opacity)

    def line(
        self,
        points: Points,
        colour: Colour,
        width: float,
        *,
        opacity: float = 1.0,
        blur: float = 0.0,
        clip: Points | None = None,
    ) -> None:
        """A stroke with round ends along the points."""
        box = self._box(points, margin=2 + width + 3 * blur)
        if box is None:
            return
        mask = self._mask(box)
        thick = max(1, round(width * self.scale))
        cv2.polylines(mask, [self._fixed(points, box)], False, 255, thick, cv2.LINE_AA, SUBPIXEL_BITS)
        if blur:
            mask = np.asarray(cv2.GaussianBlur(mask, (0, 0), blur * self.scale), np.uint8)
        self._fill(box, self._clipped(mask, box, clip), colour, None, opacity)

    def ball(self, points: Points, inner: Colour, outer: Colour, *, light: Spot = (0.4, 0.3)) -> None:
        """A filled outline shaded from a highlight at `light` (shares of its box) out to its rim."""
        box = self._box(points, margin=2)
        if box is None:
            return
        mask = self._mask(box)
        cv2.fillPoly(mask, [self._fixed(points, box)], 255, cv2.LINE_AA, SUBPIXEL_BITS)
        left, top, right, bottom = box
        rows, columns = np.mgrid[0 : bottom - top, 0 : right - left].astype(np.float32)
        across, down = columns / (right - left) - light[0], rows / (bottom - top) - light[1]
        distance = np.clip(np.hypot(across, down) / 0.72, 0, 1)
        self._blend(box, mask, _gradient(distance, [(0, inner), (1, outer)]), 1.0)

    def text(
        self,
        words: str,
        at: Spot,
        size: float,
        colour: Colour,
        *,
        face: Face = "bold",
        anchor: str = "ls",
        opacity: float = 1.0,
    ) -> None:
        """Words set at a point; `anchor` is Pillow's: left, middle or right, then baseline or middle."""
        typeface = font(face, round(size * self.scale))
        x, y = at[0] * self.scale, at[1] * self.scale
        left, top, right, bottom = typeface.getbbox(words, anchor=anchor)
        box = self._clip(int(x + left) - 4, int(y + top) - 4, int(x + right) + 5, int(y + bottom) + 5)
        if box is None:
            return
        mask = Image.new("L", (box[2] - box[0], box[3] - box[1]))
        ImageDraw.Draw(mask).text((x - box[0], y - box[1]), words, font=typeface, fill=255, anchor=anchor)
        self._fill(box, np.asarray(mask, np.uint8), colour, None, opacity)

    def paste(
        self,
        sprite: Pixels,
        at: Spot,
        *,
        turn: float = 0.0,
        zoom: float = 1.0,
        mirror: bool = False,
        opacity: float = 1.0,
    ) -> None:
        """Lay a sprite over an opaque picture with its middle at a point, turned clockwise by radians."""
        height, width = sprite.shape[:2]
        tall, wide = abs(float(np.sin(turn))), abs(float(np.cos(turn)))
        reach_x = 0.5 * zoom * (width * wide + height * tall) + 2
        reach_y = 0.5 * zoom * (width * tall + height * wide) + 2
        x, y = at[0] * self.scale, at[1] * self.scale
        box = self._clip(int(x - reach_x), int(y - reach_y), int(x + reach_x) + 2, int(y + reach_y) + 2)
        if box is None:
            return
        cosine, sine = zoom * np.cos(turn), zoom * np.sin(turn)
        flip = -1.0 if mirror else 1.0
        matrix = np.array([[flip * cosine, -sine, x - box[0]], [flip * sine, cosine, y - box[1]]])
        matrix[:, 2] -= matrix[:, :2] @ np.array([(width - 1) / 2, (height - 1) / 2])
        size = (box[2] - box[0], box[3] - box[1])
        layer = cv2.warpAffine(sprite, matrix, size, flags=cv2.INTER_LINEAR)
        if opacity < 1:
            layer = cv2.convertScaleAbs(layer, alpha=opacity)
        area = self.pixels[box[1] : box[3], box[0] : box[2]]
        # Bytes all the way: this is the inner loop of every moving picture.
        through = cv2.cvtColor(cv2.bitwise_not(layer[:, :, 3]), cv2.COLOR_GRAY2RGB)
        over = np.ascontiguousarray(layer[:, :, :3])
        area[:, :, :3] = cv2.add(cv2.multiply(area[:, :, :3], through, scale=1 / 255), over)

    def _fill(self, box: Box, mask: Mask, colour: Colour, to: Colour | None, opacity: float) -> None:
        if to is None:
            self._blend(box, mask, np.array(colour, np.float32), opacity)
        else:
            place = np.linspace(0, 1, mask.shape[0], dtype=np.float32)[:, None]
            self._blend(box, mask, _gradient(place, [(0, colour), (1, to)]), opacity)

    def _blend(self, box: Box, mask: Mask, paint: npt.NDArray[np.float32], opacity: float) -> None:
        area = self.pixels[box[1] : box[3], box[0] : box[2]]
        cover = mask.astype(np.float32)[:, :, None] * (opacity / 255)
        area[:, :, :3] = np.rint(area[:, :, :3] * (1 - cover) + paint * cover).astype(np.uint8)
        if area.shape[2] == 4:
            area[:, :, 3:] = np.rint(area[:, :, 3:] * (1 - cover) + 255 * cover).astype(np.uint8)

    def _box(self, points: Points, *, margin: float) -> Box | None:
        low, high = (points.min(axis=0) - margin) * self.scale, (points.max(axis=0) + margin) * self.scale
        return self._clip(int(low[0]), int(low[1]), int(high[0]) + 1, int(high[1]) + 1)

    def _clip(self, left: int, top: int, right: int, bottom: int) -> Box | None:
        height, width = self.pixels.shape[:2]
        box = max(0, left), max(0, top), min(width, right), min(height, bottom)
        return box if box[0] < box[2] and box[1] < box[3] else None

    @staticmethod
    def _mask(box: Box) -> Mask:
        return np.zeros((box[3] - box[1], box[2] - box[0]), np.uint8)

    def _clipped(self, mask: Mask, box: Box, clip: Points | None) -> Mask:
        if clip is None:
            return mask
        inside = self._mask(box)
        cv2.fillPoly(inside, [self._fixed(clip, box)], 255, cv2.LINE_AA, SUBPIXEL_BITS)
        return np.minimum(mask, inside)

    def _fixed(self, points: Points, box: Box) -> npt.NDArray[np.int32]:
        fixed: npt.NDArray[np.float64] = (points * self.scale - np.array(box[:2])) * (1 << SUBPIXEL_BITS)
        return np.rint(fixed).astype(np.int32)


def _gradient(place: npt.NDArray[np.float32], stops: Stops) -> npt.NDArray[np.float32]:
    where = [stop for stop, _ in stops]
    bands = [np.interp(place, where, [colour[band] for _, colour in stops]) for band in range(3)]
    return np.stack(bands, axis=-1).astype(np.float32)
