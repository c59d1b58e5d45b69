"""
Sampling: for each wanted time the picture that is on screen then, by presentation time.

Time 0 is the presentation time of the first picture, wherever the container's own clock starts. Only what a wanted picture
needs is decoded. A late start is reached by reading packets: seeking trusts indexes and clocks that many files do not have.
"""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import av
from av.container import InputContainer
from av.error import FFmpegError

from media_ai.errors import MediaError
from media_ai.media.continuous import TimedFrame, decode_all
from media_ai.media.frames import Picture
from media_ai.media.groups import Packet, WithoutTimeError, in_groups
from media_ai.media.opening import limit_pixels, open_media, picture_streams, read_packets
from media_ai.media.planned import PlannedDecoder
from media_ai.media.planning import Chooser, EveryInterval, KeyPictures, plan
from media_ai.media.watchdog import watching
from media_ai.model.time import Timecode

_TRUNCATION_SLACK = Fraction(2)
"""Seconds that may be missing at the end before a file counts as truncated: containers round their durations."""


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


@dataclass(frozen=True, kw_only=True)
class Sampling:
    """Which pictures of a video to take: seconds since the first picture; `interval` more than 0."""

    interval: Fraction
    start: Fraction
    end: Fraction
    only_key_pictures: bool = False
    """Take the stream's key pictures, `interval` apart at least, instead of what is on screen at every interval."""


def sample(
    path: Path,
    sampling: Sampling,
    *,
    report: SamplingReport,
    on_progress: Callable[[Fraction], None] = lambda _: None,
) -> Iterator[Picture]:
    """
    Yield the picture on screen at start, start + interval, ... before the end, each picture once.

    Args:
        path: A video file.
        sampling: Which pictures to take.
        report: Filled in while reading.
        on_progress: Called with the time that was reached, seconds, for every packet: also where nothing is decoded.

    Raises:
        MediaError: Not one picture could be decoded.
    """
    is_readable = True
    try:
        origin = _first_time(path)
        is_readable = origin is not None or sampling.only_key_pictures
        for frame, time in _taken(path, sampling, origin, report, on_progress):
            report.sampled += 1
            yield Picture(time=time, frame=frame)
    except FFmpegError as exc:
        raise MediaError(f"'{path.name}' cannot be read ({exc.strerror or type(exc).__name__}).") from exc
    if report.ran_out and not report.sampled and (report.decode_errors or not is_readable):
        raise MediaError(
            f"No picture of '{path.name}' could be decoded ({report.decode_errors} errors). Is the file damaged?"
        )


def _taken(
    path: Path,
    sampling: Sampling,
    origin: int | None,
    report: SamplingReport,
    on_progress: Callable[[Fraction], None],
) -> Iterator[TimedFrame]:
    """Go by plan as long as the packets tell times, and on from there with all pictures."""
    last: Timecode | None = None
    if origin is not None:
        try:
            for frame, time in _by_plan(path, sampling, origin, report, on_progress):
                yield frame, time
                last = time
        except WithoutTimeError:
            report.decode_errors = report.clock_jumps = 0
        else:
            return
    rest = sampling if last is None else replace(sampling, start=_next_wanted(sampling, last.seconds))
    for frame, time in _from_all(path, rest, report, on_progress):
        if last is None or time > last:
            yield frame, time


def _next_wanted(sampling: Sampling, time: Fraction) -> Fraction:
    """Return the first wanted time after `time`."""
    if sampling.only_key_pictures:
        return time + sampling.interval
    return sampling.start + sampling.interval * (math.floor((time - sampling.start) / sampling.interval) + 1)


