"""
Take pictures from the video at a regular interval.

For each wanted time the picture that is on screen then is kept as a JPEG, with its exact presentation time. Small grey
thumbnails are kept beside them, so that removing similar frames afterwards does not decode anything again.
"""

from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from pydantic import Field

from media_ai.errors import InputError
from media_ai.graph.node_type import NodeParams, NodePorts, NodeType
from media_ai.job import Job
from media_ai.model.media import Video
from media_ai.model.time import Timecode, TimeRange
from media_ai.model.vision import Coverage, Frame, FrameSet, LumaBlock, largest_gap

if TYPE_CHECKING:
    import numpy as np

    from media_ai.media.sampling import SamplingReport

_LUMA_BLOCK = 256
"""Thumbnails per stored block: about 9 MB, read one at a time."""


class Params(NodeParams):
    """How often, from where to where, and how large."""

    interval: float = Field(default=2.0, ge=0.04, le=3600, title="Interval", description="Seconds between frames.")
    start: float = Field(default=0.0, ge=0, le=360_000, title="Start", description="Seconds from the beginning.")
    end: float | None = Field(
        default=None,
        gt=0,
        le=360_000,
        title="End",
        description="Seconds from the beginning; the end of the video if empty.",
    )
    width: int = Field(
        default=1280,
        ge=64,
        le=8192,
        title="Width",
        description="Pixels; wider pictures are scaled down to it, never up.",
    )
    quality: int = Field(default=85, ge=1, le=100, title="JPEG quality")


class Inputs(NodePorts):
    """A video."""

    video: Video = Field(title="Video")


class Outputs(NodePorts):
    """The frames in ascending time."""

    frames: FrameSet = Field(title="Frames")


def run(params: Params, inputs: Inputs, job: Job) -> Outputs:
    """Sample, encode and store, one picture at a time."""
    from media_ai.media.sampling import SamplingReport, sample_interval

    span = _span(params, inputs.video)
    report = SamplingReport()
    path = job.files.local_path(inputs.video.uri, what="video")
    writer = _Writer(params, job)
    pictures = sample_interval(
        path,
        interval=_exact(params.interval),
        start=span.start.seconds,
        end=span.end.seconds,
        report=report,
        on_progress=lambda time: job.progress.update(float(time), float(span.end.seconds), "seconds of video"),
    )
    for picture in pictures:
        writer.add(picture.time, picture.image)
    if not writer.frames:
        raise InputError(
            f"No frame lies between {span.start} and {span.end}; the video is {_end_of(inputs.video)} long."
        )
    return Outputs(frames=writer.finish(_coverage(span, writer.frames, report, job)))


class _Writer:
    """Stores frames as they come and their thumbnails in blocks; holds one block in memory."""

    def __init__(self, params: Params, job: Job) -> None:
        self._params = params
        self._job = job
        self._thumbnails: list[np.ndarray] = []
        self._blocks: list[LumaBlock] = []
        self._first: _Shapes | None = None
        self._is_resized = False
        self.frames: list[Frame] = []

    def add(self, time: Timecode, image: "np.ndarray") -> None:
        from media_ai.media.luma import fit
        from media_ai.media.pictures import encode_jpeg, limit_width, luma_thumbnail

        scaled = limit_width(image, self._params.width)
        thumbnail = luma_thumbnail(image)
        blob = self._job.store.put_bytes(encode_jpeg(scaled, self._params.quality), "image/jpeg")
        first = self._first = self._first or _Shapes(image.shape, scaled.shape, thumbnail.shape)
        if image.shape != first.image and not self._is_resized:
            self._is_resized = True
            self._job.notice(_resized(time, first.image, image.shape))
        self.frames.append(Frame(time=time, image=blob))
        self._thumbnails.append(fit(thumbnail, first.thumbnail))
        if len(self._thumbnails) == _LUMA_BLOCK:
            self._flush()

    def finish(self, coverage: Coverage) -> FrameSet:
        self._flush()
        height, width = self._first.scaled[:2] if self._first else (0, 0)
        return FrameSet(
            width=width, height=height, frames=tuple(self.frames), luma=tuple(self._blocks), coverage=coverage
        )

    def _flush(self) -> None:
        if not self._thumbnails:
            return
        count = len(self._thumbnails)
        height, width = self._thumbnails[0].shape
        data = b"".join(thumbnail.tobytes() for thumbnail in self._thumbnails)
        blob = self._job.store.put_bytes(data, "application/octet-stream")
        first = len(self.frames) - count
        self._blocks.append(LumaBlock(blob=blob, first=first, count=count, width=width, height=height))
        self._thumbnails.clear()


class _Shapes(NamedTuple):
    """Of the first frame, (height, width, ...): as decoded, as stored and as compared."""

    image: tuple[int, ...]
    scaled: tuple[int, ...]
    thumbnail: tuple[int, ...]


def _resized(time: Timecode, first: tuple[int, ...], other: tuple[int, ...]) -> str:
    return (
        f"The picture size changes within the video: from {first[1]} x {first[0]} to {other[1]} x {other[0]} at {time}; "
        "for comparing, all frames are brought to the first one's proportions."
    )


def _span(params: Params, video: Video) -> TimeRange:
    duration = video.info.duration
    start = _exact(params.start)
    end = min(_exact(params.end), duration) if params.end is not None else duration
    if start >= end:
        raise InputError(
            f"parameter 'start' is {params.start:g} s, but the part to sample ends at {float(end):g} s. Choose an earlier start."
        )
    return TimeRange(start=Timecode.of_seconds(start), end=Timecode.of_seconds(end))


def _coverage(span: TimeRange, frames: list[Frame], report: "SamplingReport", job: Job) -> Coverage:
    is_truncated = report.is_truncated(span.end.seconds)
    if is_truncated:
        job.notice(
            f"The file is cut short: its pictures end at {float(report.last_time):.1f} s, its declared end is {span.end}."
        )
    if report.decode_errors:
        job.notice(f"{report.decode_errors} parts of the video could not be decoded; frames may be missing there.")
    if report.clock_jumps:
        job.notice(
            f"The clock of the video jumps back {_times(report.clock_jumps)}; "
            "pictures after a jump are timed as if the video went on without a break."
        )
    return Coverage(
        span=span,
        sampled=report.sampled,
        kept=len(frames),
        largest_gap=largest_gap(span, [frame.time for frame in frames]),
        decode_errors=report.decode_errors,
        is_truncated=is_truncated,
    )


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _exact(seconds: float) -> Fraction:
    """Read 0.1 as a tenth, as the person who wrote it meant, not as the nearest binary number."""
    return Fraction(repr(seconds))


def _end_of(video: Video) -> Timecode:
    return Timecode.of_seconds(video.info.duration)


NODE = NodeType(
    id="extract_frames",
    version=1,
    title="Extract frames",
    category="Frames",
    params=Params,
    inputs=Inputs,
    outputs=Outputs,
    run=run,
    help=__doc__,
    preload=("media_ai.media.sampling", "media_ai.media.pictures", "media_ai.media.luma"),
)
