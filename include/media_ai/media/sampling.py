"""
Sampling at an interval: for each wanted time the picture that is on screen then, by presentation time.

Time 0 is the presentation time of the first picture, wherever the container's own clock starts. A late start is reached by
reading packets without decoding them: seeking trusts indexes and clocks that many files do not have.
"""

import math
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.container import InputContainer
from av.error import FFmpegError

from media_ai.errors import MediaError
from media_ai.media.opening import open_media, picture_streams, read_packets
from media_ai.model.time import Timecode

_TRUNCATION_SLACK = Fraction(2)
"""Seconds that may be missing at the end before a file counts as truncated: containers round their durations."""
_LEAD = Fraction(5)
"""Seconds decoded before the start: some files' pictures need more than one key picture to come out whole."""
_HELD_BYTES = 64 * 2**20
"""Packets held while looking for a key picture near the start; with more of them decoding begins early."""

_Packets = Iterator["av.Packet[av.VideoStream]"]


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A decoded picture. `image` is BGR, uint8, shape (height, width, 3), turned upright."""

    time: Timecode
    image: np.ndarray


@dataclass(kw_only=True)
class SamplingReport:
    """What was met on the way; complete when the samples have been read to their end."""

    decode_errors: int = 0
    clock_jumps: int = 0
    last_time: Fraction = Fraction(0)
    sampled: int = 0
    ran_out: bool = False

    def is_truncated(self, end: Fraction) -> bool:
        """Whether the pictures stopped well before `end` seconds."""
        return self.ran_out and self.last_time + _TRUNCATION_SLACK < end

    def count_error(self) -> None:
        """Count a packet that cannot be decoded."""
        self.decode_errors += 1

    def count_jump(self) -> None:
        """Count a place where the clock of the video jumps."""
        self.clock_jumps += 1


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
        on_progress: Called with the time that was reached, seconds, for every packet: also where nothing can be decoded.

    Raises:
        MediaError: Not one picture could be decoded.
    """
    wanted = start
    shown: _Decoded | None = None
    for picture in _decode(path, report, start, on_progress):
        # What is on screen at t is the last picture that began at or before t.
        if shown is not None and picture.seconds > wanted:
            yield _finish(shown, report)
            wanted = start + interval * math.ceil((picture.seconds - start) / interval)
        if max(wanted, picture.seconds) >= end:
            return
        shown = picture
    report.ran_out = True
    if shown is None:
        raise MediaError(
            f"No picture of '{path.name}' could be decoded ({report.decode_errors} errors). Is the file damaged?"
        )
    yield _finish(shown, report)


@dataclass(frozen=True)
class _Decoded:
    frame: av.VideoFrame
    time: Timecode

    @property
    def seconds(self) -> Fraction:
        return self.time.seconds


def _decode(
    path: Path, report: SamplingReport, start: Fraction, on_progress: Callable[[Fraction], None]
) -> Iterator[_Decoded]:
    """Decode pictures in the order in which they are shown, from `start` or before, counting what cannot be decoded."""
    try:
        origin = _first_pts(path) if start > _LEAD else None
        with open_media(path, name=path.name) as container:
            stream = _threaded(container)
            clock = _Clock(stream, origin, is_counted=_is_counted(container))
            packets = _reported(
                read_packets(container, stream, on_jump=report.count_jump, on_error=report.count_error),
                lambda: on_progress(report.last_time),
            )
            if origin is not None:
                packets = _skip(packets, origin + int((start - _LEAD) / clock.time_base))
            for frame in _frames(packets, clock, report):
                decoded = _Decoded(frame, clock.time_of(frame))
                report.last_time = max(report.last_time, decoded.seconds)
                yield decoded
    except FFmpegError as exc:
        raise MediaError(f"'{path.name}' cannot be read ({exc.strerror or type(exc).__name__}).") from exc


def _threaded(container: InputContainer) -> av.VideoStream:
    stream = picture_streams(container)[0]
    stream.thread_type = "AUTO"
    stream.codec_context.thread_count = 2
    return stream


def _is_counted(container: InputContainer) -> bool:
    """Whether pictures have numbers instead of times: AVI only knows the order of decoding."""
    return container.format.name == "avi"


def _first_pts(path: Path) -> int | None:
    """Return when the first picture is shown, by the container's clock; None when the clock does not tell."""
    with open_media(path, name=path.name) as container:
        if _is_counted(container):
            return None
        stream = _threaded(container)
        clock = _Clock(stream, None, is_counted=False)
        first = next(_frames(read_packets(container, stream), clock, SamplingReport()), None)
        return None if first is None else first.pts


def _reported(packets: _Packets, report: Callable[[], None]) -> _Packets:
    for packet in packets:
        report()
        yield packet


def _skip(packets: _Packets, until: int) -> _Packets:
    """Leave out the packets before the last key picture at or before `until`."""
    held: list[av.Packet[av.VideoStream]] = []
    size = 0
    for packet in packets:
        if packet.is_keyframe and packet.pts is not None and packet.pts <= until:
            held.clear()
            size = 0
        held.append(packet)
        size += packet.size
        if packet.pts is None or packet.pts > until or size > _HELD_BYTES:
            break
    yield from held
    yield from packets


def _frames(packets: _Packets, clock: "_Clock", report: SamplingReport) -> Iterator[av.VideoFrame]:
    for packet in packets:
        clock.expect(packet)
        try:
            frames = packet.decode()
        except FFmpegError:
            report.count_error()
            clock.lose()
            continue
        yield from frames


class _Clock:
    """
    Gives every picture its time, which never runs back.

    Pictures without one follow at the average rate. In AVI the n-th picture shown takes the place of the n-th packet:
    an empty place is a picture that stays on screen.
    """

    def __init__(self, stream: av.VideoStream, origin: int | None, *, is_counted: bool) -> None:
        self.time_base = Fraction(stream.time_base or Fraction(1, 1000))
        self._step = max(round(1 / ((stream.average_rate or Fraction(25)) * self.time_base)), 1)
        self._is_counted = is_counted
        self._places: deque[int] = deque()
        self._origin = origin
        self._next = self._last = 0

    def expect(self, packet: "av.Packet[av.VideoStream]") -> None:
        """Keep the place of a packet until its picture comes out of the decoder."""
        if self._is_counted and packet.dts is not None and packet.size:
            self._places.append(packet.dts)

    def lose(self) -> None:
        """Give up a place: its picture will not come."""
        if self._places:
            self._places.popleft()

    def time_of(self, frame: av.VideoFrame) -> Timecode:
        """Return the time of the picture that came out of the decoder, since the first."""
        shown = frame.pts
        if self._is_counted:
            shown = self._places.popleft() if self._places else None
        if shown is None:
            pts = self._next
        else:
            self._origin = shown if self._origin is None else self._origin
            pts = shown - self._origin
        self._last = max(pts, self._last)
        self._next = self._last + self._step
        return Timecode(pts=self._last, time_base=self.time_base)


def _finish(picture: _Decoded, report: SamplingReport) -> Picture:
    report.sampled += 1
    image = picture.frame.to_ndarray(format="bgr24")
    # Both count counter-clockwise: FFmpeg's rotation in degrees, numpy's in quarters.
    turns = round((picture.frame.rotation or 0) / 90) % 4
    return Picture(time=picture.time, image=np.ascontiguousarray(np.rot90(image, turns)) if turns else image)
