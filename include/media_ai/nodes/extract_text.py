"""
Join all text of a video: what is on screen, what is said, what was stated about its frames.

On-screen text is read from the frames: by an OCR model that runs here (`local/rapidocr`), by Alibaba Cloud's OCR
(`modelstudio/qwen-vl-ocr`), or by any model that sees, such as `openai/qwen3-vl-plus`. A line that stays on screen over several
frames becomes one line with its time. Wire any of the three; lines are sorted by the time they begin.
"""

from collections.abc import Callable, Iterator

from pydantic import Field, field_validator

from media_ai.clients.models import LOCAL, services_of, split_model
from media_ai.errors import InputError
from media_ai.graph.foresight import PROMPT_TOKENS, SCREEN_TEXT_TOKENS, Expected, Work
from media_ai.graph.node_type import NodeParams, NodePorts, NodeType
from media_ai.job import Job
from media_ai.media.screen_tracks import ScreenLine, merge_lines
from media_ai.model.speech import Transcript
from media_ai.model.text import TextContent, TextRegion, TextSource
from media_ai.model.time import TimeRange
from media_ai.model.vision import Analyses, Frame, FrameSet
from media_ai.nodes._screen_text_by_model import PROMPT, ModelReader

LOCAL_MODEL = f"{LOCAL}/rapidocr"


class Params(NodeParams):
    """What a person can tune."""

    model: str = Field(
        default=LOCAL_MODEL,
        title="Model",
        description="provider/model that reads the screen: local/rapidocr, modelstudio/qwen-vl-ocr, or any model that sees.",
    )
    prompt: str = Field(
        default=PROMPT,
        min_length=1,
        max_length=20_000,
        title="Prompt",
        description="What a model that sees is asked. Not used by local/rapidocr, nor by modelstudio/qwen-vl-ocr.",
        json_schema_extra={"format": "multiline"},
    )
    min_confidence: float = Field(
        default=0.6,
        ge=0,
        le=1,
        title="Least confidence",
        description="On-screen lines below it are left out, 0 to 1. Only local/rapidocr says how sure it is.",
    )

    @field_validator("model")
    @classmethod
    def _known(cls, value: str) -> str:
        try:
            provider, _ = split_model(value)
        except InputError as exc:
            raise ValueError(exc.message) from exc
        if provider == LOCAL and value != LOCAL_MODEL:
            raise ValueError(f"'{value}' does not exist; on this machine the screen is read by {LOCAL_MODEL}.")
        return value


class Inputs(NodePorts):
    """What is wired in; at least one."""

    frames: FrameSet | None = Field(default=None, title="Frames", description="Pictures to read.")
    transcript: Transcript | None = Field(default=None, title="Transcript", json_schema_extra={"wanted": True})
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
        ConfigurationError: Credentials of the model are missing.
        ServiceError: The model failed.
    """
    if inputs.frames is None and inputs.transcript is None and inputs.analyses is None:
        raise InputError("Extract text has no input; connect frames, a transcript or analyses to it.")
    screen, frames_read = _screen_lines(params, inputs.frames, job) if inputs.frames else ((), 0)
    regions = [*screen, *_speech_lines(inputs.transcript), *_analysis_lines(inputs.analyses)]
    return Outputs(
        text=TextContent(
            model=params.model,
            regions=tuple(sorted(regions, key=lambda region: region.time.start)),
            frames_read=frames_read,
        )
    )


def _screen_lines(params: Params, frames: FrameSet, job: Job) -> tuple[tuple[TextRegion, ...], int]:
    """Return the lines of the frames, and how many frames could be read."""
    known: dict[str, Lines | None] = {}
    is_local = params.model == LOCAL_MODEL
    read = _local(params, job) if is_local else _by_model(params, frames, job)
    readings = []
    for index, frame in enumerate(frames.frames):
        job.progress.update(index, len(frames.frames), "frames")
        if frame.image.sha256 not in known:  # a still scene gives many frames with the same bytes
            known[frame.image.sha256] = read(frame)
        readings.append((frame.time, known[frame.image.sha256] or ()))
    regions = merge_lines(readings, end=frames.coverage.span.end)
    if not is_local:
        regions = tuple(region.model_copy(update={"confidence": None}) for region in regions)
    return regions, sum(known[frame.image.sha256] is not None for frame in frames.frames)


Lines = tuple[ScreenLine, ...]


def _local(params: Params, job: Job) -> Callable[[Frame], Lines | None]:
    from media_ai.media.on_screen_text import ScreenReader

    reader = ScreenReader(params.min_confidence)
    return lambda frame: reader.read(job.store.read(frame.image))


def _by_model(params: Params, frames: FrameSet, job: Job) -> Callable[[Frame], Lines | None]:
    reader = ModelReader(params.model, params.prompt, frames, job)

    def read(frame: Frame) -> Lines | None:
        found = reader.read(frame)
        if found.is_refused:
            job.notice(
                f"The frame at {frame.time} was refused by the content filter of {params.model}; its text is missing."
            )
        return None if found.is_refused else found.lines

    return read


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


def foresee(params: Params, expected: Expected) -> Work:
    """A call for each frame; what is read is joined with the other text that arrives."""
    read = expected.frames * SCREEN_TEXT_TOKENS
    gives = sum(expected.texts.values()) + read
    if params.model == LOCAL_MODEL:
        return Work(frames=expected.frames, gives_tokens=gives)
    is_ocr = params.model.startswith("modelstudio/qwen-vl-ocr")
    asked = expected.tokens_of_frame + (0 if is_ocr else PROMPT_TOKENS + len(params.prompt) / 4)
    return Work(
        model=params.model,
        calls=expected.frames,
        frames=expected.frames,
        input_tokens=expected.frames * asked,
        # Places and names of fields go with each line.
        output_tokens=3 * read,
        gives_tokens=gives,
    )


NODE = NodeType(
    id="extract_text",
    version=1,
    title="Extract text",
    category="Speech and text",
    params=Params,
    inputs=Inputs,
    outputs=Outputs,
    run=run,
    foresee=foresee,
    services=lambda params, run_input: services_of(params.model),
    help=__doc__ or "",
    preload=("cv2", "rapidocr"),
)
