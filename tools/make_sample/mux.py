"""Encodes pictures and sound into an MP4 whose bytes are the same every time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import av.container
import numpy as np
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.stream import VideoStream

from tools.make_sample.canvas import Pixels
from tools.make_sample.speech import RATE, Samples
from tools.make_sample.stage import HEIGHT, WIDTH
from tools.make_sample.timeline import FPS, SAMPLES_PER_FRAME

CREATED = "2026-01-01T00:00:00Z"
AUDIO_BITS = 32_000
BT709, LIMITED = 1, 1  # the numbers the H.264 standard gives them
# One thread: with more, x264 may decide differently from run to run.
X264 = {"preset": "slow", "crf": "29", "profile": "high", "bf": "3", "sc_threshold": "40", "threads": "1"}


def write(path: Path, frames: Iterable[Pixels], sound: Samples, title: str) -> int:
    """Write the video; returns how many pictures it has."""
    count = 0
    # Bit-exact: no library versions in the file. Fast start: the index comes before the data.
    options = {"movflags": "+faststart", "fflags": "+bitexact"}
    with av.open(str(path), "w", format="mp4", options=options) as output:
        output.metadata.update({"title": title, "creation_time": CREATED})
        video, audio = _video(output), _audio(output)
        for picture in frames:
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame = frame.reformat(format="yuv420p", dst_colorspace=BT709, dst_color_range=LIMITED)
            frame.pts, frame.time_base = count, Fraction(1, FPS)
            output.mux(video.encode(frame))
            for part in _sound(sound, count):
                output.mux(audio.encode(part))
            count += 1
        output.mux(video.encode(None))
        output.mux(audio.encode(None))
    return count


def _video(output: OutputContainer) -> VideoStream:
    stream = output.add_stream("libx264", rate=FPS, options=X264)
    stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    stream.gop_size, stream.time_base = 250, Fraction(1, FPS)
    context = stream.codec_context
    context.color_primaries = context.color_trc = context.colorspace = BT709
    context.color_range = LIMITED
    return stream


def _audio(output: OutputContainer) -> AudioStream:
    stream = output.add_stream("aac", rate=RATE, layout="mono", options={"flags": "+bitexact"})
    stream.bit_rate, stream.time_base = AUDIO_BITS, Fraction(1, RATE)
    stream.metadata["language"] = "eng"
    return stream


def _sound(samples: Samples, picture: int) -> Iterator[av.AudioFrame]:
    # A second of sound goes in before the second of pictures it belongs to, for even interleaving.
    if picture % FPS:
        return
    start = picture * SAMPLES_PER_FRAME
    block = samples[start : start + RATE]
    if len(block):
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(block[None, :]), format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, start, Fraction(1, RATE)
        yield frame
