"""Opening a video so that nothing but the file itself is read, and reading its packets on one clock."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar

import av
from av.container import InputContainer
from av.error import FFmpegError

from media_ai.errors import MediaError

S = TypeVar("S", av.VideoStream, av.AudioStream)

_CONTAINERS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,flv,asf,ogg,mxf,nut,rm,wtv,dv,gxf,ivf,gif,"
    "mpegvideo,m4v,h263,h264,hevc,wav,mp3,flac,aac"
)
"""
FFmpeg's demuxers that read one file and nothing else; sound is among them so that probing can say what it found.

Playlists (hls, dash, concat, sdp, ...) and numbered pictures name other files, and so lead out of the allowed folders.
"""
_OPTIONS = {"format_whitelist": _CONTAINERS, "protocol_whitelist": "file", "enable_drefs": "0"}
"""Of the container only; `enable_drefs` lets a .mov name other files that hold its pictures."""
MAX_PIXELS = 2**26
"""Larger pictures are refused: twice those of 8K, of which a decoder holds several at 100 MB each."""
_TIMEOUT_S = (60.0, 60.0)
"""To open, and to find the next packet: a broken file can be searched for long. It cannot interrupt a blocked disk."""
_STEP_BACK_S = 1
"""Decoding times that run back less than this are disorder, as programme streams have it, not another clock."""
_STEP_FORWARD_S = 12 * 3600
"""MPEG-TS clocks turn over after 26.5 hours; FFmpeg reads some steps back as nearly a whole turn forward."""


def open_media(path: Path, *, name: str) -> InputContainer:
    """
    Open a video or sound file; use it as a context manager.

    Args:
        path: The file.
        name: What to call it in messages.

    Raises:
        MediaError: Its content is of a kind that is not read, such as a playlist, whatever its name says.
        FFmpegError: It cannot be opened.
    """
    try:
        return av.open(str(path), metadata_errors="replace", container_options=_OPTIONS, timeout=_TIMEOUT_S)
    except av.error.ArgumentError as exc:
        raise MediaError(
            f"'{name}' is of a kind that is not read here, such as a playlist or a picture. "
            "Give the video itself, as .mp4, .mov or .avi."
        ) from exc


def limit_pixels(stream: av.VideoStream) -> None:
    """Have the decoder refuse pictures above MAX_PIXELS, whatever the file says in its head."""
    stream.codec_context.options = {"max_pixels": str(MAX_PIXELS)}


def picture_streams(container: InputContainer) -> list[av.VideoStream]:
    """Return the tracks of moving pictures; covers are still."""
    attached = av.stream.Disposition.attached_pic
    return [stream for stream in container.streams.video if not stream.disposition & attached]


def read_packets(
    container: InputContainer,
    stream: S,
    *,
    on_jump: Callable[[], None] = lambda: None,
    on_error: Callable[[], None] = lambda: None,
) -> Iterator["av.Packet[S]"]:
    """
    Yield the packets of one track, up to where the container breaks off.

    Their times are continuous: where the clock jumps, as in joined recordings, the packets go on behind the last one.

    Args:
        container, stream: An open file that nothing was read from, and one of its tracks.
        on_jump: Called where the clock jumps.
        on_error: Called where the container breaks off: nothing after it can be found.
    """
    clock = _PacketClock(stream, on_jump)
    try:
        for packet in container.demux(stream):
            clock.correct(packet)
            yield packet
    except FFmpegError:
        on_error()


class _PacketClock:
    """Watches decoding times, which only ever grow, whereas presentation times are in disorder by nature."""

    def __init__(self, stream: av.VideoStream | av.AudioStream, on_jump: Callable[[], None]) -> None:
        time_base = Fraction(stream.time_base or Fraction(1, 1000))
        self._back = int(_STEP_BACK_S / time_base)
        self._forward = int(_STEP_FORWARD_S / time_base)
        self._on_jump = on_jump
        self._last: int | None = None
        self._end: int | None = None
        self._offset = 0

    def correct(self, packet: "av.Packet[Any]") -> None:
        if packet.dts is not None:
            self._follow(packet.dts, packet.dts if packet.pts is None else packet.pts)
            packet.dts += self._offset
        if packet.pts is not None:
            packet.pts += self._offset
            end = packet.pts + (packet.duration or 0)
            self._end = end if self._end is None else max(self._end, end)

    def _follow(self, dts: int, pts: int) -> None:
        last, self._last = self._last, dts
        if last is None or self._end is None or -self._back <= dts - last <= self._forward:
            return
        self._offset = self._end - pts
        self._on_jump()