def _by_plan(
    path: Path,
    sampling: Sampling,
    origin: int,
    report: SamplingReport,
    on_progress: Callable[[Fraction], None],
) -> Iterator[TimedFrame]:
    with open_media(path, name=path.name) as container, watching(path.name) as watch:
        stream = _threaded(container)
        base = Fraction(stream.time_base or Fraction(1, 1000))
        packets = _read(container, stream, report)
        timed = _told(packets, report, on_progress, lambda packet: _since(origin, packet, base))
        steps = plan(in_groups(timed), _chooser(sampling, origin, base), origin)
        for frame in PlannedDecoder(stream, watch, report.count_error).decode(steps):
            if frame.pts is not None:
                yield frame, Timecode(pts=frame.pts - origin, time_base=base)


def _chooser(sampling: Sampling, origin: int, base: Fraction) -> Chooser:
    kind = KeyPictures if sampling.only_key_pictures else EveryInterval
    return kind(origin + sampling.start / base, sampling.interval / base, origin + sampling.end / base)


def _since(origin: int, packet: Packet, base: Fraction) -> Fraction:
    """Return until when the packet's picture is shown, as far as it tells."""
    return Fraction(0) if packet.pts is None else (packet.pts + (packet.duration or 0) - origin) * base


def _from_all(
    path: Path, sampling: Sampling, report: SamplingReport, on_progress: Callable[[Fraction], None]
) -> Iterator[TimedFrame]:
    """Decode everything and take what is on screen at each wanted time: the last picture that began at or before it."""
    wanted = sampling.start
    shown: TimedFrame | None = None
    with open_media(path, name=path.name) as container, watching(path.name) as watch:
        stream = _threaded(container)
        packets = _told(_read(container, stream, report), report, on_progress, lambda _: Fraction(0))
        decoded = decode_all(packets, stream, watch, is_counted=_is_counted(container), on_error=report.count_error)
        for frame, time in decoded:
            report.last_time = max(report.last_time, time.seconds)
            if sampling.only_key_pictures:
                if frame.key_frame and wanted <= time.seconds < sampling.end:
                    wanted = time.seconds + sampling.interval
                    yield frame, time
                continue
            if shown is not None and time.seconds > wanted:
                yield shown
                steps = math.ceil((time.seconds - sampling.start) / sampling.interval)
                wanted = sampling.start + sampling.interval * steps
            if max(wanted, time.seconds) >= sampling.end:
                return
            shown = frame, time
    if shown is not None:
        yield shown


def _read(container: InputContainer, stream: av.VideoStream, report: SamplingReport) -> Iterator[Packet]:
    return read_packets(container, stream, on_jump=report.count_jump, on_error=report.count_error)


def _told(
    packets: Iterable[Packet],
    report: SamplingReport,
    on_progress: Callable[[Fraction], None],
    time_of: Callable[[Packet], Fraction],
) -> Iterator[Packet]:
    for packet in packets:
        on_progress(report.last_time)
        report.last_time = max(report.last_time, time_of(packet))
        yield packet
    report.ran_out = True


def _threaded(container: InputContainer) -> av.VideoStream:
    stream = picture_streams(container)[0]
    stream.thread_type = "AUTO"
    stream.codec_context.thread_count = 2
    limit_pixels(stream)
    return stream


def _is_counted(container: InputContainer) -> bool:
    """Whether pictures have numbers instead of times: AVI only knows the order of decoding."""
    return container.format.name == "avi"


def first_picture_time(path: Path) -> Fraction | None:
    """Return the seconds by the container's clock that are time 0 of the video; None when its packets do not tell times."""
    origin = _first_time(path)
    if origin is None:
        return None
    with open_media(path, name=path.name) as container:
        return origin * Fraction(picture_streams(container)[0].time_base or Fraction(1, 1000))


def _first_time(path: Path) -> int | None:
    """Return when the first picture is shown, by the container's clock; None when the packets do not tell times."""
    with open_media(path, name=path.name) as container, watching(path.name) as watch:
        stream = _threaded(container)
        if _is_counted(container):
            return None
        for packet in read_packets(container, stream):
            if packet.pts is None and packet.size:
                return None
            try:
                with watch.call():
                    frames = packet.decode()
            except FFmpegError:
                continue
            if frames:
                return frames[0].pts
    return None
