"""What is inside a video file, decided by its content, never by its name."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import av
from av.container import InputContainer
from av.error import FFmpegError

from media_ai.errors import MediaError
from media_ai.media.opening import MAX_PIXELS, limit_pixels, open_media, picture_streams, read_packets
from media_ai.media.watchdog import Watch, watching
from media_ai.model.media import AudioStream, MediaInfo, SubtitleStream, VideoStream

_LOOSELY_TIMED = frozenset({"mpegts", "mpeg"})
"""Containers whose clock may jump, so that first and last time do not tell the duration: it is measured."""
_FIRST_PACKETS = 300
"""Packets in which the first picture must be, for the way it is turned to be known, and whose times are compared."""
_REORDERED = 16
"""Pictures by which decoding and showing can differ in order; the most that H.264 and HEVC allow."""
_RANGES: Mapping[int, Literal["pq", "hlg"]] = MappingProxyType({16: "pq", 18: "hlg"})
"""High dynamic range by transfer characteristics, as ISO/IEC 23091-2 numbers them."""


def probe(path: Path, *, name: str) -> MediaInfo:
    """
    Return the technical metadata of a video file.

    Args:
        path: The file.
        name: What to call it in messages.

    Raises:
        MediaError: It is not a video, holds no pictures, or pictures that are too large.
    """
    try:
        with open_media(path, name=name) as container:
            for stream in picture_streams(container)[:1]:
                _require_size(stream, name)
                limit_pixels(stream)
            with watching(name) as watch:
                beginning = _look_at_beginning(container, watch)
        with open_media(path, name=name) as container:
            return _describe(container, path, name, beginning)
    except FFmpegError as exc:
        raise MediaError(
            f"'{name}' is not a readable video ({exc.strerror or type(exc).__name__}). Export it again as .mp4, .mov or .avi."
        ) from exc


def _describe(container: InputContainer, path: Path, name: str, beginning: "_Beginning") -> MediaInfo:
    pictures = picture_streams(container)
    if not pictures:
        found = ", ".join(sorted({stream.type for stream in container.streams})) or "no tracks"
        raise MediaError(f"'{name}' holds no moving pictures (found: {found}). Give a video file.")
    return MediaInfo(
        container=container.format.name,
        duration=_duration(container, pictures[0], name),
        size=path.stat().st_size,
        video=_video_stream(pictures[0], name, beginning),
        audio=tuple(_audio_stream(stream) for stream in container.streams.audio if stream.rate),
        subtitles=tuple(
            SubtitleStream(index=stream.index, codec=stream.codec_context.name, language=stream.language)
            for stream in container.streams.subtitles
            if stream.codec_context
        ),
    )


@dataclass(frozen=True)
class _Beginning:
    """What only the first packets tell: degrees clockwise to turn the pictures, and whether their times are uneven."""

    rotation: int = 0
    is_variable_rate: bool | None = None


def _look_at_beginning(container: InputContainer, watch: Watch) -> _Beginning:
    rotation: int | None = None
    times: list[int | None] = []
    for stream in picture_streams(container)[:1]:
        for packet, _ in zip(read_packets(container, stream), range(_FIRST_PACKETS), strict=False):
            if packet.size:
                times.append(packet.pts)
            if rotation is None:
                with watch.call():
                    rotation = _rotation(packet)
    counts = container.format.name == "avi"
    return _Beginning(rotation or 0, None if counts else _is_uneven(times))


def _rotation(packet: "av.Packet[av.VideoStream]") -> int | None:
    """Return how a player turns the first picture; None when the packet does not complete one."""
    with suppress(FFmpegError):
        for frame in packet.decode():
            # PyAV knows the matrix only of decoded pictures, and counts counter-clockwise.
            return round(-(frame.rotation or 0) / 90) % 4 * 90
    return None


def _is_uneven(times: list[int | None]) -> bool | None:
    """Say whether the steps between presentation times differ by more than rounding; None when times are missing."""
    known = sorted(time for time in times if time is not None)
    if len(known) < len(times) or len(known) < 2:
        return None
    # Of the last ones some neighbours may not have been read yet.
    whole = known[:-_REORDERED] if len(known) > 2 * _REORDERED else known
    steps = sorted(later - earlier for earlier, later in pairwise(whole))
    return steps[-1] - steps[0] > max(2, steps[len(steps) // 2] // 50)


def _video_stream(stream: av.VideoStream, name: str, beginning: "_Beginning") -> VideoStream:
    if stream.codec_context is None or stream.time_base is None:
        raise MediaError(f"'{name}' is coded in a way that cannot be decoded here. Export it as H.264.")
    return VideoStream(
        codec=stream.codec_context.name,
        width=stream.codec_context.width,
        height=stream.codec_context.height,
        rotation=beginning.rotation,
        pixel_format=stream.codec_context.pix_fmt,
        bit_depth=max((part.bits for part in stream.codec_context.format.components), default=None)
        if stream.codec_context.format
        else None,
        dynamic_range=_RANGES.get(stream.codec_context.color_trc, "standard"),
        is_variable_rate=beginning.is_variable_rate,
        frame_rate=stream.average_rate,
        time_base=stream.time_base,
        frame_count=stream.frames or None,
    )


def _require_size(stream: av.VideoStream, name: str) -> None:
    """Refuse pictures that are too large before one of them is decoded."""
    if stream.codec_context is None:
        return
    width, height = stream.codec_context.width, stream.codec_context.height
    if not 0 < width * height <= MAX_PIXELS:
        raise MediaError(
            f"'{name}' has pictures of {width} x {height}; at most {MAX_PIXELS / 1e6:.0f} million pixels can be read. "
            "Scale it down."
        )


def _audio_stream(stream: av.AudioStream) -> AudioStream:
    return AudioStream(
        codec=stream.codec_context.name,
        sample_rate=stream.rate,
        channels=max(stream.channels, 1),
        language=stream.language,
    )


def _duration(container: InputContainer, stream: av.VideoStream, name: str) -> Fraction:
    if container.format.name in _LOOSELY_TIMED:
        return _last_packet_end(container, stream, name)
    if stream.duration is not None and stream.time_base is not None and stream.duration > 0:
        return Fraction(stream.duration * stream.time_base)
    if told := _told_duration(stream):
        return told
    if container.duration is not None and container.duration > 0:
        return Fraction(container.duration, av.time_base)
    return _last_packet_end(container, stream, name)


def _told_duration(stream: av.VideoStream) -> Fraction | None:
    """Read what Matroska's muxers write: the container's own duration is that of its longest track."""
    match = re.fullmatch(r"(\d+):(\d\d):(\d\d(?:\.\d+)?)", stream.metadata.get("DURATION", ""))
    if match is None:
        return None
    hours, minutes, seconds = match.groups()
    return Fraction(int(hours) * 3600 + int(minutes) * 60) + Fraction(seconds) or None


def _last_packet_end(container: InputContainer, stream: av.VideoStream, name: str) -> Fraction:
    """Measure by reading every packet, without decoding any: some files do not say how long they are, or not rightly."""
    end = Fraction(0)
    start = None
    for packet in read_packets(container, stream):
        if packet.pts is None or packet.time_base is None:
            continue
        begin = packet.pts * packet.time_base
        start = begin if start is None else min(start, begin)
        end = max(end, (packet.pts + (packet.duration or 0)) * packet.time_base)
    if start is None:
        raise MediaError(f"'{name}' holds no pictures that can be read. Is the file complete?")
    return max(end - start, Fraction(1, 1000))
