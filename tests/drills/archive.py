"""An archive in OSS: small videos, each another file, spread over days."""

import io
import time
from pathlib import Path

import av

from media_ai_emulators.clock import Clock
from media_ai_emulators.oss.storage import Storage

DAY_S = 86_400.0
SECONDS = 6


def put_archive(folder: Path, video: Path, *, videos: int, days: int, prefix: str = "in/archive/") -> None:
    """
    Put `videos` copies of a video's first seconds, no two alike, evenly over the `days` before today; their names begin with the day.

    Args:
        folder: That of emulated services which do not run yet: the objects shall be as old as the archive, and the wire refuses
            wrong clocks.
        video: What is copied.
        videos: How many.
        days: Over how many.
        prefix: Below which they lie in the bucket `media-ai`.
    """
    midnight = time.time() // DAY_S * DAY_S
    clock = Clock()
    storage = Storage(folder / "oss", clock)
    storage.buckets.create("media-ai")
    for number in range(videos):
        at = midnight - days * DAY_S + (number + 0.5) * days * DAY_S / videos
        clock.reset()
        clock.advance(at - time.time())
        day = time.strftime("%Y-%m-%d", time.gmtime(at))
        storage.put_bytes("media-ai", f"{prefix}{day}/{number:05d}.mp4", _numbered(video, number), "video/mp4")


def _numbered(video: Path, number: int) -> bytes:
    """Return the first seconds of the video with a number in its container: the same pictures, another file."""
    buffer = io.BytesIO()
    with av.open(str(video)) as source, av.open(buffer, "w", format="mp4") as target:
        target.metadata["comment"] = f"number {number}"
        streams = {stream.index: target.add_stream_from_template(stream) for stream in source.streams}
        for packet in source.demux():
            if packet.dts is not None and packet.dts * packet.time_base < SECONDS:
                packet.stream = streams[packet.stream.index]
                target.mux(packet)
    return buffer.getvalue()
