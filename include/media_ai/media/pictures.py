"""Small operations on pictures: scaling, JPEG, grey thumbnails."""

import cv2
import numpy as np

from media_ai.errors import MediaError

LUMA_WIDTH = 256
"""Width in pixels at which pictures are compared; decisions depend on it, so that it is fixed."""


def limit_width(image: np.ndarray, width: int) -> np.ndarray:
    """Return the picture at most `width` pixels wide, its proportions kept; a smaller one is not enlarged."""
    if image.shape[1] <= width:
        return image
    height = max(round(image.shape[0] * width / image.shape[1]), 1)
    return cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)


def luma_thumbnail(image: np.ndarray) -> np.ndarray:
    """
    Return the grey picture that comparisons use: uint8, shape (height, LUMA_WIDTH), BT.601 weights, area-averaged.

    Args:
        image: BGR, uint8, shape (height, width, 3).
    """
    height = max(round(image.shape[0] * LUMA_WIDTH / image.shape[1]), 1)
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    interpolation = cv2.INTER_AREA if image.shape[1] >= LUMA_WIDTH else cv2.INTER_LINEAR
    return cv2.resize(grey, (LUMA_WIDTH, height), interpolation=interpolation)


def encode_jpeg(image: np.ndarray, quality: int) -> bytes:
    """Return the picture as JPEG. `quality` is 1 to 100."""
    done, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise MediaError(f"A picture of {image.shape[1]} x {image.shape[0]} could not be written as JPEG.")
    return data.tobytes()


def decode_jpeg(data: bytes, *, reduced: bool = False) -> np.ndarray:
    """Return a JPEG as BGR, uint8, shape (height, width, 3); `reduced`: at a quarter of its sides, much quicker."""
    how = cv2.IMREAD_REDUCED_COLOR_4 if reduced else cv2.IMREAD_COLOR
    image = cv2.imdecode(np.frombuffer(data, np.uint8), how)
    if image is None:
        raise MediaError(f"A stored picture of {len(data)} bytes is not a readable JPEG.")
    return image


def fitting_jpeg(data: bytes, most_bytes: int) -> bytes:
    """
    Return a JPEG of at most so many bytes: as it is, or with its sides halved until it fits.

    Raises:
        MediaError: The bytes are not a picture.
    """
    while len(data) > most_bytes:
        image = decode_jpeg(data)
        data = encode_jpeg(limit_width(image, max(image.shape[1] // 2, 1)), 90)
        if image.shape[1] == 1:
            break
    return data
