"""A million cues: time and memory of the subtitle parser, in a process of its own."""

import multiprocessing
import resource
import time
from multiprocessing.connection import Connection

from media_ai.media.subtitles import parse_subtitles
from media_ai.model.time import clock
from tests.perf.report import line

CUES = 1_000_000


def main() -> None:
    """Parse them once."""
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_parse, args=(sender,))
    process.start()
    seconds, megabytes, count = receiver.recv()
    process.join()
    line(f"{count:,} subtitle cues", seconds, "s", bar="<= 20 s")
    line("peak memory", megabytes, "MB", bar="<= 1000 MB")


def _parse(sender: Connection) -> None:
    # Short cues: the file may have 50 MB.
    data = "\n".join(_cue(number) for number in range(CUES)).encode()
    start = time.monotonic()
    parsed = parse_subtitles(data, "million.srt")
    seconds = time.monotonic() - start
    sender.send((seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000, len(parsed.segments)))


def _cue(number: int) -> str:
    start, end = (f"{clock(number + part):0>12}".replace(".", ",") for part in (0, 0.9))
    return f"{number + 1}\n{start} --> {end}\nline\n"
