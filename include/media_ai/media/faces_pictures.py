"""Pictures of faces: those that people give for the gallery, checked at the door, and crops out of frames."""

import io
import warnings

import cv2
import numpy as np
from PIL import Image, UnidentifiedImageError

from media_ai.errors import InputError
from media_ai.media.pictures import encode_jpeg, limit_width
from media_ai.model.text import Box

MAX_PIXELS = 50_000_000
LEAST_SIDE = 32
_MARGIN = 0.4
_CROP_WIDTH = 320


def read_gallery_picture(data: bytes, *, what: str) -> np.ndarray:
    """
    Return a picture that a person gave, turned as its EXIF says: BGR, uint8, shape (height, width, 3).

    Args:
        data: JPEG, PNG, WebP, BMP, TIFF or GIF.
        what: What it is, for messages: "gallery image 'a.jpg' of 'Ada'".

    Raises:
        InputError: It is not a picture, is damaged, or has fewer than 32 pixels a side or more than 50 megapixels.
    """
    width, height = _size_of(data, what)
    if min(width, height) < LEAST_SIDE:
        raise InputError(
            f"The {what} has {width} x {height} pixels; give one of at least {LEAST_SIDE} x {LEAST_SIDE} with one face."
        )
    if width * height > MAX_PIXELS:
        raise InputError(
            f"The {what} has {width * height / 1e6:.0f} megapixels; at most 50 can be read. Scale it down."
        )
    try:
        picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error:
        picture = None
    if picture is None:
        raise InputError(f"The {what} is damaged and cannot be read. Export it again as JPEG or PNG.")
    return picture


def _size_of(data: bytes, what: str) -> tuple[int, int]:
    """Return width and height from the head of the file, before anything large is decoded."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data)) as image:
                return image.size
    except Image.DecompressionBombError:
        raise InputError(f"The {what} has more than 50 megapixels, which is the most that can be read.") from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        raise InputError(f"The {what} is not a picture. Give a JPEG or PNG with one face.") from None


def crop_face(picture: np.ndarray, box: Box) -> bytes:
    """Return a face with two fifths of its size around it, at most 320 pixels wide, as JPEG."""
    height, width = picture.shape[:2]
    left, right = _widened(box.left, box.width, width)
    top, bottom = _widened(box.top, box.height, height)
    return encode_jpeg(limit_width(picture[top:bottom, left:right], _CROP_WIDTH), 90)


def _widened(start: float, size: float, length: int) -> tuple[int, int]:
    """Return first and last pixel of a stretch and its margins, at least one pixel and inside the picture."""
    low = int(np.clip((start - _MARGIN * size) * length, 0, length - 1))
    return low, int(np.clip(np.ceil((start + (1 + _MARGIN) * size) * length), low + 1, length))
