"""
Sampling at an interval: for each wanted time the picture that is on screen then, by presentation time.

Time 0 is the presentation time of the first picture, wherever the container's own clock starts.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.error import FFmpegError

from media_ai.errors import MediaError
from media_ai.model.time import Timecode

_TRUNCATION_SLACK = Fraction(2)
"""Seconds that may be missing at the end before a file counts as truncated: containers round their durations."""


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A decoded picture. `image` is BGR, uint8, shape (height, width, 3), turned upright."""

    time: Timecode
    image: np.ndarray


@dataclass(kw_only=True)
class SamplingReport:
    """What was met on the way; complete when the samples have been read to their end."""

    decode_errors: int = 0
    last_time: Fraction = Fraction(0)
    sampled: int = 0

    def is_truncated(self, end: Fraction) -> bool:
        """Whether the pictures stopped well before `end` seconds."""
        return self.last_time + _TRUNCATION_SLACK < end


def sample_interval(
    path: Path,
    *,
    interval: Fraction,
    start: Fraction,
    end: Fraction,
    report: SamplingReport,
    on_progress: Callable[[Fraction], None] = lambda _: None,
) -> Iterator[Picture]:
    """
    Yield the picture on screen at start, start + interval, ... before `end`, each picture once.

    Args:
        path: A video file.
        interval, start, end: Seconds; interval more than 0.
        report: Filled in while reading.
        on_progress: Called with the time that was reached, seconds.

    Raises:
        MediaError: Not one picture could be decoded.
    """
    wanted = start
    shown: _Decoded | None = None
    for picture in _decode(path, report, start):
        on_progress(picture.seconds)
        # What is on screen at t is the last picture that began at or before t.
        if shown is not None and picture.seconds > wanted:
            yield _finish(shown, report)
            while wanted < picture.seconds:
                wanted += interval
        if wanted >= end:
            return
        shown = picture
    if shown is None:
        raise MediaError(
            f"No picture of '{path.name}' could be decoded ({report.decode_errors} errors). Is the file damaged?"
        )
    if shown.seconds <= wanted < max(end, shown.seconds + interval) and wanted < end:
        yield _finish(shown, report)


@dataclass(frozen=True)
class _Decoded:
    frame: av.VideoFrame
    time: Timecode

    @property
    def seconds(self) -> Fraction:
        return self.time.seconds


def _decode(path: Path, report: SamplingReport, start: Fraction) -> Iterator[_Decoded]:
    """Decode pictures in the order in which they are shown, counting what cannot be decoded."""
    try:
        with av.open(str(path), metadata_errors="replace") as container:
            stream = next(
                stream
                for stream in container.streams.video
                if not stream.disposition & av.stream.Disposition.attached_pic
            )
            stream.thread_type = "AUTO"
            stream.codec_context.thread_count = 2
            clock = _Clock(stream)
            if start > 10 and stream.start_time is not None:
                container.seek(stream.start_time + int(start / clock.time_base), stream=stream)
            for frame in _frames(container, stream, report):
                decoded = _Decoded(frame, clock.time_of(frame))
                report.last_time = max(report.last_time, decoded.seconds)
                yield decoded
    except FFmpegError as exc:
        raise MediaError(f"'{path.name}' cannot be read ({exc.strerror or type(exc).__name__}).") from exc


def _frames(
    container: av.container.InputContainer, stream: av.VideoStream, report: SamplingReport
) -> Iterator[av.VideoFrame]:
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets)
        except StopIteration:
            return
        except FFmpegError:
            # The container itself breaks off here: nothing after it can be found.
            report.decode_errors += 1
            return
        try:
            yield from packet.decode()
        except FFmpegError:
            report.decode_errors += 1


class _Clock:
    """Gives every picture its time; pictures without one (old AVI files) follow at the average rate."""

    def __init__(self, stream: av.VideoStream) -> None:
        self.time_base = Fraction(stream.time_base or Fraction(1, 1000))
        self._step = max(round(1 / ((stream.average_rate or Fraction(25)) * self.time_base)), 1)
        self._origin = stream.start_time
        self._next = 0

    def time_of(self, frame: av.VideoFrame) -> Timecode:
        if frame.pts is None:
            pts = self._next
        else:
            self._origin = frame.pts if self._origin is None else self._origin
            pts = max(frame.pts - self._origin, 0)
        self._next = pts + self._step
        return Timecode(pts=pts, time_base=self.time_base)


def _finish(picture: _Decoded, report: SamplingReport) -> Picture:
    report.sampled += 1
    image = picture.frame.to_ndarray(format="bgr24")
    turns = round((picture.frame.rotation or 0) / 90) % 4
    return Picture(time=picture.time, image=np.ascontiguousarray(np.rot90(image, turns)) if turns else image)
