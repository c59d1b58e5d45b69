"""Decoding every picture, for videos whose packets do not tell when their pictures are shown: AVI above all."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction

import av
from av.error import FFmpegError

from media_ai.media.groups import Packet
from media_ai.media.watchdog import Watch
from media_ai.model.time import Timecode

TimedFrame = tuple[av.VideoFrame, Timecode]


def decode_all(
    packets: Iterable[Packet],
    stream: av.VideoStream,
    watch: Watch,
    *,
    is_counted: bool,
    on_error: Callable[[], None],
) -> Iterator[TimedFrame]:
    """
    Yield every picture with its time since the first, in the order in which they are shown.

    Args:
        packets, stream: Of one track.
        watch: Limits the time of each call.
        is_counted: Whether the packets only have numbers, as in AVI.
        on_error: Called for every packet that cannot be decoded.
    """
    clock = _Clock(stream, is_counted=is_counted)
    for packet in packets:
        clock.expect(packet)
        try:
            with watch.call():
                frames = packet.decode()
        except FFmpegError:
            on_error()
            clock.lose()
            continue
        for frame in frames:
            yield frame, clock.time_of(frame)


class _Clock:
    """
    Gives every picture its time, which never runs back.

    Pictures without one follow at the average rate. In AVI the n-th picture shown takes the place of the n-th packet:
    an empty place is a picture that stays on screen.
    """

    def __init__(self, stream: av.VideoStream, *, is_counted: bool) -> None:
        self.time_base = Fraction(stream.time_base or Fraction(1, 1000))
        self._step = max(round(1 / ((stream.average_rate or Fraction(25)) * self.time_base)), 1)
        self._is_counted = is_counted
        self._places: deque[int] = deque()
        self._origin: int | None = None
        self._next = self._last = 0

    def expect(self, packet: Packet) -> None:
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
