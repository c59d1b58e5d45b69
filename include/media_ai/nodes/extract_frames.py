"""
Take pictures from the video: at a regular interval, its key pictures, or what is new in each scene.

Each frame is the picture that is on screen at its time, kept as a JPEG with its exact presentation time. Small grey
thumbnails are kept beside them, so that removing similar frames afterwards does not decode anything again. In scene mode the
frames are already those that show something new: a place not seen before, or a line added to a slide.
"""

from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from media_ai.errors import InputError
from media_ai.graph.foresight import Expected, Work
from media_ai.graph.node_type import NodeParams, NodePorts, NodeType
from media_ai.job import Job
from media_ai.model.media import Video
from media_ai.model.time import Timecode, TimeRange
from media_ai.model.vision import Coverage, Frame, FrameSet, Shot, largest_gap, shots_unseen
from media_ai.nodes._frame_writer import FrameWriter
from media_ai.nodes._scene_choice import SceneChoice

if TYPE_CHECKING:
    from media_ai.media.sampling import Sampling, SamplingReport


_USUAL_INTERVALS = {"interval": 2.0, "keyframe": 0.04, "scene": 0.5}
"""Seconds. Half a second is two samples in the shortest usual shot."""
_MOST_FOR_SHOTS = 1.0
"""Seconds between samples above which shots cannot be told from what moves."""


class Params(NodeParams):
    """Which, how often, from where to where, and how large."""

    mode: Literal["interval", "keyframe", "scene"] = Field(
        default="interval",
        title="Mode",
        description="interval: what is on screen at every interval. keyframe: the stream's own key pictures, an interval "
        "apart at least; the quickest. scene: what shows something new, looked for at every interval.",
    )
    interval: float | None = Field(
        default=None,
        ge=0.04,
        le=3600,
        title="Interval",
        description="Seconds between the pictures looked at. Empty: 2 in interval mode, 0.5 in scene mode, every key picture.",
    )
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
    from media_ai.media.sampling import SamplingReport, sample

    span = _span(params, inputs.video)
    report = SamplingReport()
    pictures = sample(
        job.files.local_path(inputs.video.uri, what="video"),
        _sampling(params, span),
        report=report,
        on_progress=lambda time: job.progress.update(float(time), float(span.end.seconds), "seconds of video"),
    )
    writer = FrameWriter(job, width=params.width, quality=params.quality)
    scenes = SceneChoice(span)
    is_scene = params.mode == "scene"
    is_dense = params.mode == "interval" and _interval(params) <= _MOST_FOR_SHOTS
    plain = ((picture, picture.luma()) for picture in pictures)
    for picture, luma in scenes.taken_of(pictures, only_new=is_scene) if is_scene or is_dense else plain:
        writer.add(picture, luma)
    if not writer.frames:
        raise InputError(
            f"No frame lies between {span.start} and {span.end}; the video is {_end_of(inputs.video)} long."
        )
    frames = writer.finish(_coverage(span, writer.frames, scenes.shots(), report, job))
    return Outputs(frames=frames.model_copy(update={"shots": scenes.shots(), "is_distinct": is_scene}))


def _interval(params: Params) -> float:
    return _USUAL_INTERVALS[params.mode] if params.interval is None else params.interval


def _sampling(params: Params, span: TimeRange) -> "Sampling":
    from media_ai.media.sampling import Sampling

    return Sampling(
        interval=_exact(_interval(params)),
        start=span.start.seconds,
        end=span.end.seconds,
        only_key_pictures=params.mode == "keyframe",
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


def _coverage(
    span: TimeRange, frames: list[Frame], shots: tuple[Shot, ...], report: "SamplingReport", job: Job
) -> Coverage:
    times = [frame.time for frame in frames]
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
        largest_gap=largest_gap(span, times),
        decode_errors=report.decode_errors,
        is_truncated=is_truncated,
        shots=len(shots) or None,
        shots_unseen=shots_unseen(shots, times),
    )


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _exact(seconds: float) -> Fraction:
    """Read 0.1 as a tenth, as the person who wrote it meant, not as the nearest binary number."""
    return Fraction(repr(seconds))


def _end_of(video: Video) -> Timecode:
    return Timecode.of_seconds(video.info.duration)


def foresee(params: Params, expected: Expected) -> Work:
    """Every interval gives a frame; key pictures come every two seconds, scenes last ten: usual for talks and films."""
    seconds = max(min(params.end or expected.video_s, expected.video_s) - params.start, 0.0)
    spacing = {"interval": 0.0, "keyframe": 2.0, "scene": 10.0}[params.mode]
    frames = seconds // max(_interval(params), spacing) + 1
    return Work(frames=frames, gives_frames=frames, gives_width=params.width)


NODE = NodeType(
    id="extract_frames",
    version=1,
    title="Extract frames",
    category="Frames",
    params=Params,
    inputs=Inputs,
    outputs=Outputs,
    run=run,
    foresee=foresee,
    help=__doc__,
    preload=("media_ai.media.sampling", "media_ai.media.luma", "media_ai.media.scenes"),
)
