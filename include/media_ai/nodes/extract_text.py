"""
Join all text of a video: what is on screen, what is said, what was stated about its frames.

On-screen text is read from the frames by an OCR model that runs here. A line that stays on screen over several frames
becomes one line with its time. Wire any of the three; lines are sorted by the time they begin.
"""

from collections.abc import Iterable, Iterator
from typing import Literal

from pydantic import Field

from media_ai.errors import InputError
from media_ai.graph.node_type import NodeParams, NodePorts, NodeType
from media_ai.job import Job
from media_ai.model.artifacts import BlobRef
from media_ai.model.speech import Transcript
from media_ai.model.text import TextContent, TextRegion, TextSource
from media_ai.model.time import TimeRange
from media_ai.model.vision import Analyses, FrameSet


class Params(NodeParams):
    """What a person can tune."""

    model: Literal["local/rapidocr"] = Field(
        default="local/rapidocr", title="Model", description="provider/model that reads the screen."
    )
    min_confidence: float = Field(
        default=0.6, ge=0, le=1, title="Least confidence", description="On-screen lines below it are left out, 0 to 1."
    )


class Inputs(NodePorts):
    """What is wired in; at least one."""

    frames: FrameSet | None = Field(default=None, title="Frames", description="Pictures to read.")
    transcript: Transcript | None = Field(default=None, title="Transcript")
    analyses: Analyses | None = Field(default=None, title="Analyses")


class Outputs(NodePorts):
    """What comes out."""

    text: TextContent = Field(title="Text")


def run(params: Params, inputs: Inputs, job: Job) -> Outputs:
    """
    Read the frames and join the lines of all inputs.

    Raises:
        InputError: Nothing is wired.
        MediaError: A frame is not a picture.
    """
    if inputs.frames is None and inputs.transcript is None and inputs.analyses is None:
        raise InputError("Extract text has no input; connect frames, a transcript or analyses to it.")
    regions = [
        *(_screen_lines(params, inputs.frames, job) if inputs.frames else ()),
        *_speech_lines(inputs.transcript),
        *_analysis_lines(inputs.analyses),
    ]
    return Outputs(
        text=TextContent(
            model=params.model,
            regions=tuple(sorted(regions, key=lambda region: region.time.start)),
            frames_read=len(inputs.frames.frames) if inputs.frames else 0,
        )
    )


def _screen_lines(params: Params, frames: FrameSet, job: Job) -> Iterable[TextRegion]:
    from media_ai.media.on_screen_text import ScreenLine, ScreenReader, merge_lines

    reader = ScreenReader(params.min_confidence)
    known: dict[str, tuple[ScreenLine, ...]] = {}

    def lines_in(image: BlobRef) -> tuple[ScreenLine, ...]:
        if image.sha256 not in known:  # a still scene gives many frames with the same bytes
            known[image.sha256] = reader.read(job.store.read(image))
        return known[image.sha256]

    readings = []
    for index, frame in enumerate(frames.frames):
        job.progress.update(index, len(frames.frames), "frames")
        readings.append((frame.time, lines_in(frame.image)))
    return merge_lines(readings, end=frames.coverage.span.end)


def _speech_lines(transcript: Transcript | None) -> Iterator[TextRegion]:
    for segment in transcript.segments if transcript else ():
        yield TextRegion(
            time=segment.time,
            text=segment.text,
            source=TextSource.SPEECH,
            confidence=segment.confidence,
            speaker=segment.speaker,
        )


def _analysis_lines(analyses: Analyses | None) -> Iterator[TextRegion]:
    """Return each statement from its frame's time to the next frame's; the last to the end of what was covered."""
    items = analyses.items if analyses else ()
    for at, item in enumerate(items):
        if analyses and item.text.strip():
            following = items[at + 1].time if at + 1 < len(items) else analyses.coverage.span.end
            time = TimeRange(start=item.time, end=max(item.time, following))
            yield TextRegion(time=time, text=item.text, source=TextSource.ANALYSIS)


NODE = NodeType(
    id="extract_text",
    version=1,
    title="Extract text",
    category="Speech and text",
    params=Params,
    inputs=Inputs,
    outputs=Outputs,
    run=run,
    help=__doc__ or "",
    preload=("cv2", "rapidocr"),
)
