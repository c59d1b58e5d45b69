"""Through x264 and back, in memory: what selection sees are decoded pictures, with the codec's own noise and pumping."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from io import BytesIO

import av
import numpy as np

from tests.perf.clips.canvas import HEIGHT, RATE, WIDTH


def encode(pictures: Iterable[np.ndarray], *, quality: int, gop: int) -> bytes:
    """Return a Matroska file. `quality` is x264's crf (20 good, 30 poor), `gop` the pictures between key pictures."""
    buffer = BytesIO()
    with av.open(buffer, "w", format="matroska") as container:
        stream = container.add_stream("libx264", rate=RATE, options={"crf": str(quality), "preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.gop_size = gop
        stream.codec_context.thread_count = 1
        for number, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
            frame.pts, frame.time_base = number, Fraction(1, RATE)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return buffer.getvalue()


def decode(data: bytes, wanted: set[int]) -> Iterator[np.ndarray]:
    """Yield the pictures with the wanted numbers, BGR."""
    with av.open(BytesIO(data)) as container:
        for number, frame in enumerate(container.decode(video=0)):
            if number in wanted:
                yield frame.to_ndarray(format="bgr24")
