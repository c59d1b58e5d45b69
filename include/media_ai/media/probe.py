"""What is inside a video file, decided by its content, never by its name."""

from fractions import Fraction
from pathlib import Path

import av
from av.error import FFmpegError

from media_ai.errors import MediaError
from media_ai.model.media import AudioStream, MediaInfo, SubtitleStream, VideoStream

MAX_SIDE = 16_384
"""Pictures wider or higher than this many pixels are refused: one would take a gigabyte."""


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
        with av.open(str(path), metadata_errors="replace") as container:
            return _describe(container, path, name)
    except FFmpegError as exc:
        raise MediaError(
            f"'{name}' is not a readable video ({exc.strerror or type(exc).__name__}). Export it again as .mp4, .mov or .avi."
        ) from exc


def _describe(container: av.container.InputContainer, path: Path, name: str) -> MediaInfo:
    pictures = [stream for stream in container.streams.video if not _is_cover(stream)]
    if not pictures:
        found = ", ".join(sorted({stream.type for stream in container.streams})) or "no tracks"
        raise MediaError(f"'{name}' holds no moving pictures (found: {found}). Give a video file.")
    return MediaInfo(
        container=container.format.name,
        duration=_duration(container, pictures[0], name),
        size=path.stat().st_size,
        video=_video_stream(pictures[0], name),
        audio=tuple(_audio_stream(stream) for stream in container.streams.audio if stream.rate),
        subtitles=tuple(
            SubtitleStream(index=stream.index, codec=stream.codec_context.name, language=stream.language)
            for stream in container.streams.subtitles
            if stream.codec_context
        ),
    )


def _is_cover(stream: av.VideoStream) -> bool:
    return bool(stream.disposition & av.stream.Disposition.attached_pic)


def _video_stream(stream: av.VideoStream, name: str) -> VideoStream:
    if stream.codec_context is None or stream.time_base is None:
        raise MediaError(f"'{name}' is coded in a way that cannot be decoded here. Export it as H.264.")
    width, height = stream.codec_context.width, stream.codec_context.height
    if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE):
        raise MediaError(f"'{name}' has pictures of {width} x {height}; at most {MAX_SIDE} x {MAX_SIDE} can be read.")
    return VideoStream(
        codec=stream.codec_context.name,
        width=width,
        height=height,
        pixel_format=stream.codec_context.pix_fmt,
        frame_rate=stream.average_rate,
        time_base=stream.time_base,
        frame_count=stream.frames or None,
    )


def _audio_stream(stream: av.AudioStream) -> AudioStream:
    return AudioStream(
        codec=stream.codec_context.name,
        sample_rate=stream.rate,
        channels=max(stream.channels, 1),
        language=stream.language,
    )


def _duration(container: av.container.InputContainer, stream: av.VideoStream, name: str) -> Fraction:
    if stream.duration is not None and stream.time_base is not None and stream.duration > 0:
        return Fraction(stream.duration * stream.time_base)
    if container.duration is not None and container.duration > 0:
        return Fraction(container.duration, av.time_base)
    return _last_packet_end(container, stream, name)


def _last_packet_end(container: av.container.InputContainer, stream: av.VideoStream, name: str) -> Fraction:
    """Measure by reading every packet, without decoding any: some files do not say how long they are."""
    end = Fraction(0)
    start = None
    for packet in container.demux(stream):
        if packet.pts is None or packet.time_base is None:
            continue
        start = packet.pts * packet.time_base if start is None else start
        end = max(end, (packet.pts + (packet.duration or 0)) * packet.time_base)
    if start is None:
        raise MediaError(f"'{name}' holds no pictures that can be read. Is the file complete?")
    return max(end - start, Fraction(1, 1000))
