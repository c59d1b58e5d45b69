"""Three hours of 1080p: the memory that sampling and de-duplication take, at the beginning and at the end."""

import multiprocessing
import tempfile
import threading
import time
from multiprocessing.connection import Connection
from pathlib import Path

import av
import psutil

from media_ai.media.probe import probe
from media_ai.model.media import Video
from media_ai.nodes import deduplicate_frames, extract_frames
from media_ai.testing import make_job
from tests.perf.footage import write_footage
from tests.perf.report import line

_HOURS = 3
_PIECE_S = 60
_INTERVAL_S = 10


def main() -> None:
    """Repeat a minute for three hours, and watch the process that samples it."""
    with tempfile.TemporaryDirectory() as folder:
        piece = write_footage(Path(folder) / "piece.mp4", seconds=_PIECE_S, gop=250)
        path = Path(folder) / "long.mp4"
        _repeat(piece, path, _HOURS * 3600 // _PIECE_S)
        start = time.monotonic()
        memory = _watch(path, Path(folder))
    third = len(memory) // 3
    line(f"{_HOURS} h of 1080p sampled every {_INTERVAL_S} s", time.monotonic() - start, "s")
    line("peak memory", max(memory), "MB", bar="<= 400 MB")
    line(
        "memory in the last third beside the middle one", max(memory[-third:]), "MB", baseline=max(memory[third:-third])
    )


def _repeat(piece: Path, path: Path, times: int) -> None:
    with av.open(str(path), "w") as target, av.open(str(piece)) as source:
        stream = source.streams.video[0]
        copy = target.add_stream_from_template(stream)
        packets = [packet for packet in source.demux(stream) if packet.size]
        length = round(_PIECE_S / stream.time_base)
        first = [(packet.pts, packet.dts) for packet in packets]
        for number in range(times):
            for packet, (pts, dts) in zip(packets, first, strict=True):
                packet.pts, packet.dts = pts + number * length, dts + number * length
                packet.time_base, packet.stream = stream.time_base, copy
                target.mux(packet)


def _watch(path: Path, folder: Path) -> list[float]:
    """Return the resident memory in MB every tenth of a second."""
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_sample, args=(path, folder, sender))
    process.start()
    memory: list[float] = []
    watched = psutil.Process(process.pid)
    done = threading.Event()
    threading.Thread(target=lambda: (receiver.poll(None), done.set()), daemon=True).start()
    while not done.wait(0.1) and process.is_alive():
        memory.append(watched.memory_info().rss / 1e6)
    process.join()
    if process.exitcode:
        raise SystemExit("sampling the long video failed")
    return memory


def _sample(path: Path, folder: Path, sender: Connection) -> None:
    job = make_job(folder)
    video = Video(uri=str(path), sha256="0" * 64, info=probe(path, name=path.name))
    params = extract_frames.Params(interval=_INTERVAL_S)
    frames = extract_frames.run(params, extract_frames.Inputs(video=video), job).frames
    deduplicate_frames.run(deduplicate_frames.Params(), deduplicate_frames.Inputs(frames=frames), job)
    sender.send(len(frames.frames))
