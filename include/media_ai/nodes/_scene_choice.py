"""Noting the shots of a video, and choosing the pictures that show something new."""

from collections import deque
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from media_ai.model.time import Timecode, TimeRange
from media_ai.model.vision import Shot

if TYPE_CHECKING:
    import numpy as np

    from media_ai.media.frames import Picture


class SceneChoice:
    """Notes the shots, and passes on what is new. `shots` is complete when all pictures have been read."""

    def __init__(self, span: TimeRange) -> None:
        """Take the stretch that the pictures come from."""
        self._span = span
        self._starts: list[Timecode] = []
        self._shown: list[Timecode | None] = []
        self._times: list[Timecode] = []

    def taken_of(self, pictures: "Iterable[Picture]", *, only_new: bool) -> "Iterator[tuple[Picture, np.ndarray]]":
        """Yield all pictures, or those that show something new, with grey thumbnails; a few pictures are in memory."""
        from media_ai.media.luma import fit
        from media_ai.media.scenes import choose

        held: deque[tuple[Picture, np.ndarray]] = deque()

        def thumbnails() -> "Iterator[np.ndarray]":
            shape: tuple[int, ...] | None = None
            for picture in pictures:
                luma = picture.luma()
                shape = shape or luma.shape
                held.append((picture, fit(luma, shape)))
                yield held[-1][1]

        for decision in choose(thumbnails()):
            picture, luma = held.popleft()
            self._note(decision.shot, decision.twin, picture.time)
            if decision.is_kept or not only_new:
                yield picture, luma

    def shots(self) -> tuple[Shot, ...]:
        """Return the shots, in order; together they are the span."""
        if not self._starts:
            return ()
        edges = [self._span.start, *self._starts[1:], self._span.end]
        return tuple(
            Shot(time=TimeRange(start=start, end=max(end, start)), shown_at=shown)
            for start, end, shown in zip(edges[:-1], edges[1:], self._shown, strict=True)
        )

    def _note(self, shot: int, twin: int | None, time: Timecode) -> None:
        self._times.append(time)
        if shot == len(self._starts):
            self._starts.append(time)
            self._shown.append(None)
        if twin is not None and self._shown[shot] is None:
            self._shown[shot] = self._times[twin]
