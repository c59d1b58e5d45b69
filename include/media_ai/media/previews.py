"""Pictures for people: a contact sheet with times, thumbnails for a player, a poster."""

import math
from collections.abc import Iterable, Sequence

import cv2
import numpy as np

from media_ai.media.pictures import decode_jpeg, encode_jpeg
from media_ai.media.statistics import measure
from media_ai.model.time import Timecode, clock

_QUALITY = 80
_CELL = 320
_COLUMNS = 4
_STRIP = 26
"""Height in pixels of the line below each picture of a contact sheet."""
_THUMBNAIL = 160
_SPRITE_COLUMNS = 10
PER_SPRITE = 100
"""Thumbnails of one sprite: 1600 pixels across, which every browser shows."""
_MOST_CELLS = 400
_HIGHEST = 60_000
"""Pixels; JPEG ends at 65,535."""


def poster(jpegs: Iterable[bytes]) -> bytes:
    """
    Return the JPEG that is sharpest and neither blank nor near black or white.

    Raises:
        ValueError: There is none.
    """
    return max(jpegs, key=_appeal)


def contact_sheet(times: Sequence[Timecode], jpegs: Iterable[bytes]) -> bytes:
    """Return one JPEG with the pictures in rows, each above its time; `most_cells` at most."""
    cells = [_labelled(time, jpeg) for time, jpeg in zip(times, jpegs, strict=True)]
    return encode_jpeg(_grid(cells, min(_COLUMNS, len(cells))), _QUALITY)


def most_cells(width: int, height: int) -> int:
    """Return how many frames of this size one contact sheet can show."""
    cell = height * _CELL / width + _STRIP
    return max(min(_MOST_CELLS, int(_HIGHEST / cell) * _COLUMNS), 1)


def sprite(jpegs: Iterable[bytes], size: tuple[int, int]) -> bytes:
    """Return up to PER_SPRITE thumbnails in rows as one JPEG; each has `size`, width and height in pixels."""
    cells = [cv2.resize(decode_jpeg(jpeg, reduced=True), size, interpolation=cv2.INTER_AREA) for jpeg in jpegs]
    return encode_jpeg(_grid(cells, _SPRITE_COLUMNS), _QUALITY)


def thumbnail_size(width: int, height: int) -> tuple[int, int]:
    """Return width and height in pixels of the thumbnails of frames of this size."""
    return _THUMBNAIL, max(round(height * _THUMBNAIL / width), 1)


def thumbnails_vtt(
    times: Sequence[Timecode], end: Timecode, size: tuple[int, int], names: str = "sprite-{}.jpg"
) -> str:
    """
    Return the WebVTT file that tells a player which part of which sprite to show when.

    Args:
        times: Of the frames, ascending; each is shown until the next one's time.
        end: Until when the last one is shown.
        size: Of a thumbnail, pixels.
        names: What the sprites are called; `{}` is the number from 0.
    """
    width, height = size
    blocks = ["WEBVTT\n"]
    for at, (start, until) in enumerate(zip(times, [*times[1:], end], strict=True)):
        number, place = divmod(at, PER_SPRITE)
        x, y = place % _SPRITE_COLUMNS * width, place // _SPRITE_COLUMNS * height
        stamps = (f"{clock(moment.seconds):0>12}" for moment in (start, max(until, start)))
        blocks.append(f"{' --> '.join(stamps)}\n{names.format(number)}#xywh={x},{y},{width},{height}\n")
    return "\n".join(blocks)


def _appeal(jpeg: bytes) -> float:
    found = measure(decode_jpeg(jpeg, reduced=True))
    exposure = 1 - abs(2 * found.brightness - 1) ** 4
    return -1.0 if found.is_blank else math.log1p(found.sharpness) * exposure


def _labelled(time: Timecode, jpeg: bytes) -> np.ndarray:
    image = decode_jpeg(jpeg)
    height = max(round(image.shape[0] * _CELL / image.shape[1]), 1)
    picture = cv2.resize(image, (_CELL, height), interpolation=cv2.INTER_AREA)
    strip = np.full((_STRIP, _CELL, 3), 24, np.uint8)
    cv2.putText(strip, str(time), (8, 18), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (235, 235, 235), 1, cv2.LINE_AA)
    return np.vstack([picture, strip])


def _grid(cells: Sequence[np.ndarray], columns: int) -> np.ndarray:
    """Return the cells in rows, all places as large as the largest cell; empty places are dark."""
    height, width = max(cell.shape[0] for cell in cells), max(cell.shape[1] for cell in cells)
    sheet = np.full((math.ceil(len(cells) / columns) * height, columns * width, 3), 24, np.uint8)
    for at, cell in enumerate(cells):
        top, left = at // columns * height, at % columns * width
        sheet[top : top + cell.shape[0], left : left + cell.shape[1]] = cell
    return sheet
