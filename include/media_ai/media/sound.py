"""Sound of a video as one channel of 16 kHz on the video's own clock, in pieces; and its loudness."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.error import FFmpegError
from av.filter import Graph
from av.filter.context import FilterContext

from media_ai.errors import InputError, MediaError
from media_ai.media.opening import open_media, read_packets
from media_ai.media.sampling import first_picture_time
from media_ai.media.watchdog import watching

RATE = 16_000
"""Samples a second: what models of speech take."""
_SLACK = RATE // 20
"""Samples by which sound may be off its time before it is put right: clocks of milliseconds tremble."""
_AFTER_S = 60
"""Seconds of sound that are read after the pictures have ended."""
_SILENT_LUFS = -69.0
"""FFmpeg's meter starts at -70: nothing louder than its gate was heard."""


@dataclass(kw_only=True)
class SoundReport:
    """What was met on the way; complete when the sound has been read to its end."""

    samples: int = 0
    decode_errors: int = 0
    is_cut: bool = False
    """There is more sound, long after the last picture."""
    peak: float = 0.0
    loudness_lufs: float | None = None
    """Of the form that lasts longest, where channels or rate change in the middle."""

    @property
    def seconds(self) -> Fraction:
        """How long the sound is, from the video's first picture on."""
        return Fraction(self.samples, RATE)

    @property
    def peak_dbfs(self) -> float | None:
        """The loudest sample in decibels below full scale; None in digital silence."""
        return round(20 * math.log10(self.peak), 2) if self.peak > 0 else None

    def count_error(self) -> None:
        """Count a packet that cannot be decoded."""
        self.decode_errors += 1


def read_sound(
    path: Path,
    *,
    track: int,
    end: Fraction,
    report: SoundReport,
    on_progress: Callable[[Fraction], None] = lambda _: None,
) -> Iterator[np.ndarray]:
    """
    Yield the sound from the time of the first picture on: float32, -1 to 1, shape (samples,), RATE samples a second.

    Holes are filled with silence, so that a sample's number tells its time in the video.

    Args:
        path: A video file.
        track: Which of its sound tracks, from 0.
        end: When the pictures end, seconds; sound is read for a minute longer, whatever its clock says.
        report: Filled in while reading.
        on_progress: Called with the time that was reached, seconds.

    Raises:
        InputError: There is no such track.
        MediaError: The file cannot be read, or nothing of the track can be decoded.
    """
    try:
        origin = first_picture_time(path) or Fraction(0)
        with open_media(path, name=path.name) as container:
            if track >= len(container.streams.audio):
                raise InputError(
                    f"'{path.name}' has {len(container.streams.audio)} sound tracks; there is no track {track}."
                )
            for piece in _pieces(container, container.streams.audio[track], origin, report):
                on_progress(report.seconds)
                report.samples += len(piece)
                report.peak = max(report.peak, float(np.abs(piece).max(initial=0)))
                yield piece
                if report.seconds > end + _AFTER_S:
                    report.is_cut = True
                    break
    except FFmpegError as exc:
        raise MediaError(f"The sound of '{path.name}' cannot be read ({exc.strerror or type(exc).__name__}).") from exc
    if not report.samples and report.decode_errors:
        raise MediaError(f"Nothing of the sound of '{path.name}' could be decoded ({report.decode_errors} errors).")


def _pieces(
    container: av.container.InputContainer, stream: av.AudioStream, origin: Fraction, report: SoundReport
) -> Iterator[np.ndarray]:
    chain: _Chain | None = None
    done = longest = 0
    for frame in _frames(container, stream, report):
        if chain is None or not chain.takes(frame):
            # Joined recordings change their form; what comes next goes on where the last one ended.
            if chain is not None:
                yield from chain.finish()
                done += chain.samples
            chain = _Chain(frame, first=round(origin * RATE) + done)
        yield from chain.push(frame)
        loudness = chain.loudness()
        if chain.samples >= longest:
            longest, report.loudness_lufs = chain.samples, loudness
    if chain is not None:
        yield from chain.finish()


def _frames(
    container: av.container.InputContainer, stream: av.AudioStream, report: SoundReport
) -> Iterator[av.AudioFrame]:
    with watching(Path(container.name).name) as watch:
        for packet in read_packets(container, stream, on_error=report.count_error):
            try:
                with watch.call():
                    frames = packet.decode()
            except FFmpegError:
                report.count_error()
                continue
            yield from frames


class _Chain:
    """FFmpeg's filters for sound of one form: to one channel of 16 kHz without holes, and a loudness meter (EBU R 128)."""

    def __init__(self, frame: av.AudioFrame, *, first: int) -> None:
        self._form = _form(frame)
        self._convert = _graph(
            frame,
            # Channels are mixed so that together they are never louder than one may be.
            ("aresample", f"{RATE}:ochl=mono:osf=flt:rematrix_maxval=1"),
        )
        self._meter = _graph(frame, ("ebur128", "metadata=1"))
        self._loudness: float | None = None
        self._next = first
        self.samples = 0

    def takes(self, frame: av.AudioFrame) -> bool:
        """Whether the frame has the form that this chain was made for."""
        return _form(frame) == self._form

    def push(self, frame: av.AudioFrame) -> Iterator[np.ndarray]:
        """Yield what comes out for a frame."""
        self._convert.push(frame)
        self._meter.push(frame)
        yield from self._pull()

    def finish(self) -> Iterator[np.ndarray]:
        """Yield what is left."""
        self._convert.push(None)
        yield from self._pull()

    def loudness(self) -> float | None:
        """Return the integrated loudness so far in LUFS; None while nothing was louder than silence."""
        while (measured := _pull(self._meter)) is not None:
            self._loudness = float(measured.metadata.get("lavfi.r128.I", "-70"))
        return None if self._loudness is None or self._loudness < _SILENT_LUFS else round(self._loudness, 2)

    def _pull(self) -> Iterator[np.ndarray]:
        while (piece := _pull(self._convert)) is not None:
            for samples in self._in_place(piece.to_ndarray().reshape(-1), piece.pts):
                self.samples += len(samples)
                self._next += len(samples)
                yield samples

    def _in_place(self, samples: np.ndarray, pts: int | None) -> Iterator[np.ndarray]:
        """Put silence before samples that come too late, and cut off what is before its turn."""
        late = 0 if pts is None else pts - self._next
        if late > (_SLACK if self.samples else 0):
            yield from (np.zeros(min(RATE, late - at), np.float32) for at in range(0, late, RATE))
        early = -late if -late > _SLACK or not self.samples else 0
        if early < len(samples):
            yield samples[max(early, 0) :]


def _form(frame: av.AudioFrame) -> tuple[str, str, int]:
    return frame.format.name, frame.layout.name, frame.sample_rate


def _graph(frame: av.AudioFrame, *filters: tuple[str, str]) -> Graph:
    graph = Graph()
    nodes: list[FilterContext] = [
        graph.add_abuffer(
            sample_rate=frame.sample_rate,
            format=frame.format.name,
            layout=frame.layout.name,
            time_base=frame.time_base,
        ),
        *(graph.add(name, arguments) for name, arguments in filters),
        graph.add("abuffersink"),
    ]
    graph.link_nodes(*nodes).configure()
    return graph


def _pull(graph: Graph) -> av.AudioFrame | None:
    try:
        frame = graph.pull()
    except (av.error.BlockingIOError, av.error.EOFError):
        return None
    return frame if isinstance(frame, av.AudioFrame) else None
