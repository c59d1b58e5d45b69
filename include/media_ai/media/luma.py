"""Reading the grey thumbnails of a set of frames."""

from collections.abc import Iterator

import cv2
import numpy as np

from media_ai.media.pictures import decode_jpeg, luma_thumbnail
from media_ai.model.vision import FrameSet
from media_ai.store.artifacts import ArtifactStore


def luma_of(frames: FrameSet, store: ArtifactStore) -> Iterator[np.ndarray]:
    """
    Yield the grey thumbnail of every frame: uint8, shape (height, width), of all frames that of the first.

    They come from the stored blocks, one block in memory at a time, or from the JPEGs where there are no blocks.
    """
    shape: tuple[int, ...] | None = None
    for thumbnail in _stored(frames, store):
        shape = shape or thumbnail.shape
        yield fit(thumbnail, shape)


def fit(thumbnail: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Return the thumbnail stretched to `shape`, (height, width): only pictures of one size can be compared."""
    if thumbnail.shape == shape:
        return thumbnail
    return cv2.resize(thumbnail, (shape[1], shape[0]), interpolation=cv2.INTER_AREA)


def _stored(frames: FrameSet, store: ArtifactStore) -> Iterator[np.ndarray]:
    if not frames.luma:
        for frame in frames.frames:
            yield luma_thumbnail(decode_jpeg(store.read(frame.image)))
    for block in frames.luma:
        data = np.frombuffer(store.read(block.blob), np.uint8)
        yield from data.reshape(block.count, block.height, block.width)
