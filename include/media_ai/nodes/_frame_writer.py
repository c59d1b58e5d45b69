"""Storing frames as they come, and their thumbnails in blocks."""

from typing import TYPE_CHECKING

from media_ai.job import Job
from media_ai.model.time import Timecode
from media_ai.model.vision import Coverage, Frame, FrameSet, LumaBlock

if TYPE_CHECKING:
    import numpy as np

    from media_ai.media.frames import Picture

_LUMA_BLOCK = 256
"""Thumbnails per stored block: about 9 MB, read one at a time."""


class FrameWriter:
    """Stores frames as JPEGs and their thumbnails; holds one block of thumbnails in memory."""

    def __init__(self, job: Job, *, width: int, quality: int) -> None:
        """Take where to store, the greatest width in pixels and the JPEG quality, 1 to 100."""
        self._job = job
        self._width = width
        self._quality = quality
        self._thumbnails: list[np.ndarray] = []
        self._blocks: list[LumaBlock] = []
        self._first: _First | None = None
        self._is_resized = False
        self.frames: list[Frame] = []

    def add(self, picture: "Picture", thumbnail: "np.ndarray") -> None:
        """Store a frame and its grey thumbnail."""
        from media_ai.media.luma import fit
        from media_ai.media.pictures import encode_jpeg

        image = picture.image_within(self._width)
        blob = self._job.store.put_bytes(encode_jpeg(image, self._quality), "image/jpeg")
        first = self._first = self._first or _First(picture.size, image.shape, thumbnail.shape)
        if picture.size != first.size and not self._is_resized:
            self._is_resized = True
            self._job.notice(_resized(picture.time, first.size, picture.size))
        self.frames.append(Frame(time=picture.time, image=blob))
        self._thumbnails.append(fit(thumbnail, first.thumbnail))
        if len(self._thumbnails) == _LUMA_BLOCK:
            self._flush()

    def finish(self, coverage: Coverage) -> FrameSet:
        """Return all that was stored."""
        self._flush()
        height, width = self._first.stored[:2] if self._first else (0, 0)
        return FrameSet(
            width=width, height=height, frames=tuple(self.frames), luma=tuple(self._blocks), coverage=coverage
        )

    def _flush(self) -> None:
        if not self._thumbnails:
            return
        count = len(self._thumbnails)
        height, width = self._thumbnails[0].shape
        data = b"".join(thumbnail.tobytes() for thumbnail in self._thumbnails)
        blob = self._job.store.put_bytes(data, "application/octet-stream")
        first = len(self.frames) - count
        self._blocks.append(LumaBlock(blob=blob, first=first, count=count, width=width, height=height))
        self._thumbnails.clear()


class _First:
    """The first frame: its size as decoded, and the shapes of its stored image and of its thumbnail."""

    def __init__(self, size: tuple[int, int], stored: tuple[int, ...], thumbnail: tuple[int, ...]) -> None:
        self.size, self.stored, self.thumbnail = size, stored, thumbnail


def _resized(time: Timecode, first: tuple[int, int], other: tuple[int, int]) -> str:
    return (
        f"The picture size changes within the video: from {first[0]} x {first[1]} to {other[0]} x {other[1]} at {time}; "
        "for comparing, all frames are brought to the first one's proportions."
    )
