"""Reading the grey thumbnails of a set of frames."""

from collections.abc import Iterator

import numpy as np

from media_ai.media.pictures import decode_jpeg, luma_thumbnail
from media_ai.model.vision import FrameSet
from media_ai.store.artifacts import ArtifactStore


def luma_of(frames: FrameSet, store: ArtifactStore) -> Iterator[np.ndarray]:
    """
    Yield the grey thumbnail of every frame: uint8, shape (height, width).

    They come from the stored blocks, one block in memory at a time, or from the JPEGs where there are no blocks.
    """
    if not frames.luma:
        for frame in frames.frames:
            yield luma_thumbnail(decode_jpeg(store.read(frame.image)))
    for block in frames.luma:
        data = np.frombuffer(store.read(block.blob), np.uint8)
        yield from data.reshape(block.count, block.height, block.width)
