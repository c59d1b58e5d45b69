"""Sound as FLAC: half the size of what it is made from, and not a bit is lost."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np

_BLOCK_S = 10


def write_flac(pcm: Path, target: Path, *, rate: int, start_s: float, end_s: float) -> None:
    """
    Write a stretch of a raw sound file as FLAC.

    Args:
        pcm: One channel of 16-bit little-endian samples.
        target: The file to write.
        rate: Samples per second.
        start_s, end_s: The stretch, in seconds.
    """
    at, last = (round(edge * rate) for edge in (start_s, end_s))
    with av.open(target, "w", format="flac") as container:
        stream = container.add_stream("flac", rate=rate)
        stream.layout, stream.format = "mono", "s16"
        written = 0
        while at < last:
            samples = np.fromfile(pcm, "<i2", count=min(_BLOCK_S * rate, last - at), offset=2 * at)
            if not len(samples):
                break
            frame = av.AudioFrame.from_ndarray(samples[np.newaxis, :], format="s16", layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = rate, written, Fraction(1, rate)
            container.mux(stream.encode(frame))
            at, written = at + len(samples), written + len(samples)
        container.mux(stream.encode(None))
